public import Configuration
public import Environments

/// The Bellman-Nash equilibrium of a stochastic game, for a finite horizon or stationary.
///
/// Finite horizons are exact backward induction under a selection rule. The stationary game is
/// solved by the logit path (`principal`), or by value iteration under a rule, which may cycle.
/// Every result that is called converged carries a certificate.
public struct BellmanNash: Sendable {
  /// The word after `solver.kind`.
  public static let name = "bellman-nash"
  /// One line for a person.
  public static let summary = "backward induction, logit path or value iteration, certified"
  /// The keys of the solver section.
  public static let parameters: [Parameter] = [
    Parameter(
      "horizon", .integerOrWord(1...100_000, ["infinite"]), .defaulted(.text("infinite")),
      unit: "periods", "periods to play, or infinite for the stationary game"),
    Parameter(
      "selection", .choice(Selection.allCases.map(\.rawValue)), .optional,
      "which equilibrium; joint for finite horizons, principal for infinite"),
    Parameter(
      "symmetric", .boolean, .defaulted(.boolean(true)),
      "impose the game's mirror symmetry on the logit path, if it has one"),
    .integer(
      "max_sweeps", 20_000, 1...1_000_000_000, unit: "sweeps", "limit of value iteration"),
    .integer("max_steps", 100_000, 1...1_000_000_000, unit: "steps", "limit of the logit path"),
  ]

  /// Which equilibrium is wanted where there are several.
  public enum Selection: String, Sendable, CaseIterable {
    /// The limit of the logit path from the uniform profile (stationary only).
    case principal
    /// Largest joint value.
    case joint
    /// Least total training.
    case low
    /// Largest total training.
    case high
    /// Closest to the previous sweep's mean actions.
    case nearest
    /// Every equilibrium of the one-shot game at each state (horizon 1, two players).
    case all

    var rule: SelectionRule? { SelectionRule(rawValue: rawValue) }
  }

  /// Periods; nil for the stationary game.
  public var horizon: Int?
  /// Which equilibrium.
  public var selection: Selection
  /// Whether to impose the game's mirror on the logit path.
  public var imposesSymmetry = true
  /// Limit of value iteration.
  public var maximumSweeps = 20_000
  /// Limit of the logit path.
  public var maximumSteps = 100_000

  /// Creates a solver; the rule defaults to `joint` for finite horizons, `principal` otherwise.
  ///
  /// - Throws: `GameError` for a combination that has no meaning, with the reason.
  public init(horizon: Int? = nil, selection: Selection? = nil) throws {
    self.horizon = horizon
    self.selection = selection ?? (horizon == nil ? .principal : .joint)
    try validate()
  }

  /// Reads a resolved solver section.
  public init(_ set: ParameterSet) throws {
    var horizon: Int?
    if case .integer(let periods) = set["horizon"] { horizon = periods }
    var selection: Selection?
    if case .text(let word) = set["selection"] { selection = Selection(rawValue: word) }
    try self.init(horizon: horizon, selection: selection)
    imposesSymmetry = set.boolean("symmetric")
    maximumSweeps = set.integer("max_sweeps")
    maximumSteps = set.integer("max_steps")
  }

  private func validate() throws {
    switch (selection, horizon) {
    case (.principal, .some(let periods)):
      throw GameError(
        "selection",
        "principal is the limit of the logit path and needs horizon: infinite, not \(periods); "
          + "for finite horizons choose joint, low, high or nearest")
    case (.all, .none):
      throw GameError(
        "selection",
        "all lists the equilibria of one-shot games and needs horizon: 1; for the stationary game "
          + "principal returns one certified equilibrium")
    case (.all, .some(let periods)) where periods > 1:
      throw GameError(
        "selection",
        "all needs horizon: 1, not \(periods): with more periods every choice at every state and "
          + "date starts another game, and their number grows exponentially")
    default: break
    }
  }

