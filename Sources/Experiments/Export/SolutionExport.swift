internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation

/// A game and its solution for other programs.
public struct SolutionExport {
  private let configuration: ExperimentConfiguration
  private let format: ExportFormat
  private let place: StagePlace
  private var game: StochasticGame { configuration.game }

  /// Plans an export.
  ///
  /// - Throws: `ConfigurationError` if the format has no use for the place, or the place is not there.
  public init(
    _ configuration: ExperimentConfiguration, as format: ExportFormat, at place: StagePlace
  ) throws {
    self.configuration = configuration
    self.format = format
    self.place = place
    guard format.isStage || place.isEmpty else {
      let option =
        place.period != nil ? "--period" : place.state != nil ? "--state" : "--state-label"
      throw exportError(
        option, nil, "is for stage games: --export nfg, nfg-payoff or ne, not \(format.rawValue)")
    }
    if format.isStage {
      _ = try state()
      _ = try period()
    }
  }

  /// Whether the game has to be solved for it: not where the future counts for nothing.
  public var needsSolution: Bool {
    switch format {
    case .sgamesolver: false
    case .nfg, .nfgPayoff: game.discounts.contains { $0 != 0 }
    default: true
    }
  }

  /// Makes the export.
  ///
  /// - Parameter solution: needed if `needsSolution`, else unused.
  /// - Throws: `ConfigurationError` if there is nothing to export; `GameError` for games that the
  ///   format cannot hold; `FileError` for arrays that are too large.
  public func make(from solution: BellmanNashSolution?) throws -> Export {
    if needsSolution, solution?.profiles.isEmpty ?? true {
      throw exportError(
        "--export", format.rawValue,
        "there is no equilibrium to export: \(solution?.note ?? "nothing was solved")")
    }
    switch format {
    case .sgamesolver: return Export(try game.sgameTable())
    case .csv, .values, .npz: return try table(solution!)
    case .nfg: return Export(try stageForm(solution).nfg(.outcomes))
    case .nfgPayoff: return Export(try stageForm(solution).nfg(.payoffs))
    case .ne: return try equilibria(solution!)
    }
  }

  // MARK: Policies and values

  private func table(_ solution: BellmanNashSolution) throws -> Export {
    let policies = solution.profiles.indices.map { index in
      ValuedPolicy(
        name: solution.isStationary ? "equilibrium" : "period=\(index + 1)",
        profile: solution.profiles[index], values: solution.values[index],
        // A certificate's gains are those of the first period.
        gains: solution.profiles.count == 1 ? solution.certificate?.deviationGains : nil)
    }
    switch format {
    case .values: return Export(ValueTable.csv(game, policies))
    case .npz:
      let arrays = PolicyArrays.arrays(
        game, policies, along: solution.isStationary ? .none : .periods)
      return Export(try arrays.data(path: "npz"))
    default:
      return Export(
        PolicyTable.csv(
          game, policies.map { ($0.name, $0.profile) }, values: policies.map(\.values)))
    }
  }

  // MARK: Stage games

  /// The index of the state that is meant.
  private func state() throws -> Int {
    let live = (0..<game.stateCount).filter { !game.isTerminal[$0] }
    let found: Int
    switch (place.state, place.stateLabel) {
    case (let index?, nil):
      guard (0..<game.stateCount).contains(index) else {
        throw exportError(
          "--state", "\(index)", "must be the index of a state, 0 to \(game.stateCount - 1)")
      }
      found = index
    case (nil, let label?):
      let labels = game.stateLabels.map(\.description)
      let matches = labels.indices.filter { labels[$0] == label }
      guard let match = matches.first else {
        let advice =
          nearest(to: label, among: labels).map { "did you mean \($0)?" }
          ?? "known: \(labels.prefix(12).joined(separator: ", "))"
        throw exportError("--state-label", label, "no state is called that; \(advice)")
      }
      guard matches.count == 1 else {
        throw exportError(
          "--state-label", label, "\(matches.count) states are called that; give --state instead")
      }
      found = match
    case (nil, nil):
      guard live.count == 1 else {
        throw exportError(
          "--state", nil,
          "this game has \(game.stateCount) states: say whose stage game is meant, such as --state "
            + "0 or --state-label \(shellWord(game.stateLabels[live[0]].description))")
      }
      found = live[0]
    default:
      throw exportError("--state-label", place.stateLabel, "--state is given too; keep one of them")
    }
    guard !game.isTerminal[found] else {
      throw exportError(
        place.state == nil ? "--state-label" : "--state", place.stateLabel ?? "\(found)",
        "the state \(game.stateLabels[found]) is terminal: nobody plays there")
    }
    return found
  }

