internal import Agents
public import Configuration
internal import Environments
public import Statistics

/// Regret matching of a one-shot game, from the model: play in proportion to what one regrets not
/// having played.
///
/// In round t everybody plays its law xₜ. Player i adds up what each action would have paid instead
/// (*external*, or unconditional, regret), and next round plays in proportion to what is positive:
///
///     r(a)    = uᵢ(a, x₋ᵢ) − Σ over b of xᵢ(b) uᵢ(b, x₋ᵢ)
///     R(a)   ← R(a) + r(a)                plain
///     R(a)   ← max(R(a) + r(a), 0)        plus
///     x(a)    = [R(a)]⁺ / Σ over b of [R(b)]⁺, the first law if no regret is positive
///
/// Hart and Mas-Colell (2000, *Econometrica* 68; for unconditional regrets 2001, *Journal of Economic
/// Theory* 98), with expected instead of realised payoffs; `plus` is Tammelin's (2014,
/// arXiv:1407.5042) regret matching⁺. With payoffs in a range Δ and n actions, the regret of T rounds
/// is at most Δ √(nT) for both (Blackwell's approachability: the law makes the cross term vanish, so the sum
/// of squared positive regrets grows by at most n Δ² a round; for plus Tammelin, Burch, Johanson and
/// Bowling 2015, *IJCAI*).
///
/// So the empirical law of *joint* play tends to the **coarse correlated** equilibria of any game.
/// The product of the average laws, which is the average policy here, tends to **Nash** equilibrium in
/// two-player zero-sum games, where the players' gains sum to at most the sum of both bounds, and
/// need not in others. Regret is kept in units of Δ; the rule does not depend on units.
///
/// Cost of a round: the joint actions, for each player.
public struct RegretMatching: RecordedLearner {
  /// The word in configurations.
  public static let name = "regret-matching"
  /// One line.
  public static let summary = "one-shot games: play in proportion to positive regret"
  /// Which regrets, and the first law.
  public static let parameters: [Parameter] = [
    Parameter(
      "plus", .boolean, .defaulted(.boolean(false)),
      "whether regrets are kept from falling below 0 (regret matching+)"),
    FirstLaws.parameter(default: .uniform, "law played while no regret is positive"),
  ]

  private let payoffs: OneShotPayoffs
  let record: LawRecord
  private let regrets: UnsafeMutablePointer<Double>
  private let first: UnsafeMutablePointer<Double>
  private let memory = TableMemory()
  private let player: Int
  private let isPlus: Bool

  /// Creates a learner for `player`. Throws `GameError` unless the game is one-shot.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    payoffs = try OneShotPayoffs(model, player: player, learner: Self.name)
    let count = payoffs.game.actionCount
    record = LawRecord(offsets: model.game.policyOffsets(player))
    regrets = memory.block(of: count, repeating: 0.0)
    first = memory.block(of: count, repeating: 0.0)
    self.player = player
    isPlus = parameters.boolean("plus")
    FirstLaws(parameters).fill(first, offsets: [0, count], using: &stream)
    playFirst()
  }

  /// Plays the given law while no regret is positive.
  public mutating func start(from point: StartingPoint) throws {
    for action in 0..<payoffs.game.actionCount {
      first[action] = point.policy[payoffs.game.state, action]
    }
    playFirst()
  }

  private func playFirst() {
    (record.last + payoffs.game.first).update(from: first, count: payoffs.game.actionCount)
    record.noteChanges(round: 0)
  }

  /// Adds up regrets and plays in proportion to them.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    payoffs.compute(against: play)
    let game = payoffs.game
    let played = play[player] + game.first
    var mean = 0.0
    for action in 0..<game.actionCount { mean += played[action] * payoffs.values[action] }
    var total = 0.0
    for action in 0..<game.actionCount {
      var regret = regrets[action] + (payoffs.values[action] - mean) * game.scale
      if isPlus, regret < 0 { regret = 0 }
      regrets[action] = regret
      if regret > 0 { total += regret }
    }
    record.average(play[player], step: 1 / Double(round))
    let next = record.last + game.first
    for action in 0..<game.actionCount {
      next[action] = total > 0 ? (regrets[action] > 0 ? regrets[action] / total : 0) : first[action]
    }
    record.noteChanges(round: round)
    record.write(into: law)
  }

  /// Regret of each action, summed over rounds, in units of the payoff range.
  public var regretSums: [Double] { array(regrets, count: payoffs.game.actionCount) }

  /// What training changes: regrets and laws.
  public struct Snapshot: Codable, Sendable {
    var regrets: [Double]
    var first: [Double]
    var record: LawRecord.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      regrets: regretSums, first: array(first, count: payoffs.game.actionCount),
      record: record.snapshot())
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let count = payoffs.game.actionCount
    try requireTable(snapshot.regrets, count: count)
    try requireTable(snapshot.first, count: count)
    try record.restore(snapshot.record)
    regrets.update(from: snapshot.regrets, count: count)
    first.update(from: snapshot.first, count: count)
  }
}
