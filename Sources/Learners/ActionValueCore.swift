internal import Agents
internal import Configuration
internal import Environments
internal import Statistics

/// What learners with one table of action values share: the table, the visits of its pairs,
/// exploration, and the greedy policy with its average over visits.
///
/// A learner adds the target of its update. Copies are the same tables.
struct ActionValueCore {
  let table: ActionValueTable
  let visits: VisitCounts
  var exploration: ExplorationRule
  let player: Int
  let discount: Double
  private(set) var updates = 0

  /// The keys `step_size`, `exploration` and `initial_value`.
  static let parameters = [stepSize, ExplorationRule.parameter, InitialValues.parameter]

  static let stepSize = Parameter(
    "step_size", Schedule.type(values: .leftOpen(0, 1)),
    .defaulted(Schedule.power(scale: 1, exponent: 0.6).parameterValue),
    "learning rate, by visits of the state-action pair")

  /// Reads `exploration` and `initial_value`; step sizes are the learner's own.
  init(_ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int) throws {
    let offsets = game.policyOffsets(player)
    table = ActionValueTable(offsets: offsets, initial: 0)
    try InitialValues(parameters).fill(table, game: game, player: player)
    visits = VisitCounts(offsets[game.stateCount])
    exploration = ExplorationRule(parameters, steps: steps)
    self.player = player
    discount = game.discounts[player]
  }

  /// The greedy action, or an exploring one.
  @inline(__always)
  func action(at state: Int, using stream: inout RandomStream) -> Int {
    exploration.action(table, at: state, time: updates, using: &stream)
  }

  /// Counts an update and a visit; the entry of the pair and its visits, this one included.
  @inline(__always)
  mutating func visit(_ state: Int, _ action: Int) -> (entry: Int, count: Int) {
    updates &+= 1
    let entry = table.entry(state, action)
    let count = visits.actions[entry] &+ 1
    visits.actions[entry] = count
    return (entry, count)
  }

  /// Counts the greedy action at a visited state.
  @inline(__always)
  func recordVisit(_ state: Int) {
    visits.greedy[table.entry(state, table.greedy[state])] &+= 1
  }

  /// Exact action values of the profile that play begins from.
  func start(from point: StartingPoint) {
    table.restore(values: point.actionValues, lastGreedyChange: 0)
  }

  var lastPolicy: Policy { table.greedyPolicy }
  var averagePolicy: Policy { visits.averagePolicy(fallback: table.greedyPolicy) }
  var lastPolicyChange: Int { table.lastGreedyChange }
  var explorationRate: Double { exploration.rate(at: updates) }

  func snapshot() -> ActionValueSnapshot {
    ActionValueSnapshot(
      values: table.snapshot, visits: visits.actionSnapshot, greedyVisits: visits.greedySnapshot,
      updates: updates, lastGreedyChange: table.lastGreedyChange)
  }

  mutating func restore(_ snapshot: ActionValueSnapshot) throws {
    try snapshot.check(entries: table.entryCount)
    table.restore(values: snapshot.values, lastGreedyChange: snapshot.lastGreedyChange)
    visits.restore(actions: snapshot.visits, greedy: snapshot.greedyVisits)
    updates = snapshot.updates
  }
}

/// What training changes in a table of action values: values, visits of pairs, recorded visits of
/// greedy actions, updates.
public struct ActionValueSnapshot: Codable, Sendable {
  var values: [Double]
  var visits: [Int]
  var greedyVisits: [Int]
  var updates: Int
  var lastGreedyChange: Int

  /// Throws `SnapshotError` unless all lists have one possible value an entry.
  func check(entries: Int) throws {
    guard values.count == entries, visits.count == entries, greedyVisits.count == entries else {
      throw SnapshotError("a snapshot of \(values.count) action values does not fit \(entries)")
    }
    guard values.allSatisfy(\.isFinite), visits.allSatisfy({ $0 >= 0 }),
      greedyVisits.allSatisfy({ $0 >= 0 }), updates >= 0, lastGreedyChange >= 0
    else { throw SnapshotError("a snapshot of action values has impossible entries") }
  }
}
