internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Independent double Q-learning: one table chooses the best next action, another says what it is
/// worth, so that noise in one is not taken for value.
///
/// With probability 1/2 each, by a fair coin a step,
///
///     A(sₜ, aₜ) ← A(sₜ, aₜ) + α(n_A(sₜ, aₜ)) [rₜ₊₁ + γ cₜ₊₁ B(sₜ₊₁, argmaxₐ A(sₜ₊₁, a)) − A(sₜ, aₜ)]
///
/// or the same with A and B exchanged. Van Hasselt (2010), algorithm 1; Sutton and Barto (2018),
/// eq. 6.10. c is the continuation, n_A the updates of the pair in A, this one included; ties of the
/// argmax go to the lowest action. Behaviour and policies are read from the mean (A + B)/2, one of
/// the choices the paper leaves open. One player: converges to the optimum (the paper's theorem 1).
/// Cost per step: O(1), one more draw than Q-learning.
public struct DoubleQLearning: Learner {
  /// The word in configurations.
  public static let name = "double-q-learning"
  /// One line.
  public static let summary = "Q-learning with two tables, free of the maximisation bias"
  /// Step size, exploration and first values.
  public static let parameters: [Parameter] = [
    Parameter(
      "step_size", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 1, exponent: 0.6).parameterValue),
      "learning rate, by updates of the state-action pair in the table"),
    ExplorationRule.parameter, InitialValues.parameter,
  ]

  /// A and, from state `stateCount` on, B: one table, so that the coin moves an index and no branch
  /// depends on it.
  private let pair: ActionValueTable
  /// (A + B)/2 with its greedy actions.
  private let mean: ActionValueTable
  /// Updates of each pair, laid out as `pair`.
  private let updateCounts: VisitCounts
  /// Greedy actions of the mean at recorded visits.
  private let visits: VisitCounts
  private let stateCount: Int
  private let stepSize: ScheduleTable
  private var exploration: ExplorationRule
  private let player: Int
  private let discount: Double
  private var updates = 0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    let offsets = game.policyOffsets(player)
    stateCount = game.stateCount
    let entries = offsets[stateCount]
    pair = ActionValueTable(
      offsets: offsets + offsets.dropFirst().map { $0 + entries }, initial: 0)
    mean = ActionValueTable(offsets: offsets, initial: 0)
    updateCounts = VisitCounts(2 * entries)
    visits = VisitCounts(entries)
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    exploration = ExplorationRule(parameters, steps: steps)
    self.player = player
    discount = game.discounts[player]
    let values = try InitialValues(parameters).values(game: game, player: player)
    fill(values, values, lastGreedyChange: 0)
  }

  private func fill(_ a: [Double], _ b: [Double], lastGreedyChange: Int) {
    pair.restore(values: a + b, lastGreedyChange: 0)
    mean.restore(
      values: zip(a, b).map { 0.5 * $0 + 0.5 * $1 }, lastGreedyChange: lastGreedyChange)
  }

  /// The greedy action of the mean, or an exploring one.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    exploration.action(mean, at: state, time: updates, using: &stream)
  }

  /// One update of one table.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let action = jointAction[player]
    // Where the table that learns and the other one begin.
    let learning = stream.uniform() < 0.5 ? 0 : stateCount
    let other = stateCount &- learning
    let entry = pair.entry(learning &+ state, action)
    let next = pair.values[
      pair.entry(other &+ nextState, pair.greedy[learning &+ nextState])]
    let count = updateCounts.actions[entry] &+ 1
    updateCounts.actions[entry] = count
    let old = pair.values[entry]
    let target = rewards[player] + discount * continuation * next
    pair.assign(
      learning &+ state, action, entry: entry,
      old + stepSize.value(at: count) * (target - old), time: updates)
    let twin = pair.entry(other &+ state, action)
    mean.assign(
      state, action, 0.5 * pair.values[entry] + 0.5 * pair.values[twin], time: updates)
  }

  /// Counts the greedy action at a visited state.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    visits.greedy[mean.entry(state, mean.greedy[state])] &+= 1
  }

  /// Both tables begin as the exact action values of the given profile.
  public mutating func start(from point: StartingPoint) throws {
    fill(point.actionValues, point.actionValues, lastGreedyChange: 0)
  }

  /// Players who explore by the same schedule compute it once.
  public mutating func share(with first: DoubleQLearning) {
    exploration.share(with: first.exploration)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<DoubleQLearning>, until last: Int) {
    loop.play(until: last)
  }

  /// The greedy policy of the mean, ties to the lowest action.
  public var lastPolicy: Policy { mean.greedyPolicy }
  /// Per state, how often each action was the greedy one at recorded visits.
  public var averagePolicy: Policy { visits.averagePolicy(fallback: lastPolicy) }
  /// Updates after which the greedy policy last changed.
  public var lastPolicyChange: Int { mean.lastGreedyChange }
  /// ε or the temperature.
  public var explorationRate: Double? { exploration.rate(at: updates) }
  /// Infinite once an action value is not finite; otherwise none.
  public var largestWeight: Double? { pair.isFinite ? nil : .infinity }
  /// The mean of both tables, flat, laid out as the player's policy.
  public var actionValues: [Double] { mean.snapshot }
  /// The two tables A and B, flat.
  public var tables: (first: [Double], second: [Double]) {
    let (all, count) = (pair.snapshot, mean.entryCount)
    return (Array(all[..<count]), Array(all[count...]))
  }

  /// What training changes: A as a table of action values, with the mean's record, and B.
  public struct Snapshot: Codable, Sendable {
    var first: ActionValueSnapshot
    var second: [Double]
    var secondVisits: [Int]
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    let (counts, count) = (updateCounts.actionSnapshot, mean.entryCount)
    return Snapshot(
      first: ActionValueSnapshot(
        values: tables.first, visits: Array(counts[..<count]),
        greedyVisits: visits.greedySnapshot, updates: updates,
        lastGreedyChange: mean.lastGreedyChange),
      second: tables.second, secondVisits: Array(counts[count...]))
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let count = mean.entryCount
    try snapshot.first.check(entries: count)
    guard snapshot.second.count == count, snapshot.secondVisits.count == count,
      snapshot.second.allSatisfy(\.isFinite), snapshot.secondVisits.allSatisfy({ $0 >= 0 })
    else { throw SnapshotError("the second table of a double Q-learning snapshot does not fit") }
    fill(
      snapshot.first.values, snapshot.second, lastGreedyChange: snapshot.first.lastGreedyChange)
    let none = [Int](repeating: 0, count: count)
    updateCounts.restore(
      actions: snapshot.first.visits + snapshot.secondVisits, greedy: none + none)
    visits.restore(actions: none, greedy: snapshot.first.greedyVisits)
    updates = snapshot.first.updates
  }
}
