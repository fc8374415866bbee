internal import Configuration
internal import Environments
public import Equilibria

extension ExperimentConfiguration {
  /// The exact solution of the solver section, without one the stationary principal one: what play,
  /// path studies and exports are about. A solver that finds every equilibrium gives the one that its
  /// key `equilibrium` names.
  ///
  /// - Parameters:
  ///   - isCancelled: asked now and then; true ends the run as interrupted.
  ///   - progress: one line on where the solver is, now and then.
  /// - Returns: also the profile's name: `exact (principal, converged)`.
  /// - Throws: `ConfigurationError` if every equilibrium is asked for and none is named; what the solver
  ///   throws.
  public func exactSolution(
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> (solution: BellmanNashSolution, name: String) {
    guard let directional else {
      let solver = resolved["solver"] == nil ? try BellmanNash() : try solver()
      let solution = try solver.solve(
        game, isCancelled: { interruption.isRequested }, progress: progress)
      return (solution, "exact (\(solver.selection.rawValue), \(solution.status.rawValue))")
    }
    let position = directional.settings.position(of: "kind") ?? Position(source: "configuration")
    guard let number = directional.equilibrium else {
      throw ConfigurationError(
        position, key: "solver.kind", value: DirectionalSolver.name,
        rule: "finds every equilibrium, and this command needs one: give its number, from 0, with "
          + "solver.equilibrium=K, or write `solver: {kind: \(BellmanNash.name)}`")
    }
    func numbered<Subject: DirectionalSubject>(_ subject: Subject) throws -> BellmanNashSolution {
      let string = try subject.string(
        at: number, asked: directional.asked(), seconds: directional.limits.seconds, threads: 2,
        interruption: interruption,
        progress: progress)
      return try subject.solution(subject.equilibrium(string: string), in: game)
    }
    let solution = try numbered(
      directional.subject(game, of: family, gameParameters, at: position))
    return (
      solution, "exact (equilibrium \(grouped(number)) of all, \(solution.status.rawValue))"
    )
  }

  /// The solver section, if it is about every equilibrium.
  private var directional: DirectionalSolver? {
    resolved.group("solver").flatMap {
      $0.kind == DirectionalSolver.name ? DirectionalSolver(settings: $0) : nil
    }
  }

  /// Throws `ConfigurationError` if the solver section asks for every equilibrium of a game of which they
  /// cannot be found.
  public func checkSolver() throws {
    guard let directional else { return }
    _ = try directional.subject(
      game, of: family, gameParameters,
      at: directional.settings.position(of: "kind") ?? Position(source: "configuration"))
  }

  /// Periods of play of the solver section; nil for ever.
  ///
  /// - Throws: `ConfigurationError`.
  func solverHorizon() throws -> Int? {
    if let directional { return directional.horizon }
    return try solver().horizon
  }
}
