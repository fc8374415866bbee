internal import Agents
public import Configuration
public import Environments
internal import Foundation
public import Statistics

/// One-step actor-critic with a softmax actor and a critic, both linear in features of the state.
///
/// π(a|s) ∝ exp Σᵢ xᵢ(s) θ(i, a) and V(s) = Σᵢ xᵢ(s) w(i). After every step
///
///     δ = r + γ c V(s′) − V(s)
///     w(i) ← w(i) + α_V kᵢ xᵢ(s) δ
///     θ(i, b) ← θ(i, b) + α_θ kᵢ xᵢ(s) [δ (1{b = a} − π(b|s)) − τ π(b|s) (ln π(b|s) + H(π(·|s)))]
///
/// Sutton and Barto (2018), section 13.5, "One-step Actor-Critic", with the linear softmax of
/// eqs. 13.2 and 13.3, without its factor γᵗ; c is the continuation, kᵢ the step scale of the
/// feature (`FeatureBasis`), τ the weight of an entropy bonus (Williams and Peng 1991), which the
/// critic does not count. With `tabular` features this is `ActorCritic` with one-step advantages, to
/// the bit.
///
/// The critic learns on policy. For a fixed policy, linear TD(0) then converges (Tsitsiklis and Van
/// Roy 1997) to the TD fixed point (`ProjectedEvaluation`), for a moving one and for several
/// learners nothing is promised. Cost per step: active features × actions, and one exponential an
/// action.
public struct LinearActorCritic: Learner {
  /// The word in configurations.
  public static let name = "linear-actor-critic"
  /// One line.
  public static let summary = "softmax actor and critic, linear in features"
  /// Features, steps, entropy and the critic's first weights.
  public static let parameters: [Parameter] = [
    FeatureBasis.parameter,
    LinearSettings.step("actor_step", 0.02, "step size of the actor's weights, by step"),
    LinearSettings.step("critic_step", 0.05, "step size of the critic's weights, by step"),
    GradientSettings.entropy,
    LinearSettings.initialWeights,
  ]

  private let actor: LinearTable
  private let critic: LinearTable
  private let average: PolicyAverage
  /// The law last computed of every state, flat.
  private let laws: UnsafeMutablePointer<Double>
  private let starts: UnsafePointer<Int>
  private let memory = TableMemory()
  private let offsets: [Int]
  private let actorStep: ScheduleClock
  private let criticStep: ScheduleClock
  private let entropy: EntropyWeight
  private let player: Int
  private let discount: Double
  private var updates = 0
  /// The state to look at next for a change of the likeliest action.
  private var cursor = 0
  /// The state whose law is as the weights now have it; −1 for none.
  private var currentLaw = -1

