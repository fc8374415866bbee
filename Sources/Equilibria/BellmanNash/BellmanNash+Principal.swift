import Environments

extension BellmanNash {
  /// The limit of the logit path, with the choice that stage games at its values leave.
  func principal(
    _ game: StochasticGame, isCancelled: @escaping @Sendable () -> Bool,
    progress: (@Sendable (String) -> Void)?
  ) throws -> BellmanNashSolution {
    var configuration = LogitPath.Configuration()
    configuration.imposesSymmetry = imposesSymmetry
    configuration.maximumSteps = maximumSteps
    configuration.isCancelled = isCancelled
    if let progress {
      configuration.progress = { state in
        guard state.step % 10 == 0 else { return }
        progress(
          "logit path: step \(state.step), precision \(compact(state.precision)) of 2000, "
            + "\(state.turns) turns")
      }
    }
    let found = try LogitPath(configuration).solve(game)
    var solution = BellmanNashSolution(status: found.solution.status)
    solution.iterations = found.solution.iterations
    solution.note = found.solution.note
    try solution.adopt(found.solution, game: game)
    solution.counts = try choice(game, values: found.solution.values)
    return solution
  }

  /// How many stage games at the given continuation values have several pure equilibria, or none;
  /// left at zero for games whose stage games cannot be settled one by one.
  private func choice(_ game: StochasticGame, values: [[Double]]) throws -> SelectionCounts {
    let sweep = BellmanSweep(game: game, selector: StageSelector(rule: .joint))
    do {
      return try sweep.apply(to: values, previous: nil).counts
    } catch is StageSelectionError {
      return SelectionCounts()
    }
  }
}
