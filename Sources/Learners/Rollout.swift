internal import Agents

/// The last steps of play of one player, for learners that learn from several at once: room for a
/// stated number, allocated once. Copies are the same steps.
///
/// Step k led from `states[k]` by `actions[k]` to `nexts[k]` and paid `rewards[k]`; the future counts
/// by `factors[k]` = γ c (0 at termination). An episode ended with it where `lasts[k]`: the next step
/// then belongs to another. `weights[k]` is the factor on the actor's update, γᵗ or 1.
struct Rollout {
  let capacity: Int
  let states: UnsafeMutablePointer<Int>
  let actions: UnsafeMutablePointer<Int>
  let rewards: UnsafeMutablePointer<Double>
  let factors: UnsafeMutablePointer<Double>
  let nexts: UnsafeMutablePointer<Int>
  let lasts: UnsafeMutablePointer<Bool>
  let weights: UnsafeMutablePointer<Double>
  /// What was made of the steps: returns, or advantages.
  let results: UnsafeMutablePointer<Double>
  /// What V(sₖ) is drawn to: with advantages, Aₖ + V(sₖ).
  let targets: UnsafeMutablePointer<Double>
  private let counter: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  init(capacity: Int) {
    self.capacity = capacity
    states = memory.block(of: capacity, repeating: 0)
    actions = memory.block(of: capacity, repeating: 0)
    rewards = memory.block(of: capacity, repeating: 0)
    factors = memory.block(of: capacity, repeating: 0)
    nexts = memory.block(of: capacity, repeating: 0)
    lasts = memory.block(of: capacity, repeating: false)
    weights = memory.block(of: capacity, repeating: 0)
    results = memory.block(of: capacity, repeating: 0)
    targets = memory.block(of: capacity, repeating: 0)
    counter = memory.block(of: 1, repeating: 0)
  }

  /// Steps held.
  var count: Int { counter.pointee }
  var isFull: Bool { count == capacity }

  /// Adds a step; the rollout must not be full.
  func append(
    state: Int, action: Int, reward: Double, factor: Double, next: Int, isLast: Bool,
    weight: Double
  ) {
    let k = counter.pointee
    states[k] = state
    actions[k] = action
    rewards[k] = reward
    factors[k] = factor
    nexts[k] = next
    lasts[k] = isLast
    weights[k] = weight
    counter.pointee = k &+ 1
  }

  /// Forgets all steps.
  func removeAll() { counter.pointee = 0 }

  /// Forgets the oldest step.
  func removeFirst() {
    let rest = count &- 1
    states.update(from: states + 1, count: rest)
    actions.update(from: actions + 1, count: rest)
    rewards.update(from: rewards + 1, count: rest)
    factors.update(from: factors + 1, count: rest)
    nexts.update(from: nexts + 1, count: rest)
    lasts.update(from: lasts + 1, count: rest)
    weights.update(from: weights + 1, count: rest)
    counter.pointee = rest
  }

  /// `results[k]` ← Gₖ = rₖ + fₖ Gₖ₊₁ up to the newest step, after which the future is worth
  /// `bootstrap`. All steps must be of one episode.
  func fillReturns(bootstrap: Double) {
    var later = bootstrap
    var k = count &- 1
    while k >= 0 {
      later = rewards[k] + factors[k] * later
      results[k] = later
      k &-= 1
    }
  }

  /// `results[k]` ← the generalised advantage estimate
  ///
  ///     Aₖ = δₖ + fₖ λ Aₖ₊₁,   δₖ = rₖ + fₖ V(sₖ₊₁) − V(sₖ)
  ///
  /// with the sum cut at the end of an episode and of the rollout (Schulman, Moritz, Levine, Jordan
  /// and Abbeel 2016, eq. 16). λ = 0 gives δₖ; λ = 1 the return up to the cut, bootstrapped there,
  /// less V(sₖ). `targets[k]` ← Aₖ + V(sₖ).
  func fillAdvantages(values: UnsafePointer<Double>, lambda: Double) {
    var later = 0.0
    var k = count &- 1
    while k >= 0 {
      if lasts[k] { later = 0 }
      let error = rewards[k] + factors[k] * values[nexts[k]] - values[states[k]]
      later = error + factors[k] * lambda * later
      results[k] = later
      targets[k] = later + values[states[k]]
      k &-= 1
    }
  }

  /// V(sₖ) ← V(sₖ) + rate (targetₖ − V(sₖ)), step by step in order of play.
  func move(_ values: UnsafeMutablePointer<Double>, rate: Double) {
    for k in 0..<count { values[states[k]] += rate * (targets[k] - values[states[k]]) }
  }

  /// Adds `step` Σₖ wₖ [Aₖ ∇ ln π(aₖ|sₖ) + τ ∇H(π(·|sₖ))] to the logits, all gradients at the laws
  /// that were played, with A what is in `results`; then renews the laws of the states visited.
  func climb(_ table: SoftmaxTable, step: Double, entropyWeight: Double, time: Int) {
    let count = count
    for k in 0..<count {
      let amount = step * weights[k]
      table.addScore(of: actions[k], at: states[k], times: amount * results[k])
      if entropyWeight != 0 {
        table.addEntropyGradient(at: states[k], times: amount * entropyWeight)
      }
    }
    for k in 0..<count { table.refresh(states[k], time: time) }
  }

  /// The steps held, portable.
  struct Snapshot: Codable, Sendable {
    var states: [Int]
    var actions: [Int]
    var rewards: [Double]
    var factors: [Double]
    var nexts: [Int]
    var lasts: [Bool]
    var weights: [Double]
  }

  var snapshot: Snapshot {
    func copy<T>(_ block: UnsafeMutablePointer<T>) -> [T] {
      Array(UnsafeBufferPointer(start: block, count: count))
    }
    return Snapshot(
      states: copy(states), actions: copy(actions), rewards: copy(rewards),
      factors: copy(factors), nexts: copy(nexts), lasts: copy(lasts), weights: copy(weights))
  }

  /// Takes up steps as a checkpoint left them. Throws `SnapshotError` if they cannot be of a game with
  /// the table's states and actions.
  func restore(_ saved: Snapshot, of table: SoftmaxTable) throws {
    let count = saved.states.count
    let states = 0..<table.stateCount
    guard count <= capacity, saved.actions.count == count, saved.rewards.count == count,
      saved.factors.count == count, saved.nexts.count == count, saved.lasts.count == count,
      saved.weights.count == count, saved.states.allSatisfy(states.contains),
      saved.nexts.allSatisfy(states.contains),
      zip(saved.states, saved.actions).allSatisfy({
        (0..<table.actionCount(at: $0)).contains($1)
      }),
      [saved.rewards, saved.factors, saved.weights].joined().allSatisfy(\.isFinite)
    else { throw SnapshotError("the steps in the checkpoint do not fit the game or the horizon") }
    counter.pointee = 0
    for k in 0..<count {
      append(
        state: saved.states[k], action: saved.actions[k], reward: saved.rewards[k],
        factor: saved.factors[k], next: saved.nexts[k], isLast: saved.lasts[k],
        weight: saved.weights[k])
    }
  }
}
