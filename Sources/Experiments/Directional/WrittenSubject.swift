internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Statistics

/// A game that is written out under `lab solve`, directional by itself or because it is played for
/// finitely many periods.
struct WrittenSubject: DirectionalSubject {
  let all: DirectionalEquilibria
  /// Where payoffs are tallied.
  let state: Int

  /// Most points of a search among several equilibria: who reads whom takes a bit a pair of points,
  /// 230 megabytes a thread here.
  private static let searchedPoints = 42_925

  private var game: StochasticGame { all.game }

  var stateCount: Int { game.stateCount }
  var pointCount: Int { all.stages.pointCount }
  var stageCount: Int { all.directional.order.stages.count }
  var playerCount: Int { game.playerCount }
  var summary: String {
    let span = all.horizon.map { ", \($0) period\($0 == 1 ? "" : "s")" } ?? ""
    return "\(playerCount) player\(playerCount == 1 ? "" : "s")\(span)"
  }
  var payees: [String] { playerCount == 1 ? ["player 1"] : ["player 1", "player 2"] }
  var place: String { "state \(game.stateLabels[state])" }
  var turn: Int? { nil }
  var valueBound: Double {
    let period = game.payoffs.reduce(0) { max($0, abs($1)) }
    let growth = game.growth?.max() ?? 1
    let lasting = 1 / (1 - min(1, (game.discounts.max() ?? 0) * growth))
    let periods = all.horizon.map { Double($0) * pow(max(1, growth), Double($0)) } ?? .infinity
    let factor = min(lasting, periods)
    // Without discounting nothing is known before the end of play is.
    return period * (factor.isFinite ? factor : 1)
  }
  var planner: Double? { nil }
  var levers: String { "a payoff" }

  func words(_ point: Int) -> String { all.stages.label(at: point) }
  func costs(_ point: Int) -> [Double]? { nil }

  func tooLarge() throws -> (key: String, value: String, rule: String)? {
    let points = all.stages.pointCount
    guard points > Self.searchedPoints,
      let point = try all.firstChoice()
    else { return nil }
    return (
      "game", "\(points) points",
      "has several equilibria, first at \(words(point)), and searching them takes memory with the "
        + "square of the number of points; use at most \(Self.searchedPoints) states, or fewer periods"
    )
  }

  func enumerate(
    _ limits: EnumerationLimits, resuming: EnumerationResumption?, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (UInt128) -> Void
  ) throws -> EnumerationOutcome {
    try all.enumerate(
      at: state, limits: limits, resuming: resuming, threads: threads, isCancelled: isCancelled,
      progress: progress)
  }

  func count(
    _ limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) -> EnumerationOutcome? { nil }

  func countSymmetric(
    _ limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) -> UInt128? { nil }

  func equilibrium(string: [Int]) throws -> DirectionalEquilibrium {
    try all.equilibrium(string: string)
  }

  func randomEquilibrium(_ choose: (Int) -> Int) throws -> DirectionalEquilibrium {
    try all.randomEquilibrium(choose)
  }

  func forEachEquilibrium(_ visit: (DirectionalEquilibrium) throws -> Bool) throws {
    try all.forEachEquilibrium(visit)
  }

  func judge(_ equilibrium: DirectionalEquilibrium) throws -> DirectionalJudgement {
    let certificate = try all.certificate(of: equilibrium.solution)
    return DirectionalJudgement(
      largestGain: certificate.exploitability, valueGap: certificate.valueResidual ?? 0,
      tolerance: certificate.tolerance, isCertified: certificate.isCertified,
      even: equilibrium.bases.firstIndex { $0 % 2 == 0 })
  }

  var judgingTime: Double {
    // A few systems a player, solved point by point.
    let cubes = all.directional.states.reduce(0.0) { $0 + pow(Double($1.count), 3) }
    return 4 * Double(playerCount) * (2e-6 * Double(game.stateCount) + 1e-9 * cubes)
  }

