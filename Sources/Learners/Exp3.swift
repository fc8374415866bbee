internal import Agents
public import Configuration
public import Environments
internal import Foundation
public import Statistics

/// Exp3 in a one-shot game, from play: exponential weights when only the payoff of the action taken
/// is seen.
///
///     p(a) = (1 − γ) w(a)/Σ w + γ/n
///     a drawn from p, paid g, scaled to [0, 1] by the player's payoff range Δ
///     w(a) ← w(a) exp(γ (g/p(a))/n)          of the action taken alone
///
/// Auer, Cesa-Bianchi, Freund and Schapire (2002, *SIAM Journal on Computing* 32), figure 1. With
/// γ = min(1, √(n ln n/((e − 1) T))), which is what is taken if `exploration` is not written, the
/// expected regret of T steps is at most 2 √(e − 1) √(T n ln n) < 2.63 √(T n ln n) of Δ, whatever
/// the others do (corollary 3.2). Averages then tend to coarse correlated equilibria, up to that
/// exploration; in two-player zero-sum games to Nash equilibrium.
///
/// The last policy is w/Σ w, without γ; so are the laws that the average policy is an average of.
public struct Exp3: Learner {
  /// The word in configurations.
  public static let name = "exp3"
  /// One line.
  public static let summary = "one-shot games: exponential weights from own payoffs alone"
  /// Exploration.
  public static let parameters: [Parameter] = [
    Parameter(
      "exploration", Schedule.type(values: .leftOpen(0, 1)), .optional,
      "gamma: weight of the uniform law, by step; if not written, the constant that the regret "
        + "bound asks for")
  ]

  private let game: OneShotGame
  private let offsets: [Int]
  /// log w.
  private let scores: UnsafeMutablePointer<Double>
  /// w/Σ w, as of the last update.
  private let law: UnsafeMutablePointer<Double>
  /// The same as a policy: certain where there is one action.
  private let laws: UnsafeMutablePointer<Double>
  private let average: PolicyAverage
  private let memory = TableMemory()
  private let exploration: ScheduleClock
  private let player: Int
  private var updates = 0
  private var mode = 0
  private var lastChange = 0

  /// Creates a learner for `player`. Throws `GameError` unless the game is one-shot.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    self.game = try OneShotGame(game, player: player, learner: Self.name)
    offsets = game.policyOffsets(player)
    let count = self.game.actionCount
    scores = memory.block(of: count, repeating: 0.0)
    let entries = offsets[offsets.count - 1]
    laws = memory.block(of: entries, repeating: 1.0)
    law = laws + self.game.first
    law.update(repeating: 1 / Double(count), count: count)
    average = PolicyAverage(entries)
    let n = Double(count)
    let bound = min(1, (n * log(n) / ((exp(1) - 1) * Double(max(steps, 1)))).squareRoot())
    exploration = ScheduleClock(
      parameters.group("exploration").map { Schedule($0) } ?? .constant(bound), total: steps)
    self.player = player
  }

  /// A draw from p; at another state, where there is one action, that.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    let rate = exploration.value(at: updates)
    let share = rate / Double(game.actionCount)
    var left = stream.uniform()
    var action = 0
    let last = game.actionCount &- 1
    while action < last {
      left -= (1 - rate) * law[action] + share
      if left < 0 { return action }
      action &+= 1
    }
    return last
  }

  /// One update of the weight of the action taken.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let rate = exploration.value(at: updates)
    let action = jointAction[player]
    let n = Double(game.actionCount)
    let probability = (1 - rate) * law[action] + rate / n
    let gain = (rewards[player] - game.low) * game.scale
    scores[action] += rate * gain / (probability * n)
    updates &+= 1
    respond()
  }

  private mutating func respond() {
    writeLogitLaw(scores, count: game.actionCount, temperature: 1, into: law)
    var best = 0
    var action = 1
    while action < game.actionCount {
      best = law[action] > law[best] ? action : best
      action &+= 1
    }
    if best != mode {
      mode = best
      lastChange = updates
    }
  }

  /// Adds the law to the average.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    average.record(laws, from: game.first, actions: game.actionCount)
  }

  /// Weights begin as the given law, no probability below 1e-6.
  public mutating func start(from point: StartingPoint) throws {
    for action in 0..<game.actionCount {
      scores[action] = log(max(point.policy[game.state, action], 1e-6))
    }
    respond()
    lastChange = 0
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<Exp3>, until last: Int) {
    loop.play(until: last)
  }

  /// w/Σ w.
  public var lastPolicy: Policy {
    Policy(offsets: offsets, probabilities: array(laws, count: offsets[offsets.count - 1]))
  }
  /// The mean of the laws recorded.
  public var averagePolicy: Policy { average.policy(fallback: lastPolicy) }
  /// Updates after which the likeliest action last changed.
  public var lastPolicyChange: Int { lastChange }

  /// γ.
  public var explorationRate: Double? { exploration.value(at: updates) }

  /// What training changes: weights, laws recorded, updates.
  public struct Snapshot: Codable, Sendable {
    var scores: [Double]
    var average: [Double]
    var updates: Int
    var lastChange: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      scores: array(scores, count: game.actionCount),
      average: average.snapshot, updates: updates, lastChange: lastChange)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try requireTable(snapshot.scores, count: game.actionCount)
    guard snapshot.updates >= 0, snapshot.lastChange >= 0 else {
      throw SnapshotError("an exp3 snapshot has impossible entries")
    }
    scores.update(from: snapshot.scores, count: game.actionCount)
    try average.restore(snapshot.average)
    updates = snapshot.updates
    respond()
    lastChange = snapshot.lastChange
  }
}