  /// The period that is meant; nil for the stationary game.
  private func period() throws -> Int? {
    guard let horizon = try configuration.solverHorizon() else {
      guard place.period == nil else {
        throw exportError(
          "--period", "\(place.period!)",
          "is for finite horizons; the solver's is infinite, and every period is alike")
      }
      return nil
    }
    guard let period = place.period ?? (horizon == 1 ? 1 : nil) else {
      throw exportError(
        "--period", nil, "the horizon is finite: say which period is meant, 1 to \(horizon)")
    }
    guard (1...horizon).contains(period) else {
      throw exportError("--period", "\(period)", "must be from 1 to the horizon, \(horizon)")
    }
    return period
  }

  /// Payoffs of the stage game: this period's, and the discounted values of going on as solved.
  private func stagePayoffs(_ solution: BellmanNashSolution?) throws -> [Double] {
    let nothing = [[Double]](
      repeating: [Double](repeating: 0, count: game.stateCount), count: game.playerCount)
    let next: [[Double]]
    if let solution, needsSolution {
      if let period = try period() {
        // Values are listed from the first period on: the next one's stand at this one's number.
        next = period < solution.values.count ? solution.values[period] : nothing
      } else {
        next = solution.values[0]
      }
    } else {
      next = nothing
    }
    return game.stagePayoffs(at: try state(), continuation: next)
  }

  private func stageForm(_ solution: BellmanNashSolution?) throws -> StrategicForm {
    let state = try state()
    let payoffs = try stagePayoffs(solution)
    if var form = configuration.gameDocument?.form, form.payoffs.count == payoffs.count {
      // A one-shot game read from such a file keeps its title, its comment and everybody's names.
      form.payoffs = payoffs
      return form
    }
    var title = configuration.title
    if game.stateCount > 1 { title += ", state \(state) (\(game.stateLabels[state]))" }
    if let period = try period(), let horizon = try configuration.solverHorizon(), horizon > 1 {
      title += ", period \(period) of \(horizon)"
    }
    let comment =
      game.discounts.allSatisfy { $0 == 0 }
      ? "" : "payoffs of the period and discounted values of going on in equilibrium"
    return StrategicForm(
      of: game, at: state, payoffs: payoffs, title: title, comment: comment)
  }

  private func equilibria(_ solution: BellmanNashSolution) throws -> Export {
    let state = try state()
    func line(_ strategies: [[Double]]) -> String {
      let numbers = strategies.joined().map { probability -> String in
        let text = "\(probability)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
      }
      return "NE," + numbers.joined(separator: ",") + "\n"
    }
    guard game.playerCount == 2 else {
      let profile = solution.profiles[(try period() ?? 1) - 1]
      return Export(
        line(profile.policies.map { $0.law(at: state) }),
        note: "the equilibrium that the solver found; there may be others")
    }
    let payoffs = try stagePayoffs(solution)
    let (rows, columns) = (game.actionCount(0, at: state), game.actionCount(1, at: state))
    let found = VertexEnumeration().solve(
      try BimatrixGame(
        rows: rows, columns: columns,
        rowPayoffs: (0..<rows * columns).map { payoffs[2 * $0] },
        columnPayoffs: (0..<rows * columns).map { payoffs[2 * $0 + 1] }))
    let count = found.equilibria.count
    var note = "\(found.isComplete ? "all" : "at least") \(count) "
    note += found.isDegenerate ? "extreme equilibri" : "equilibri"
    note += count == 1 ? "um" : "a"
    if found.isDegenerate { note += "; the game is degenerate: equilibria may come in sets" }
    return Export(found.equilibria.map { line($0.strategies) }.joined(), note: note)
  }
}
