internal import Configuration
internal import Environments
internal import Equilibria
internal import Statistics

/// The leapfrogging duopoly under `lab solve`: searched as its family says it, with or without private
/// shocks, and never written out.
struct LeapfroggingSubject: DirectionalSubject {
  let game: LeapfroggingDuopoly
  let space: LeapfroggingPoints

  init(_ game: LeapfroggingDuopoly) {
    self.game = game
    space = LeapfroggingPoints(levels: game.levels)
  }

  private var movers: Int { game.moves == .alternating ? 2 : 1 }

  var stateCount: Int { space.count }
  var pointCount: Int { space.count }
  var stageCount: Int { space.stageCount }
  var playerCount: Int { 2 }
  var summary: String { "\(game.levels) cost levels, \(game.moves.rawValue) moves" }
  var payees: [String] { ["firm 1", "firm 2"] }
  var place: String { "the apex" }
  var turn: Int? { game.moves == .alternating ? 1 : nil }
  /// With shocks a choice of two is worth η log 2 more at most.
  var valueBound: Double {
    let period = game.costs[game.levels - 1] + (game.outlays.max() ?? 0) + game.scale
    return period / (1 - game.discount)
  }
  var planner: Double? { game.plannerValue() }
  var levers: String { "K or beta" }

  func words(_ point: Int) -> String {
    let costs = costs(point)!.map(compactDecimal)
    return "c1 = \(costs[0]), c2 = \(costs[1]), c = \(costs[2])"
  }

  func costs(_ point: Int) -> [Double]? {
    let place = space.points[point]
    return [place.first, place.second, place.best].map { game.costs[$0] }
  }

  /// Most levels of a search among several equilibria: who reads whom takes a bit a pair of states,
  /// 230 megabytes a thread at 42,925 states.
  private static let searchedLevels = 50

  func tooLarge() throws -> (key: String, value: String, rule: String)? {
    guard game.levels > Self.searchedLevels,
      let point = try game.firstChoice()
    else { return nil }
    return (
      "game.parameters.n", "\(game.levels)",
      "has several equilibria, first at \(words(point)), and searching them takes memory with the "
        + "square of the number of states; use at most \(Self.searchedLevels) levels"
    )
  }

  func enumerate(
    _ limits: EnumerationLimits, resuming: EnumerationResumption?, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (UInt128) -> Void
  ) throws -> EnumerationOutcome {
    try game.enumerateEquilibria(
      limits: limits, resuming: resuming, threads: threads, isCancelled: isCancelled,
      progress: progress)
  }

