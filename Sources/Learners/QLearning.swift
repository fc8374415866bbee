internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Independent tabular Q-learning.
///
/// Each player learns its own table as if the others were part of the environment:
///
///     δₜ = rₜ₊₁ + γ cₜ₊₁ maxₐ Q(sₜ₊₁, a) − Q(sₜ, aₜ)
///     Q(sₜ, aₜ) ← Q(sₜ, aₜ) + α(n(sₜ, aₜ)) δₜ
///
/// Watkins (1989); Sutton and Barto (2018), eq. 6.8, with c the continuation (0 only at
/// termination) and n the visits of the pair, this one included. Differs from the book in the
/// step size, which may depend on the pair's visits. With several learners the environment is not
/// stationary and no convergence theorem applies: that is what the exact verdict is for.
public struct QLearning: Learner {
  /// The word in configurations.
  public static let name = "q-learning"
  /// One line.
  public static let summary = "independent tabular Q-learning"
  /// Step size, exploration and first values.
  public static let parameters: [Parameter] = [
    Parameter(
      "step_size", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 1, exponent: 0.6).parameterValue),
      "learning rate, by visits of the state-action pair"),
    Parameter(
      "exploration", Exploration.type,
      .defaulted(
        .group(
          {
            var set = ParameterSet()
            set.set("kind", .text("epsilon-greedy"))
            return set
          }())),
      "how the agent strays from its greedy action"),
    InitialValues.parameter,
  ]

  private let table: ActionValueTable
  private let visits: VisitCounts
  private let stepSize: ScheduleTable
  private var exploration: ScheduleClock
  private let isBoltzmann: Bool
  private let player: Int
  private let discount: Double
  private var updates = 0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    let offsets = game.policyOffsets(player)
    table = ActionValueTable(offsets: offsets, initial: 0)
    try InitialValues(parameters).fill(table, game: game, player: player)
    visits = VisitCounts(offsets[game.stateCount])
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    let rule = Exploration(parameters.group("exploration")!)
    exploration = ScheduleClock(rule.schedule, total: steps)
    if case .boltzmann = rule { isBoltzmann = true } else { isBoltzmann = false }
    self.player = player
    discount = game.discounts[player]
  }

  /// The greedy action, or an exploring one.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    let rate = exploration.value(at: updates)
    if isBoltzmann {
      return boltzmannAction(table, at: state, temperature: rate, using: &stream)
    }
    return stream.uniform() < rate
      ? stream.index(below: table.actionCount(at: state)) : table.greedy[state]
  }

  /// One Q-learning update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let action = jointAction[player]
    let entry = table.entry(state, action)
    let count = visits.actions[entry] &+ 1
    visits.actions[entry] = count
    let old = table.values[entry]
    let target = rewards[player] + discount * continuation * table.best[nextState]
    table.assign(
      state, action, entry: entry, old + stepSize.value(at: count) * (target - old), time: updates)
  }

  /// Counts the greedy action at a visited state.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    visits.greedy[table.entry(state, table.greedy[state])] &+= 1
  }

  /// The table begins as the exact action values of the given profile.
  public mutating func start(from point: StartingPoint) throws {
    table.restore(values: point.actionValues, lastGreedyChange: 0)
  }

  /// Players who explore by the same schedule compute it once.
  public mutating func share(with first: QLearning) {
    exploration = exploration.shared(with: first.exploration)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<QLearning>, until last: Int) {
    loop.play(until: last)
  }

  /// The greedy policy, ties to the lowest action.
  public var lastPolicy: Policy { table.greedyPolicy }

  /// Per state, how often each action was the greedy one at recorded visits.
  public var averagePolicy: Policy { visits.averagePolicy(fallback: lastPolicy) }

  /// Updates after which the greedy policy last changed.
  public var lastPolicyChange: Int { table.lastGreedyChange }

  /// ε or the temperature.
  public var explorationRate: Double? { exploration.value(at: updates) }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { table.snapshot }

  /// What training changes: table, visits, counts of greedy actions, updates.
  public struct Snapshot: Codable, Sendable {
    var values: [Double]
    var visits: [Int]
    var greedyVisits: [Int]
    var updates: Int
    var lastGreedyChange: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      values: table.snapshot, visits: visits.actionSnapshot, greedyVisits: visits.greedySnapshot,
      updates: updates, lastGreedyChange: table.lastGreedyChange)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let count = table.entryCount
    guard snapshot.values.count == count, snapshot.visits.count == count,
      snapshot.greedyVisits.count == count
    else {
      throw SnapshotError(
        "a Q-learning snapshot of \(snapshot.values.count) entries does not fit \(count)")
    }
    guard snapshot.values.allSatisfy(\.isFinite), snapshot.visits.allSatisfy({ $0 >= 0 }),
      snapshot.greedyVisits.allSatisfy({ $0 >= 0 }), snapshot.updates >= 0
    else { throw SnapshotError("a Q-learning snapshot has impossible entries") }
    table.restore(values: snapshot.values, lastGreedyChange: snapshot.lastGreedyChange)
    visits.restore(actions: snapshot.visits, greedy: snapshot.greedyVisits)
    updates = snapshot.updates
  }
}
