internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Exact policy gradient: every round each player takes one step up the gradient of its own value
/// against the laws that the others play, all at once.
///
/// With J = Σ μ(s) V(s), the discounted occupancy d = Σₜ γᵗ P(sₜ = ·) and W(s, a) what an action is worth,
/// all exact (`LawEvaluation`):
///
///     softmax            θ(s, b) ← θ(s, b) + η d(s) [π(b|s) (W(s, b) − V(s)) + τ ∂H(π(·|s))/∂θ(b)]
///     softmax, natural   θ(s, b) ← θ(s, b) + η [W(s, b) − V(s) − τ (ln π(b|s) + H(π(·|s)))]
///     direct             π(·|s) ← projection onto the laws of π(·|s) + η d(s) W(s, ·)
///
/// Sutton, McAllester, Singh and Mansour (2000), theorem 1, for the gradient; Kakade (2001) for the
/// natural one, which is multiplicative weights on advantages (Agarwal, Kakade, Lee and Mahajan 2021,
/// lemma 15, with 1/(1 − γ) in η) and moves all states alike; Leonardos, Overman, Panageas and Piliouras
/// (2022), eq. PGA, for independent projected ascent. d sums to 1/(1 − γ) and not to 1. The bonus
/// τ H(π(·|s)) is counted where it is earned and not in V, so that learning rests exactly at a logit
/// quantal response equilibrium of precision 1/τ (`LogitPath`).
///
/// The average policy is the mean over rounds of the laws played, state by state.
public struct PolicyGradient: ModelLearner {
  /// The word in configurations.
  public static let name = "policy-gradient"
  /// One line.
  public static let summary = "exact policy gradient from the model, all players at once"
  /// Step, parameterisation, weighting of states and first law.
  public static let parameters: [Parameter] = [
    Parameter(
      "step", Schedule.type(values: .nonnegative),
      .defaulted(Schedule.constant(0.1).parameterValue), "step size, by round"),
    Parameter(
      "parameterisation",
      .variant(
        [
          Variant(
            "softmax", "laws softmax in a table of logits",
            [
              Parameter(
                "natural", .boolean, .defaulted(.boolean(false)),
                "follow the natural gradient: the advantages themselves"),
              GradientSettings.entropy,
            ]),
          Variant("direct", "probabilities themselves, projected onto the laws", []),
        ], shorthand: nil),
      .defaulted(
        .group([
          "kind": .text("softmax"), "natural": .boolean(false),
          "entropy": Schedule.constant(0).parameterValue,
        ])), "what the gradient is taken in"),
    .choice(
      "start", "initial", EpisodeStart.allCases.map(\.rawValue),
      "first state whose value is climbed: the game's initial law, or any state"),
    Parameter(
      "initial",
      .variant(
        [
          Variant("uniform", "every action equally likely", []),
          Variant(
            "random", "logits drawn from a normal law, other ones for every seed and player",
            [.real("spread", 1, .nonnegative, "standard deviation of the logits")]),
        ], shorthand: nil),
      .defaulted(.group(["kind": .text("random"), "spread": .real(1)])),
      "the law of the first round"),
  ]

  private enum Form {
    case softmax
    case natural
    case direct
  }