  func survey(isCancelled: () -> Bool) throws -> DirectionalSurvey? {
    var pure = 0
    var symmetric = 0
    var visited = 0
    var isCut = false
    try all.forEachEquilibrium { equilibrium in
      let profile = equilibrium.solution.profile
      if profile.policies.allSatisfy({ $0.probabilities.allSatisfy { $0 == 0 || $0 == 1 } }) {
        pure += 1
      }
      if all.isSymmetric(equilibrium) == true { symmetric += 1 }
      visited += 1
      if visited & 0xFF == 0 { isCut = isCancelled() }
      return !isCut
    }
    guard !isCut else { return nil }
    return DirectionalSurvey(
      pureCount: pure, symmetricCount: game.mirror == nil ? nil : symmetric, efficiency: nil)
  }

  func portrait(_ equilibrium: DirectionalEquilibrium) -> DirectionalPortrait {
    let players = 0..<playerCount
    let solution = equilibrium.solution
    var states: [DirectionalPortrait.State] = []
    var rows: [[[String]]] = []
    for position in 0..<all.stages.pointCount {
      for state in all.stages.states(at: position) {
        let values = players.map { solution.values[$0][state] }
        let laws = players.map { solution.profile[$0].law(at: state) }
        states.append(
          DirectionalPortrait.State(
            state: game.stateLabels[state], values: [values.map(withoutDust)], policies: laws,
            digit: equilibrium.string[position], base: equilibrium.bases[position]))
        rows.append(
          players.map { player in
            [
              player == 0 ? game.stateLabels[state].description : "", "\(player + 1)",
              lawText(laws[player], game.actionLabels.labels(player, at: state)),
              tableNumber(values[player]),
            ]
          })
      }
    }
    return DirectionalPortrait(
      string: equilibrium.string,
      payoffs: players.map { withoutDust(solution.values[$0][self.state]) },
      states: states,
      header: ["state", "player", "policy", "value"],
      rows: rows)
  }

  func solution(
    _ equilibrium: DirectionalEquilibrium, in game: StochasticGame
  ) throws -> BellmanNashSolution {
    let found = equilibrium.solution
    let note = "equilibrium \(equilibrium.string.map(String.init).joined(separator: ","))"
    guard let periods = all.periods(of: found, in: game) else {
      return BellmanNashSolution(
        judged: [found.profile], [found.values],
        try Certificate(game, found.profile, reported: found.values), note: note,
        isStationary: true)
    }
    let certificate = try Certificate(game, periods: periods.profiles, reported: periods.values)
    return BellmanNashSolution(
      judged: periods.profiles, periods.values, certificate, note: note, isStationary: false)
  }

  func path(
    _ equilibrium: DirectionalEquilibrium, periods: Int, using stream: inout RandomStream
  ) -> DirectionalPath {
    let profile = equilibrium.solution.profile
    var path = DirectionalPath(
      coordinates: ["state"], states: [], labels: [], actions: [], ended: false)
    var here = stream.index(weights: game.initial)
    while true {
      path.states.append([Double(here)])
      path.labels?.append(game.stateLabels[here])
      path.ended = game.isTerminal[here] || staysForEver(here)
      guard !path.ended, path.actions.count < periods else { return path }
      let joint = (0..<playerCount).map { stream.index(weights: profile[$0].law(at: here)) }
      path.actions.append(
        joint.enumerated().map {
          game.actionLabels.labels($0.offset, at: here)[$0.element].description
        })
      let row = game.row(here, joint)
      let entries = game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
      let next = stream.index(weights: Array(game.probabilities[entries]))
      here = Int(game.nextStates[entries.lowerBound + next])
    }
  }

  /// Whether no action leads out of a state.
  private func staysForEver(_ state: Int) -> Bool {
    game.nextStates[
      game.transitionOffsets[
        game.jointOffsets[state]]..<game.transitionOffsets[
          game.jointOffsets[state + 1]]
    ].allSatisfy { Int($0) == state }
  }
}
