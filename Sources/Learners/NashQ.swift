internal import Agents
public import Configuration
public import Environments
internal import Equilibria
public import Statistics

/// Nash-Q: values of joint actions of both players, and an equilibrium of the stage game they make.
///
///     Qⱼ(s, a₁, a₂) ← Qⱼ(s, a₁, a₂) + α(n(s, a₁, a₂)) [rⱼ + γⱼ c Nashⱼ(s′) − Qⱼ(s, a₁, a₂)],   j = 1, 2
///     Nashⱼ(s) = player j's payoff in an equilibrium of the bimatrix game (Q₁(s, ·), Q₂(s, ·))
///
/// Hu and Wellman (2003), table 2 and eq. 7–9. Each learner keeps the tables of both players (it
/// sees the rival's action and reward) and plays its own part of the equilibrium, or with
/// probability `exploration` any action. `selection` says which equilibrium is taken where there are
/// several; unless it is `own-best`, two such learners take the same one, because their tables are
/// the same. Converges if every stage game on the way has a global optimum or a saddle point, the
/// one that is selected (their theorem 4): a condition that games rarely meet.
///
/// Selection: `joint`, `low` and `high` are `SelectionRule`'s, among pure equilibria, with
/// Lemke-Howson where there are none; `first` is the Lemke-Howson path that drops player 1's first
/// action (the paper's "first Nash"); `own-best` is the equilibrium best for this player, then for
/// the rival, among all extreme ones (the paper's "best Nash").
///
/// Departures: stage games are solved when their values change and kept, which is the same answer
/// for less; until the first change of a state's values the law there is uniform. If a stage game
/// cannot be solved to its certificate the last solution stays (`unsolved` counts them). Step
/// sizes by visits of the joint action, as in the paper. c is the continuation. Two players.
///
/// Cost per step: one stage game, some microseconds to some dozens; solving it allocates.
public struct NashQ: LawLearner {
  /// The word in configurations.
  public static let name = "nash-q"
  /// One line.
  public static let summary = "values of joint actions, continued by stage equilibria (two players)"
  /// Selection, step size, exploration and first values.
  public static let parameters: [Parameter] =
    [
      .choice(
        "selection", "joint", StageRule.allCases.map(\.rawValue),
        "which equilibrium of a stage game that has several")
    ] + JointActionLearner.parameters

  /// Values of the word `selection`.
  enum StageRule: String, CaseIterable {
    case joint, low, high, first
    case ownBest = "own-best"
  }

  /// Vertices of each polytope after which `own-best` gives a stage game up.
  private static var maximumVertices: Int { 100_000 }

  private let rule: StageRule
  private let game: StochasticGame
  private let player: Int
  private let discounts: (Double, Double)
  let laws: LawTable
  /// Q₁ and Q₂, `[row of the game × player]`.
  private let values: UnsafeMutablePointer<Double>
  private let visits: UnsafeMutablePointer<Int>
  /// Nashⱼ(s), `[state × player]`.
  private let stateValues: UnsafeMutablePointer<Double>
  /// First row of each state, and player 2's number of actions there.
  private let starts: UnsafeMutablePointer<Int>
  private let columns: UnsafeMutablePointer<Int>
  private let memory = TableMemory()
  private let rowCount: Int
  private let stateCount: Int
  private let stepSize: ScheduleTable
  private let exploration: ScheduleClock
  private var updates = 0
  /// Stage games that could not be solved to their certificate.
  public private(set) var unsolved = 0