  /// Creates a learner for `player`; its first law is uniform.
  ///
  /// - Throws: `GameError` if there are too many features, or first weights for another number.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    offsets = game.policyOffsets(player)
    let features = try StateFeatures(FeatureBasis(parameters.group("features")!), game: game)
    actor = LinearTable(
      features, counts: (0..<game.stateCount).map { game.actionCount(player, at: $0) })
    critic = LinearTable(features, counts: [Int](repeating: 1, count: game.stateCount))
    try critic.begin(at: parameters.reals("initial_weights"))
    average = PolicyAverage(offsets.last!)
    laws = memory.block(of: offsets.last!, repeating: 0)
    let starts = memory.block(of: offsets.count, repeating: 0)
    starts.update(from: offsets, count: offsets.count)
    self.starts = UnsafePointer(starts)
    actorStep = ScheduleClock(Schedule(parameters.group("actor_step")!), total: steps)
    criticStep = ScheduleClock(Schedule(parameters.group("critic_step")!), total: steps)
    entropy = EntropyWeight(parameters, total: steps)
    self.player = player
    discount = game.discounts[player]
  }

  /// The law of a state from its logits, the largest subtracted first; kept until weights move.
  @inline(__always)
  private mutating func refresh(_ state: Int) {
    if currentLaw == state { return }
    currentLaw = state
    writeLaw(of: state, to: laws + starts[state])
  }

  private func writeLaw(of state: Int, to law: UnsafeMutablePointer<Double>) {
    let top = actor.row[actor.read(state)]
    let count = actor.count(at: state)
    writeSoftmax(actor.row, largest: top, count: count, to: law)
  }

  /// A draw from the actor's law: one uniform, compared with the partial sums.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    refresh(state)
    return drawnAction(
      laws + starts[state], count: actor.count(at: state), at: stream.uniform())
  }

  /// One update of critic and actor, both at the law played.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let action = jointAction[player]
    refresh(state)
    let error =
      rewards[player] + discount * continuation * critic.value(nextState, 0)
      - critic.value(state, 0)
    critic.add(criticStep.value(at: updates) * error, at: state, 0)
    let step = actorStep.value(at: updates)
    let law = laws + starts[state]
    let count = actor.count(at: state)
    let amount = step * error
    var k = 0
    while k < count {
      actor.add(-(amount * law[k]), at: state, k)
      k &+= 1
    }
    actor.add(amount, at: state, action)
    if entropy.isOn { addEntropyGradient(at: state, times: step * entropy.value(at: updates)) }
    currentLaw = -1
    actor.look(at: state, time: updates, next: &cursor)
  }

  /// −amount π(b) (ln π(b) + H) along the features, for every action b.
  @inline(never)
  private func addEntropyGradient(at state: Int, times amount: Double) {
    let range = starts[state]..<starts[state &+ 1]
    var entropy = 0.0
    for entry in range where laws[entry] > 0 { entropy -= laws[entry] * log(laws[entry]) }
    for entry in range where laws[entry] > 0 {
      actor.add(
        -(amount * laws[entry] * (log(laws[entry]) + entropy)), at: state,
        entry &- range.lowerBound)
    }
  }

  /// Adds the law at a visited state to the average policy.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    refresh(state)
    average.record(laws, from: starts[state], actions: actor.count(at: state))
  }
}

extension LinearActorCritic {
  /// Logits and values begin where they fit the policy's logits, ln max(p, 1e-6), and the profile's
  /// exact values best, in least squares over states.
  public mutating func start(from point: StartingPoint) throws {
    try actor.fit(point.policy.probabilities.map { log(max($0, 1e-6)) })
    try critic.fit(point.values)
    currentLaw = -1
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<LinearActorCritic>, until last: Int) {
    loop.play(until: last)
  }

  /// The actor's law.
  public var lastPolicy: Policy {
    var probabilities = [Double](repeating: 0, count: offsets.last!)
    probabilities.withUnsafeMutableBufferPointer { buffer in
      for state in 0..<actor.stateCount {
        writeLaw(of: state, to: buffer.baseAddress! + offsets[state])
      }
    }
    return Policy(offsets: offsets, probabilities: probabilities)
  }
  /// Per state, the mean of the laws at recorded visits.
  public var averagePolicy: Policy { average.policy(fallback: lastPolicy) }
  /// Updates after which the likeliest action of any state was last found changed: every update
  /// looks at the state it learned from and at one other in turn, so at most S updates late; a change
  /// undone before that is not seen.
  public var lastPolicyChange: Int { actor.lastModeChange }
  /// The entropy weight, if there is one.
  public var explorationRate: Double? { entropy.logged(at: updates) }
  /// The largest |θ| or |w|, infinite once one would have overflowed.
  public var largestWeight: Double? { max(actor.largestWeight, critic.largestWeight) }
  /// The logits, flat, laid out as the player's policy.
  public var logits: [Double] { actor.table }
  /// V, one per state.
  public var stateValues: [Double] { critic.table }

  /// What training changes: both sets of weights, laws added up, updates.
  public struct Snapshot: Codable, Sendable {
    var actor: LinearTable.Snapshot
    var critic: LinearTable.Snapshot
    var lawSums: [Double]
    var updates: Int
    var cursor: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      actor: actor.snapshot(), critic: critic.snapshot(), lawSums: average.snapshot,
      updates: updates, cursor: cursor)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.updates >= 0, (0..<actor.stateCount).contains(snapshot.cursor) else {
      throw SnapshotError("a snapshot of linear actor-critic has impossible entries")
    }
    try actor.restore(snapshot.actor)
    try critic.restore(snapshot.critic)
    try average.restore(snapshot.lawSums)
    updates = snapshot.updates
    cursor = snapshot.cursor
    currentLaw = -1
  }
}