  /// Refuses a game that this solver cannot take, before any work.
  ///
  /// - Throws: `GameError` about `selection` or `horizon`, with the way out.
  public func check(_ game: StochasticGame) throws {
    if selection == .all, game.playerCount != 2 {
      throw GameError(
        "selection", "all is for two players; this game has \(game.playerCount)")
    }
    if selection == .principal {
      // The path's linear algebra is dense in the values: one a state, of one player if symmetric.
      let isSymmetric = imposesSymmetry && game.mirror != nil
      let unknowns = game.stateCount * (isSymmetric ? 1 : game.playerCount)
      guard unknowns <= Self.largestValueSystem else {
        throw GameError(
          "selection",
          "principal solves dense systems in the values of every state and player, here "
            + "\(unknowns) of them, and the limit is \(Self.largestValueSystem); use a coarser game, "
            + "or selection: joint")
      }
    }
    if let horizon {
      let entries = horizon * game.stateCount * game.playerCount * (game.maximumActionCount + 1)
      guard entries <= Self.largestHorizonTable else {
        throw GameError(
          "horizon",
          "\(horizon) periods of this game have \(entries) policy entries, and the limit is "
            + "\(Self.largestHorizonTable); shorten the horizon, or use horizon: infinite")
      }
    }
  }

  /// Most values that the logit path solves for at once: its matrix then takes 0.3 GB.
  static let largestValueSystem = 6000
  /// Most policy entries and values kept over all periods of a finite horizon: 3 GB.
  static let largestHorizonTable = 400_000_000

  /// The resolved solver section, with the selection made explicit.
  public func resolved(_ set: ParameterSet) -> ParameterSet {
    var explicit = set
    explicit.set("selection", .text(selection.rawValue))
    return explicit
  }
}

/// All equilibria of the one-shot game at one state.
public struct StageEquilibria: Sendable {
  /// Extreme equilibria, `[equilibrium]`.
  public let equilibria: [StageEquilibrium]
  /// Whether the list is known to be all of them.
  public let isComplete: Bool
  /// Whether the game is degenerate: equilibria then come in sets of which the extreme ones are
  /// listed.
  public let isDegenerate: Bool
}

/// What the Bellman-Nash solver returns.
public struct BellmanNashSolution: Sendable {
  /// One profile a period, the first period first; one for a stationary game; none without answer.
  public var profiles: [Profile] = []
  /// Values `[period][player][state]` as the solver holds them.
  public var values: [[[Double]]] = []
  /// How it ended.
  public var status: SolverStatus
  /// The certificate of the profiles; nil without answer.
  public var certificate: Certificate?
  /// Choice that the stage games left.
  public var counts = SelectionCounts()
  /// Periods, sweeps or path steps.
  public var iterations = 0
  /// One line on how it went.
  public var note = ""
  /// The cycle of value iteration, if that is how it ended.
  public var cycle: ValueIteration.Cycle?
  /// For selection `all`: the one-shot equilibria at every state.
  public var stageEquilibria: [StageEquilibria]?
  /// Whether the profile, if there is one, is to be played for ever.
  public var isStationary = true
}

extension BellmanNashSolution {
  /// Profiles with their values, judged by their certificate.
  ///
  /// - Parameters:
  ///   - profiles: one a period, the first period first; one for a stationary game.
  ///   - values: `[period][player][state]`.
  public init(
    judged profiles: [Profile], _ values: [[[Double]]], _ certificate: Certificate, note: String,
    isStationary: Bool
  ) {
    self.init(
      profiles: profiles, values: values,
      status: certificate.isCertified ? .converged : .uncertified, certificate: certificate,
      note: note, isStationary: isStationary)
  }
}

