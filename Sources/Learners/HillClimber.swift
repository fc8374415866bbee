internal import Agents
internal import Configuration
internal import Environments
internal import Statistics

/// What PHC and WoLF-PHC share: a table of action values learned as in Q-learning, and a law that
/// steps towards the action that is best in it. Copies are the same tables.
struct HillClimber {
  let table: ActionValueTable
  let laws: LawTable
  private let visits: VisitCounts
  /// C(s): updates at each state.
  private let stateVisits: UnsafeMutablePointer<Int>
  private let memory = TableMemory()
  private let stepSize: ScheduleTable
  private let exploration: ScheduleClock
  private let player: Int
  private let discount: Double
  private(set) var updates = 0

  static let stepSize = Parameter(
    "step_size", Schedule.type(values: .leftOpen(0, 1)),
    .defaulted(Schedule.constant(0.1).parameterValue),
    "learning rate of the values, by visits of the state-action pair")

  static func policyStep(_ meaning: String) -> Parameter {
    Parameter(
      "policy_step", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 0.5, exponent: 0.8).parameterValue),
      unit: "probability", meaning)
  }

  init(_ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int) throws {
    let offsets = game.policyOffsets(player)
    table = ActionValueTable(offsets: offsets, initial: 0)
    try InitialValues(parameters).fill(table, game: game, player: player)
    laws = LawTable(uniform: game, player: player)
    visits = VisitCounts(offsets[game.stateCount])
    stateVisits = memory.block(of: game.stateCount, repeating: 0)
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    exploration = ScheduleClock(Schedule(parameters.group("exploration")!), total: steps)
    self.player = player
    discount = game.discounts[player]
  }

  var explorationRate: Double { exploration.value(at: updates) }

  @inline(__always)
  func action(at state: Int, using stream: inout RandomStream) -> Int {
    laws.action(at: state, exploring: exploration.value(at: updates), using: &stream)
  }

  /// The Q-learning update; the visits of the state, this one included.
  @inline(__always)
  mutating func learn(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double
  ) -> Int {
    updates &+= 1
    let action = jointAction[player]
    let entry = table.entry(state, action)
    let count = visits.actions[entry] &+ 1
    visits.actions[entry] = count
    let old = table.values[entry]
    let target = rewards[player] + discount * continuation * table.best[nextState]
    table.assign(
      state, action, entry: entry, old + stepSize.value(at: count) * (target - old), time: updates)
    let seen = stateVisits[state] &+ 1
    stateVisits[state] = seen
    return seen
  }

  /// Moves `step` of probability to the best action, in equal parts from the others as far as they
  /// have it.
  ///
  /// The best action's probability is set to what the others leave, so that the law sums to 1 to
  /// rounding however many steps there are.
  @inline(__always)
  func climb(_ state: Int, step: Double) {
    let count = laws.actionCount(at: state)
    guard count > 1 else { return }
    let row = laws.law + laws.start(of: state)
    let part = step / Double(count &- 1)
    let best = table.greedy[state]
    var others = 0.0
    var k = 0
    while k < count {
      if k != best {
        row[k] = max(row[k] - part, 0)
        others += row[k]
      }
      k &+= 1
    }
    row[best] = max(1 - others, 0)
    laws.noteChange(at: state, time: updates)
  }

  func start(from point: StartingPoint) {
    table.restore(values: point.actionValues, lastGreedyChange: 0)
    laws.begin(from: point.policy)
  }

  func snapshot() -> HillClimberSnapshot {
    HillClimberSnapshot(
      values: table.snapshot, visits: visits.actionSnapshot,
      stateVisits: Array(UnsafeBufferPointer(start: stateVisits, count: table.stateCount)),
      laws: laws.snapshot(), updates: updates)
  }

  mutating func restore(_ snapshot: HillClimberSnapshot) throws {
    let (count, states) = (table.entryCount, table.stateCount)
    guard snapshot.values.count == count, snapshot.visits.count == count,
      snapshot.stateVisits.count == states
    else {
      throw SnapshotError("a snapshot of \(snapshot.values.count) values does not fit \(count)")
    }
    guard snapshot.values.allSatisfy(\.isFinite), snapshot.visits.allSatisfy({ $0 >= 0 }),
      snapshot.stateVisits.allSatisfy({ $0 >= 0 }), snapshot.updates >= 0
    else { throw SnapshotError("a snapshot of action values has impossible entries") }
    try laws.restore(snapshot.laws)
    table.restore(values: snapshot.values, lastGreedyChange: 0)
    visits.restore(actions: snapshot.visits, greedy: [Int](repeating: 0, count: count))
    stateVisits.update(from: snapshot.stateVisits, count: states)
    updates = snapshot.updates
  }
}

/// What training changes in a policy hill-climber: values, visits of pairs and states, laws.
public struct HillClimberSnapshot: Codable, Sendable {
  var values: [Double]
  var visits: [Int]
  var stateVisits: [Int]
  var laws: LawSnapshot
  var updates: Int
}
