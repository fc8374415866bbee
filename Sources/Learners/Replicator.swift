internal import Agents
public import Configuration
internal import Environments
internal import Foundation
public import Statistics

/// Replicator dynamics of a one-shot game, from the model: actions that pay more than the mean grow.
///
///     ẋᵢ(a) = xᵢ(a) (uᵢ(a, x₋ᵢ) − Σ over b of xᵢ(b) uᵢ(b, x₋ᵢ))
///
/// Taylor and Jonker (1978, *Mathematical Biosciences* 40); with one population a player, Hofbauer
/// and Sigmund (1998), *Evolutionary Games and Population Dynamics*, section 10.3. A round follows
/// it for a time h, in the coordinates y = log x (up to a constant), in which it reads
/// ẏᵢ(a) = uᵢ(a, x₋ᵢ) with x = softmax(y): laws stay inside the simplex.
///
/// - `runge-kutta`: one classical step of order 4 for all players together, each assuming that the
///   others follow the equation too. Global error O(h⁴) if they do by the same method; O(h) against
///   rivals who stand still.
/// - `exponential`: x(a) ← x(a) exp(h u(a))/Σ, as if the others stood still for the round. Exact
///   against fixed rivals; otherwise of order 1, and then it differs from the flow in kind: in
///   matching pennies it spirals outwards.
///
/// In two-player zero-sum games with an interior equilibrium x* the flow conserves
/// Σᵢ KL(xᵢ* ‖ xᵢ): it circles for ever (Hofbauer and Sigmund, section 11.2; Piliouras and Shamma 2014,
/// *SODA*). Its time average converges to x* (Hofbauer, Sorin and Viossat 2009, *Mathematics of Operations
/// Research* 34).
///
/// Cost of a round: for each player the joint actions once (`exponential`) or 4N times (`runge-kutta`).
public struct Replicator: RecordedLearner {
  /// The word in configurations.
  public static let name = "replicator"
  /// One line.
  public static let summary = "one-shot games: replicator dynamics"
  /// Time a round, method, first law.
  public static let parameters: [Parameter] = [
    .real("step_size", 0.1, .positive, unit: "1/payoff", "time h that a round takes"),
    .choice(
      "method", "runge-kutta", ["runge-kutta", "exponential"],
      "how a round is integrated: all players moving, or the others standing still"),
    FirstLaws.parameter(default: .random, "law of the first round"),
  ]

  /// Logs of probabilities are kept above this, where they are 0 in every sum, so that they stay
  /// finite and can be saved.
  private static var floor: Double { -1e300 }

  private let payoffs: [OneShotPayoffs]
  let record: LawRecord
  /// y of this player, its largest entry 0.
  private let scores: UnsafeMutablePointer<Double>
  /// Of each player: y at the round's start, the weighted slopes so far, y on the way.
  private let bases: [UnsafeMutablePointer<Double>]
  private let slopes: [UnsafeMutablePointer<Double>]
  private let places: [UnsafeMutablePointer<Double>]
  /// Laws on the way, as `ModelTables` takes them.
  private let laws: UnsafeMutablePointer<UnsafePointer<Double>>
  private let lawTables: [UnsafeMutablePointer<Double>]
  private let memory = TableMemory()
  private let player: Int
  private let time: Double
  private let movesTogether: Bool

  /// Creates a learner for `player`. Throws `GameError` unless the game is one-shot.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    let game = model.game
    payoffs = try (0..<game.playerCount).map {
      try OneShotPayoffs(model, player: $0, learner: Self.name)
    }
    record = LawRecord(offsets: game.policyOffsets(player))
    let memory = memory
    func tables(_ counts: [Int]) -> [UnsafeMutablePointer<Double>] {
      counts.map { memory.block(of: $0, repeating: 0.0) }
    }
    let counts = payoffs.map(\.game.actionCount)
    (bases, slopes, places) = (tables(counts), tables(counts), tables(counts))
    lawTables = (0..<game.playerCount).map {
      memory.block(of: game.policyOffsets($0).last!, repeating: 1.0)
    }
    laws = memory.block(of: lawTables.count, repeating: UnsafePointer(lawTables[0]))
    for other in lawTables.indices { laws[other] = UnsafePointer(lawTables[other]) }
    scores = memory.block(of: counts[player], repeating: 0.0)
    self.player = player
    time = parameters.real("step_size")
    movesTogether = parameters.text("method") == "runge-kutta"
    FirstLaws(parameters).fill(scores, offsets: [0, counts[player]], using: &stream)
    for action in 0..<counts[player] { scores[action] = log(scores[action]) }
    settle()
    record.noteChanges(round: 0)
  }

  /// Begins at the given law, no probability below 1e-6.
  public mutating func start(from point: StartingPoint) throws {
    for action in 0..<own.actionCount {
      scores[action] = log(max(point.policy[own.state, action], 1e-6))
    }
    settle()
    record.noteChanges(round: 0)
  }

  private var own: OneShotGame { payoffs[player].game }

  /// Shifts y so that its largest entry is 0, and writes the law.
  private func settle() {
    var top = scores[0]
    for action in 1..<max(own.actionCount, 1) { top = max(top, scores[action]) }
    for action in 0..<own.actionCount { scores[action] = max(scores[action] - top, Self.floor) }
    writeLogitLaw(scores, count: own.actionCount, temperature: 1, into: record.last + own.first)
  }

  /// Follows the equation for the time of a round.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    record.average(play[player], step: 1 / Double(round))
    if movesTogether {
      moveTogether(play)
    } else {
      payoffs[player].compute(against: play)
      for action in 0..<own.actionCount {
        scores[action] += time * payoffs[player].values[action]
      }
    }
    settle()
    record.noteChanges(round: round)
    record.write(into: law)
  }

  /// y ← y + h/6 (k₁ + 2k₂ + 2k₃ + k₄), with k₁ the slope at the start, k₂ and k₃ at half a step
  /// along k₁ and k₂, k₄ at a whole step along k₃.
  private func moveTogether(_ play: UnsafePointer<UnsafePointer<Double>>) {
    for other in payoffs.indices {
      let game = payoffs[other].game
      for action in 0..<game.actionCount {
        bases[other][action] =
          other == player
          ? scores[action] : log(max(play[other][game.first + action], .leastNormalMagnitude))
        places[other][action] = bases[other][action]
        slopes[other][action] = 0
      }
    }
    addSlopes(weight: 1, thenMove: time / 2)
    addSlopes(weight: 2, thenMove: time / 2)
    addSlopes(weight: 2, thenMove: time)
    addSlopes(weight: 1, thenMove: 0)
    for action in 0..<own.actionCount { scores[action] += time / 6 * slopes[player][action] }
  }

  private func addSlopes(weight: Double, thenMove distance: Double) {
    for other in payoffs.indices {
      let game = payoffs[other].game
      writeLogitLaw(
        places[other], count: game.actionCount, temperature: 1,
        into: lawTables[other] + game.first)
    }
    for other in payoffs.indices {
      payoffs[other].compute(against: laws)
      for action in 0..<payoffs[other].game.actionCount {
        let slope = payoffs[other].values[action]
        slopes[other][action] += weight * slope
        places[other][action] = bases[other][action] + distance * slope
      }
    }
  }

  /// What training changes: y and the laws.
  public struct Snapshot: Codable, Sendable {
    var scores: [Double]
    var record: LawRecord.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(scores: array(scores, count: own.actionCount), record: record.snapshot())
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try requireTable(snapshot.scores, count: own.actionCount)
    try record.restore(snapshot.record)
    scores.update(from: snapshot.scores, count: own.actionCount)
  }
}