extension BellmanNash {
  /// Solves the game.
  ///
  /// - Parameters:
  ///   - isCancelled: asked now and then; true ends the run as interrupted.
  ///   - progress: one line on where the solver is, now and then.
  /// - Throws: `StageSelectionError`, `StageGameError`, `GameError` or `NumericalError`.
  public func solve(
    _ game: StochasticGame, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (String) -> Void)? = nil
  ) throws -> BellmanNashSolution {
    try check(game)
    if let horizon {
      let rule = selection.rule ?? .joint
      var solution = try finite(game, horizon: horizon, rule: rule, isCancelled: isCancelled)
      if solution.status == .interrupted { return solution }
      if selection == .all { solution.stageEquilibria = try allStageEquilibria(game) }
      return solution
    }
    if let rule = selection.rule {
      return try iterate(game, rule: rule, isCancelled: isCancelled)
    }
    return try principal(game, isCancelled: isCancelled, progress: progress)
  }

  private func finite(
    _ game: StochasticGame, horizon: Int, rule: SelectionRule, isCancelled: () -> Bool
  ) throws -> BellmanNashSolution {
    let solver = BackwardInduction(horizon: horizon, selection: rule)
    guard let found = try solver.solve(game, isCancelled: isCancelled) else {
      return BellmanNashSolution(
        status: .interrupted, note: "interrupted during backward induction", isStationary: false)
    }
    let certificate = try Certificate(game, periods: found.profiles, reported: found.values)
    return BellmanNashSolution(
      profiles: found.profiles, values: found.values,
      status: certificate.isCertified ? .converged : .uncertified, certificate: certificate,
      counts: found.counts, iterations: horizon,
      note: "backward induction over \(horizon) period\(horizon == 1 ? "" : "s")",
      isStationary: false)
  }

  private func iterate(
    _ game: StochasticGame, rule: SelectionRule, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> BellmanNashSolution {
    let outcome = try ValueIteration(
      selection: rule, maximumSweeps: maximumSweeps, isCancelled: isCancelled
    ).solve(game)
    var solution = BellmanNashSolution(status: outcome.status)
    solution.counts = outcome.counts
    solution.iterations = outcome.sweeps
    solution.cycle = outcome.cycle
    switch outcome.status {
    case .cycle:
      let cycle = outcome.cycle!
      solution.note =
        "values repeat every \(cycle.period) sweeps with amplitude \(compact(cycle.amplitude)); "
        + "selection: principal solves such games"
    case .limit:
      solution.note =
        "values still move by \(compact(outcome.change)) after \(outcome.sweeps) sweeps; raise "
        + "solver.max_sweeps, or use selection: principal"
    default: solution.note = "value iteration, \(outcome.sweeps) sweeps"
    }
    guard let found = outcome.solution else { return solution }
    try solution.adopt(found, game: game)
    return solution
  }

  private func allStageEquilibria(_ game: StochasticGame) throws -> [StageEquilibria] {
    return try (0..<game.stateCount).map { state in
      let (rows, columns) = (
        game.actionCount(0, at: state), game.actionCount(1, at: state)
      )
      let first = game.jointOffsets[state]
      let stage = try BimatrixGame(
        rows: rows, columns: columns,
        rowPayoffs: (0..<rows * columns).map { game.payoff(0, row: first + $0) },
        columnPayoffs: (0..<rows * columns).map { game.payoff(1, row: first + $0) })
      let found = VertexEnumeration().solve(stage)
      return StageEquilibria(
        equilibria: found.equilibria, isComplete: found.isComplete,
        isDegenerate: found.isDegenerate)
    }
  }
}

extension BellmanNashSolution {
  /// A solution without an answer: how the solver ended, and why.
  public init(withoutAnswer status: SolverStatus, note: String) {
    self.init(status: status, note: note)
  }

  /// Takes over a stationary profile and judges it.
  mutating func adopt(_ found: StationarySolution, game: StochasticGame) throws {
    let judged = try Certificate(game, found.profile, reported: found.values)
    profiles = [found.profile]
    values = [found.values]
    certificate = judged
    if found.status == .converged { status = judged.isCertified ? .converged : .uncertified }
  }
}

/// Three significant digits, for notes.
func compact(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return "\(value)" }
  var (scaled, exponent) = (abs(value), 0)
  while scaled >= 10 { (scaled, exponent) = (scaled / 10, exponent + 1) }
  while scaled < 1 { (scaled, exponent) = (scaled * 10, exponent - 1) }
  let digits = (scaled * 100).rounded() / 100
  let sign = value < 0 ? "-" : ""
  if (-3...4).contains(exponent) {
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    return "\(sign)\(compactDecimal(exponent < 0 ? digits / power : digits * power))"
  }
  return "\(sign)\(compactDecimal(digits))e\(exponent)"
}