  /// Creates a learner for `player`. Throws `GameError` unless there are two.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    guard game.playerCount == 2 else {
      throw GameError(
        "learner",
        "nash-q solves games of two players, and this game has \(game.playerCount); "
          + "q-learning and friend-or-foe-q take any number")
    }
    rule = StageRule(rawValue: parameters.text("selection"))!
    let most = (0..<game.stateCount).map {
      game.actionCount(0, at: $0) + game.actionCount(1, at: $0)
    }.max()!
    guard rule != .ownBest || most <= 128 else {
      throw GameError(
        "learner.selection",
        "own-best enumerates the equilibria of stage games of at most 128 actions, and one here has "
          + "\(most); joint, low, high and first take any number")
    }
    self.player = player
    self.game = game
    discounts = (game.discounts[0], game.discounts[1])
    laws = LawTable(uniform: game, player: player)
    (rowCount, stateCount) = (game.rowCount, game.stateCount)
    let first = parameters.real("initial_value")
    values = memory.block(of: 2 * rowCount, repeating: first)
    visits = memory.block(of: rowCount, repeating: 0)
    stateValues = memory.block(of: 2 * stateCount, repeating: first)
    starts = memory.block(of: stateCount + 1, repeating: 0)
    starts.update(from: game.jointOffsets, count: stateCount + 1)
    columns = memory.block(of: stateCount, repeating: 0)
    for state in 0..<stateCount { columns[state] = game.actionCount(1, at: state) }
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    exploration = ScheduleClock(Schedule(parameters.group("exploration")!), total: steps)
  }

  /// A draw from the own part of the stage equilibrium, or an exploring action.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    laws.action(at: state, exploring: exploration.value(at: updates), using: &stream)
  }

  /// One update of both players' values, and the state's stage game solved anew.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let row = starts[state] &+ jointAction[0] &* columns[state] &+ jointAction[1]
    let count = visits[row] &+ 1
    visits[row] = count
    let rate = stepSize.value(at: count)
    let (old0, old1) = (values[2 &* row], values[2 &* row &+ 1])
    let next = stateValues + 2 &* nextState
    let new0 = old0 + rate * (rewards[0] + discounts.0 * continuation * next[0] - old0)
    let new1 = old1 + rate * (rewards[1] + discounts.1 * continuation * next[1] - old1)
    guard new0 != old0 || new1 != old1 else { return }
    values[2 &* row] = new0
    values[2 &* row &+ 1] = new1
    solve(state)
  }

  /// Law and values of a state from an equilibrium of its stage game.
  @inline(never)
  private mutating func solve(_ state: Int) {
    let count = starts[state + 1] - starts[state]
    let width = columns[state]
    let payoffs = Array(
      UnsafeBufferPointer(start: values + 2 * starts[state], count: 2 * count))
    guard let found = equilibrium(payoffs, counts: [count / width, width], state: state) else {
      unsolved += 1
      return
    }
    let law = laws.law + laws.start(of: state)
    for (action, probability) in found.strategies[player].enumerated() {
      law[action] = probability
    }
    stateValues[2 * state] = found.values[0]
    stateValues[2 * state + 1] = found.values[1]
    laws.noteChange(at: state, time: updates)
  }

  /// The equilibrium selected; nil if none was certified.
  private func equilibrium(
    _ payoffs: [Double], counts: [Int], state: Int
  ) -> StageEquilibrium? {
    if let selection = SelectionRule(rawValue: rule.rawValue) {
      let choice = try? StageSelector(rule: selection).choose(
        payoffs: payoffs, counts: counts, symmetric: false, previous: nil, state: "\(state)")
      return choice.map { StageEquilibrium(strategies: $0.strategies, values: $0.values) }
    }
    let cells = counts[0] * counts[1]
    guard
      let game = try? BimatrixGame(
        rows: counts[0], columns: counts[1], rowPayoffs: (0..<cells).map { payoffs[2 * $0] },
        columnPayoffs: (0..<cells).map { payoffs[2 * $0 + 1] })
    else { return nil }
    if rule == .ownBest {
      let found = VertexEnumeration(maximumVertices: Self.maximumVertices).solve(game)
      // The best of a part is not the best.
      guard found.end != .vertexLimit else { return nil }
      let all = found.equilibria
      func rank(_ equilibrium: StageEquilibrium) -> (Double, Double) {
        (equilibrium.values[player], equilibrium.values[1 - player])
      }
      // Of equals the first: strictly better ones only.
      var best = all.first
      for candidate in all.dropFirst() where rank(candidate) > rank(best!) { best = candidate }
      if let best { return best }
    }
    return (try? LemkeHowson(droppedLabel: 0).solve(game))?.equilibrium
  }

  /// Both tables begin as what joint actions are worth while everybody goes on with the given profile,
  /// Qⱼ(s, a₁, a₂) = uⱼ + γⱼ Σ c Vⱼ(s′); laws and values of states are those of the equilibria
  /// selected from them, and the profile's own where a stage game could not be solved.
  public mutating func start(from point: StartingPoint) throws {
    let model = ModelTables(game)
    for player in 0..<2 {
      let worth = point.profileValues[player]
      for row in 0..<rowCount {
        values[2 * row + player] = model.rowValue(
          row, player: player, discount: game.discounts[player], values: worth)
      }
      for state in 0..<stateCount { stateValues[2 * state + player] = worth[state] }
    }
    laws.begin(from: point.policy)
    for state in 0..<stateCount { solve(state) }
    // What came before the first update is no change.
    laws.begin(from: laws.policy)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<NashQ>, until last: Int) {
    loop.play(until: last)
  }

  /// The probability of a random action.
  public var explorationRate: Double? { exploration.value(at: updates) }
  /// Qⱼ(s, a₁, a₂), flat; shape [row of the game × player].
  public var jointActionValues: [Double] {
    Array(UnsafeBufferPointer(start: values, count: 2 * rowCount))
  }
  /// Nashⱼ(s), flat; shape [state × player].
  public var stageValues: [Double] {
    Array(UnsafeBufferPointer(start: stateValues, count: 2 * stateCount))
  }

  /// What training changes: values, their record, and stage games left unsolved.
  public struct Snapshot: Codable, Sendable {
    var table: JointActionSnapshot
    var unsolved: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      table: JointActionSnapshot(
        values: jointActionValues,
        visits: Array(UnsafeBufferPointer(start: visits, count: rowCount)),
        stateValues: stageValues, laws: laws.snapshot(), updates: updates), unsolved: unsolved)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let table = snapshot.table
    try table.check(values: 2 * rowCount, rows: rowCount, stateValues: 2 * stateCount)
    try laws.restore(table.laws)
    values.update(from: table.values, count: 2 * rowCount)
    visits.update(from: table.visits, count: rowCount)
    stateValues.update(from: table.stateValues, count: 2 * stateCount)
    (updates, unsolved) = (table.updates, snapshot.unsolved)
  }
}