  func count(
    _ limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws -> EnumerationOutcome? {
    try game.countEquilibria(
      limits: limits, threads: threads, isCancelled: isCancelled, progress: progress)
  }

  func countSymmetric(
    _ limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> UInt128? {
    guard game.levels <= Self.searchedLevels else { return nil }
    let found = try game.enumerateSymmetric(
      limits: limits, threads: threads, isCancelled: isCancelled)
    return found.flatMap { $0.status == .converged ? $0.tally.count : nil }
  }

  func equilibrium(string: [Int]) throws -> LeapfroggingEquilibrium {
    try game.equilibrium(string: string)
  }

  func randomEquilibrium(_ choose: (Int) -> Int) throws -> LeapfroggingEquilibrium {
    try game.randomEquilibrium(choose)
  }

  func forEachEquilibrium(_ visit: (LeapfroggingEquilibrium) throws -> Bool) throws {
    try game.forEachEquilibrium(visit)
  }

  func judge(_ equilibrium: LeapfroggingEquilibrium) throws -> DirectionalJudgement {
    let certificate = try LeapfroggingCertificate(game, equilibrium.probabilities)
    var gap = 0.0
    for (point, turns) in equilibrium.values.enumerated() {
      for (turn, pair) in turns.enumerated() {
        for firm in 0..<2 {
          gap = max(gap, abs(pair[firm] - certificate.values[firm][turns.count * point + turn]))
        }
      }
    }
    return DirectionalJudgement(
      largestGain: certificate.largestGain, largestChoiceError: certificate.largestChoiceError,
      valueGap: gap, tolerance: certificate.tolerance, isCertified: certificate.isCertified,
      surplus: certificate.surplus[movers * space.apex],
      even: equilibrium.bases.firstIndex { $0 % 2 == 0 })
  }

  var judgingTime: Double {
    // One linear system with three right-hand sides, solved state by state.
    1e-6 * Double(space.count * movers)
  }

  func survey(isCancelled: () -> Bool) throws -> DirectionalSurvey? {
    let survey = try LeapfroggingSurvey(game, isCancelled: isCancelled)
    guard !survey.wasCancelled else { return nil }
    return DirectionalSurvey(
      pureCount: survey.pureCount, symmetricCount: game.isFair ? survey.symmetricCount : nil,
      efficiency: survey.mean.map {
        .init(
          lowest: survey.lowest, mean: $0, highest: survey.highest,
          efficient: survey.efficientCount, numbers: survey.efficient)
      })
  }

  func portrait(_ equilibrium: LeapfroggingEquilibrium) -> DirectionalPortrait {
    let states = space.points.indices.map { point in
      DirectionalPortrait.State(
        costs: costs(point), values: equilibrium.values[point].map { $0.map(withoutDust) },
        invest: equilibrium.probabilities[point], digit: equilibrium.string[point],
        base: equilibrium.bases[point])
    }
    let values =
      movers == 1 ? ["value 1", "value 2"] : ["V1 turn 1", "V2 turn 1", "V1 turn 2", "V2 turn 2"]
    return DirectionalPortrait(
      string: equilibrium.string, payoffs: equilibrium.values[space.apex][0].map(withoutDust),
      states: states, header: ["c1", "c2", "c", "invest 1", "invest 2"] + values,
      rows: states.map { state in
        let cells =
          state.costs!.map(compactDecimal) + state.invest!.map { tableNumber($0).trimmedZeros }
          + state.values.flatMap { $0.map { decimal($0, movers == 1 ? 6 : 4).trimmedZeros } }
        return [cells]
      })
  }

  func solution(
    _ equilibrium: LeapfroggingEquilibrium, in game: StochasticGame
  ) throws -> BellmanNashSolution {
    let profile = self.game.profile(equilibrium.probabilities, in: game)
    let values = (0..<2).map { firm in equilibrium.values.flatMap { $0.map { $0[firm] } } }
    return BellmanNashSolution(
      judged: [profile], [values], try Certificate(game, profile, reported: values),
      note: "equilibrium \(equilibrium.string.map(String.init).joined(separator: ","))",
      isStationary: true)
  }

  func path(
    _ equilibrium: LeapfroggingEquilibrium, periods: Int, using stream: inout RandomStream
  ) -> DirectionalPath {
    var path = DirectionalPath(
      coordinates: ["c1", "c2", "c"], states: [], actions: [], ended: false)
    var (place, mover) = (game.start, 0)
    while true {
      let point = space.index(place.first, place.second, place.best)
      let chances = equilibrium.probabilities[point]
      path.states.append(costs(point)!)
      // Who is at the frontier already changes nothing by investing.
      let canMove =
        place.first > place.best && chances[0] > 0 || place.second > place.best && chances[1] > 0
      path.ended = game.improvement(from: place.best, to: place.best) >= 1 && !canMove
      guard !path.ended, path.actions.count < periods else { return path }
      let invests = (0..<2).map { firm in
        (movers == 1 || mover == firm) && stream.uniform() < chances[firm]
      }
      path.actions.append(invests.map { $0 ? "invest" : "wait" })
      let level = stream.index(
        weights: (0...place.best).map { game.improvement(from: place.best, to: $0) })
      if movers == 2 { mover = stream.index(weights: game.turns[mover]) }
      place = LeapfroggingPoints.Point(
        invests[0] ? place.best : place.first, invests[1] ? place.best : place.second, level)
    }
  }
}