  private let table: SoftmaxTable
  private let average: PolicyAverage
  private let evaluation: LawEvaluation
  private let worth: UnsafeMutablePointer<Double>
  private let memory = TableMemory()
  private let model: ModelTables
  private let step: ScheduleClock
  private let entropy: EntropyWeight?
  private let form: Form
  private let player: Int
  private var rounds = 0
  /// Round after which the likeliest action last changed, in the direct form.
  private var lastDirectChange = 0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    let game = model.game
    self.model = model
    self.player = player
    table = SoftmaxTable(offsets: game.policyOffsets(player))
    average = PolicyAverage(table.entryCount)
    let playable = game.isTerminal.count { !$0 }
    evaluation = LawEvaluation(
      model, player: player,
      from: parameters.text("start") == EpisodeStart.initial.rawValue
        ? game.initial : game.isTerminal.map { $0 ? 0 : 1 / Double(playable) })
    worth = memory.block(of: game.maximumActionCount, repeating: 0)
    step = ScheduleClock(Schedule(parameters.group("step")!), total: rounds)
    let set = parameters.group("parameterisation")!
    if set.kind == "direct" {
      form = .direct
      entropy = nil
    } else {
      form = set.boolean("natural") ? .natural : .softmax
      entropy = EntropyWeight(set, total: rounds)
    }
    let first = parameters.group("initial")!
    if first.kind == "random" {
      let spread = first.real("spread")
      for entry in 0..<table.entryCount { table.logits[entry] = spread * stream.gaussian() }
      table.refreshAll(time: 0)
    }
  }

  /// Begins from a given policy; in the softmax forms from logits ln max(p, 1e-6).
  public mutating func start(from point: StartingPoint) throws {
    table.start(from: point.policy)
    if form == .direct {
      table.laws.update(from: point.policy.probabilities, count: table.entryCount)
    }
  }

  /// Writes the first law.
  public func writeFirstLaw(into law: UnsafeMutablePointer<Double>) {
    law.update(from: table.laws, count: table.entryCount)
  }

  /// One step up the gradient.
  ///
  /// - Complexity: two passes over the rows, and S³/3 for the evaluation.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    rounds = round
    evaluation.evaluate(play)
    average.record(play[player], from: 0, actions: table.entryCount)
    let rate = step.value(at: round)
    let bonus = entropy?.value(at: round) ?? 0
    for state in 0..<table.stateCount {
      model.actionValues(
        of: player, at: state, against: play, values: evaluation.values, into: worth)
      let value = evaluation.values[state]
      let start = table.start(of: state)
      let count = table.actionCount(at: state)
      let (row, current) = (table.logits + start, table.laws + start)
      switch form {
      case .softmax:
        let amount = rate * evaluation.occupancy[state]
        for k in 0..<count { row[k] += amount * current[k] * (worth[k] - value) }
        if bonus != 0 { table.addEntropyGradient(at: state, times: amount * bonus) }
        table.refresh(state, time: round)
      case .natural:
        if bonus != 0 { table.addNaturalEntropyGradient(at: state, times: rate * bonus) }
        for k in 0..<count { row[k] += rate * (worth[k] - value) }
        table.refresh(state, time: round)
      case .direct:
        let amount = rate * evaluation.occupancy[state]
        // Less V, which the projection does not see, to keep digits.
        for k in 0..<count { current[k] += amount * (worth[k] - value) }
        projectOntoSimplex(current, count: count)
        if table.renewMode(of: state) { lastDirectChange = round }
      }
    }
    law.update(from: table.laws, count: table.entryCount)
  }

  /// The law of the next round.
  public var lastPolicy: Policy { table.policy }
  /// The mean over rounds of the laws played, at each state.
  public var averagePolicy: Policy { average.policy(fallback: lastPolicy) }
  /// The round after which the likeliest action at any state last changed.
  public var lastPolicyChange: Int { max(table.lastModeChange, lastDirectChange) }
  /// The entropy weight, if there is one.
  public var explorationRate: Double? { entropy?.logged(at: rounds) }
  /// θ, flat, laid out as the player's policy; in the direct form of no meaning.
  public var logits: [Double] { table.snapshot }

  /// What training changes: logits, laws, laws added up.
  public struct Snapshot: Codable, Sendable {
    var logits: [Double]
    var laws: [Double]
    var lawSums: [Double]
    var lastModeChange: Int
    var rounds: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      logits: table.snapshot, laws: table.policy.probabilities, lawSums: average.snapshot,
      lastModeChange: lastPolicyChange, rounds: rounds)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.rounds >= 0, snapshot.laws.count == table.entryCount,
      snapshot.laws.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { throw SnapshotError("a policy gradient's snapshot has impossible entries") }
    try table.restore(logits: snapshot.logits, lastModeChange: snapshot.lastModeChange)
    try average.restore(snapshot.lawSums)
    if form == .direct {
      table.laws.update(from: snapshot.laws, count: table.entryCount)
      for state in 0..<table.stateCount { _ = table.renewMode(of: state) }
    }
    lastDirectChange = 0
    rounds = snapshot.rounds
  }
}
