internal import Agents
internal import Configuration
internal import Environments
internal import Equilibria
internal import Statistics

/// What minimax-Q and friend-or-foe Q share: one player's values of joint actions,
///
///     Q(s, a, o) ← Q(s, a, o) + α(n(s, a, o)) [r + γ c V(s′) − Q(s, a, o)]
///
/// with o what the others do together, and a law and value of every state that `Rule` reads from
/// Q(s, ·, ·) whenever it changes. Until the first change the law is uniform. Copies are the same
/// tables.
struct JointActionLearner {
  /// What a state is worth.
  enum Rule {
    /// V(s) = max over laws π of min over o of Σₐ π(a) Q(s, a, o).
    case maximin
    /// V(s) = max over a and o of Q(s, a, o).
    case maximum
  }

  let laws: LawTable
  private let rule: Rule
  private let game: StochasticGame
  private let player: Int
  private let discount: Double
  private let entryCount: Int
  /// Q, flat; shape [state][own action][the others' joint action], the others in order of players.
  private let values: UnsafeMutablePointer<Double>
  private let visits: UnsafeMutablePointer<Int>
  /// V.
  private let stateValues: UnsafeMutablePointer<Double>
  /// First entry of each state, and how many joint actions the others have there.
  private let starts: UnsafeMutablePointer<Int>
  private let others: UnsafeMutablePointer<Int>
  /// Actions, `[state × player]`.
  private let counts: UnsafeMutablePointer<Int>
  private let memory = TableMemory()
  private let solver: MatrixGameSolver
  private let stepSize: ScheduleTable
  private let exploration: ScheduleClock
  private(set) var updates = 0

  static let parameters: [Parameter] = [
    Parameter(
      "step_size", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 1, exponent: 0.6).parameterValue),
      "learning rate, by visits of the state and joint action"),
    LawTable.exploration,
    .real("initial_value", 0, .any, unit: "payoff", "first values of the table"),
  ]

  init(
    _ parameters: ParameterSet, rule: Rule, game: StochasticGame, player: Int, steps: Int
  ) {
    self.rule = rule
    self.game = game
    self.player = player
    discount = game.discounts[player]
    laws = LawTable(uniform: game, player: player)
    let (states, players) = (game.stateCount, game.playerCount)
    let first = parameters.real("initial_value")
    // Every row of the game is one joint action: the same offsets, in another order within.
    entryCount = game.rowCount
    values = memory.block(of: entryCount, repeating: first)
    visits = memory.block(of: entryCount, repeating: 0)
    stateValues = memory.block(of: states, repeating: first)
    starts = memory.block(of: states + 1, repeating: 0)
    starts.update(from: game.jointOffsets, count: states + 1)
    counts = memory.block(of: states * players, repeating: 0)
    counts.update(from: game.actionCounts, count: states * players)
    others = memory.block(of: states, repeating: 1)
    var widest = 1
    for state in 0..<states {
      others[state] = (starts[state + 1] - starts[state]) / game.actionCount(player, at: state)
      widest = max(widest, others[state])
    }
    solver = MatrixGameSolver(maximumRows: game.maximumActionCount, maximumColumns: widest)
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    exploration = ScheduleClock(Schedule(parameters.group("exploration")!), total: steps)
  }

  var explorationRate: Double { exploration.value(at: updates) }
  var actionValues: [Double] { Array(UnsafeBufferPointer(start: values, count: entryCount)) }
  var valuesOfStates: [Double] {
    Array(UnsafeBufferPointer(start: stateValues, count: game.stateCount))
  }

  @inline(__always)
  func action(at state: Int, using stream: inout RandomStream) -> Int {
    laws.action(at: state, exploring: exploration.value(at: updates), using: &stream)
  }

  @inline(__always)
  mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double
  ) {
    updates &+= 1
    let players = jointAction.count
    let row = counts + state &* players
    var together = 0
    var k = 0
    while k < players {
      if k != player { together = together &* row[k] &+ jointAction[k] }
      k &+= 1
    }
    let entry = starts[state] &+ jointAction[player] &* others[state] &+ together
    let count = visits[entry] &+ 1
    visits[entry] = count
    let old = values[entry]
    let target = rewards[player] + discount * continuation * stateValues[nextState]
    let new = old + stepSize.value(at: count) * (target - old)
    guard new != old else { return }
    values[entry] = new
    solve(state)
  }

  /// Law and value of a state from its joint-action values.
  @inline(never)
  private func solve(_ state: Int) {
    let table = UnsafePointer(values + starts[state])
    let (own, width) = (laws.actionCount(at: state), others[state])
    let law = laws.law + laws.start(of: state)
    switch rule {
    case .maximin:
      solver.solve(table, rows: own, columns: width)
      law.update(from: solver.rowStrategy, count: own)
      stateValues[state] = solver.value
    case .maximum:
      var best = 0
      for k in 1..<max(own * width, 1) where table[k] > table[best] { best = k }
      for action in 0..<own { law[action] = action == best / width ? 1 : 0 }
      stateValues[state] = table[best]
    }
    laws.noteChange(at: state, time: updates)
  }

  /// Q(s, a, o) = u(s, a, o) + γ Σ c V(s′) with V the player's values of the given profile; laws and
  /// values of states follow from it.
  func start(from point: StartingPoint) {
    let model = ModelTables(game)
    for state in 0..<game.stateCount {
      for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
        let actions = game.jointAction(ofRow: row, at: state)
        var together = 0
        for k in actions.indices where k != player {
          together = together * game.actionCount(k, at: state) + actions[k]
        }
        values[starts[state] + actions[player] * others[state] + together] = model.rowValue(
          row, player: player, discount: discount, values: point.values)
      }
      solve(state)
    }
    // What came before the first update is no change.
    laws.begin(from: laws.policy)
  }

  func snapshot() -> JointActionSnapshot {
    JointActionSnapshot(
      values: actionValues,
      visits: Array(UnsafeBufferPointer(start: visits, count: entryCount)),
      stateValues: valuesOfStates, laws: laws.snapshot(), updates: updates)
  }

  mutating func restore(_ snapshot: JointActionSnapshot) throws {
    try snapshot.check(values: entryCount, rows: entryCount, stateValues: game.stateCount)
    try laws.restore(snapshot.laws)
    values.update(from: snapshot.values, count: entryCount)
    visits.update(from: snapshot.visits, count: entryCount)
    stateValues.update(from: snapshot.stateValues, count: game.stateCount)
    updates = snapshot.updates
  }
}

/// What training changes in a learner of joint actions: values, visits, values of states, laws.
public struct JointActionSnapshot: Codable, Sendable {
  var values: [Double]
  var visits: [Int]
  var stateValues: [Double]
  var laws: LawSnapshot
  var updates: Int

  /// Throws `SnapshotError` unless the lists have these lengths and possible entries.
  func check(values count: Int, rows: Int, stateValues states: Int) throws {
    guard values.count == count, visits.count == rows, stateValues.count == states else {
      throw SnapshotError(
        "a snapshot of \(values.count) joint-action values does not fit \(count)")
    }
    guard values.allSatisfy(\.isFinite), visits.allSatisfy({ $0 >= 0 }),
      stateValues.allSatisfy(\.isFinite), updates >= 0
    else { throw SnapshotError("a snapshot of joint-action values has impossible entries") }
  }
}
