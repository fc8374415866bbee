public import Configuration
public import Environments

/// The population's law iterated forward, s ← (1 − α) s + α s W, with everyone acting as is optimal at
/// m = M(s) for ever: Light's Eq. 3 with damping, the method that the adaptive algorithms replace.
///
/// It converges where Φ is flat enough and the chain mixes fast, takes a long time where the chain mixes
/// slowly, and cycles or diverges where Φ falls steeply: of `TwoStateGame` exactly where α (1 + λ) ≥ 2
/// (footnote 8). Where M depends on actions, m at time t is M of the law at t with the actions chosen
/// at t − 1; the first are those optimal at the middle of the bounds.
public struct FixedPointIteration: Sendable {
  /// The word after `solver.kind`.
  public static let name = "fixed-point"
  /// One line for a person.
  public static let summary = "the population's law iterated forward with damping; may cycle"
  /// The keys of the solver section.
  public static let parameters: [Parameter] = [
    .real("damping", 1, .leftOpen(0, 1), "α, the weight of the new law; 1 for plain iteration"),
    .choice(
      "start", Start.auto.rawValue, Start.allCases.map(\.rawValue),
      "where the population begins: spread evenly over the states, or all at the first one; auto: "
        + "spread evenly unless that law stands still from the outset"),
    Parameter(
      "start_law", .list(.real(.closed(0, 1))), .optional,
      "the share of each state at the beginning, in place of start; sums to 1"),
    .real(
      "tolerance", 1e-12, .leftOpen(0, 1), "converged where Σ |s W − s| is no larger than this"),
    .integer("max_steps", 10_000, 1...1_000_000_000, unit: "steps", "limit"),
  ]

  /// Where the population begins.
  public enum Start: String, Sendable, CaseIterable {
    /// Spread evenly, or, where that law stands still from the outset and so shows nothing of the
    /// iteration, all at the first state.
    case auto
    /// Spread evenly over the states.
    case uniform
    /// All at the first state.
    case first
  }

  /// α ∈ (0, 1].
  public var damping = 1.0
  /// Where the population begins, unless `startLaw` says.
  public var start = Start.auto
  /// The law at the beginning.
  public var startLaw: [Double]?
  /// Largest Σ |s W − s| at a fixed point.
  public var tolerance = 1e-12
  /// Limit of steps.
  public var maximumSteps = 10_000

  /// Creates an iteration with the defaults.
  public init() {}

  /// Reads a resolved solver section.
  ///
  /// - Throws: `GameError` about `start_law` if it does not sum to 1 within 1e-9, about `tolerance` if
  ///   doubles cannot deliver it.
  public init(_ set: ParameterSet) throws {
    damping = set.real("damping")
    start = Start(rawValue: set.text("start"))!
    tolerance = set.real("tolerance")
    maximumSteps = set.integer("max_steps")
    try checkTolerance(tolerance)
    if set["start_law"] != nil {
      let law = set.reals("start_law")
      let total = law.reduce(0, +)
      guard abs(total - 1) <= 1e-9 else {
        throw GameError("start_law", "must sum to 1; it sums to \(total)")
      }
      startLaw = law.map { $0 / total }
    }
  }

  /// How an iteration went.
  public struct Run: Sendable {
    /// M of the law at the end.
    public var m: [Double]
    /// The law at the end.
    public var law: [Double]
    /// Σ |s W − s| at every step: how far the law is from standing still, before damping.
    public var movements: [Double]
    /// m at every step.
    public var path: [[Double]]
    /// `converged`, `cycle`, `limit` or `interrupted`.
    public var status: SolverStatus
    /// Steps after which the law repeats itself, if it does.
    public var period: Int?
    /// Largest minus smallest m over a period, the largest over the scalars.
    public var amplitude: Double?

    /// How often the population was moved on.
    public var steps: Int { movements.count }
  }

  /// Iterates.
  ///
  /// A cycle is reported once the law returns to what it was within a billionth of what it moves in a
  /// step: closer than any converging sequence that still moves would come back.
  /// - Throws: `MeanFieldError`.
  public func run(_ model: MeanFieldModel, isCancelled: () -> Bool = { false }) throws -> Run {
    var map = try PopulationMap(model)
    var law = try firstLaw(map.stateCount)
    var next = law
    try map.solve(at: map.middle)
    var run = Run(m: [], law: law, movements: [], path: [], status: .limit)
    // The law is compared with one kept from a step that doubles (Brent 1980, "An improved Monte Carlo
    // factorization algorithm", section 2).
    var (anchor, anchorStep, span) = (law, 0, 1)
    var mayStartElsewhere = start == .auto && startLaw == nil
    while true {
      let m = map.interaction(of: law)
      try map.solve(at: m)
      map.advance(law, into: &next)
      let movement = distance(next, law)
      (run.m, run.law) = (m, law)
      run.path.append(m)
      run.movements.append(movement)
      let answered = map.interaction(of: law)
      if movement <= tolerance,
        zip(m, answered).allSatisfy({ abs($0 - $1) <= tolerance * max(1, abs($0)) })
      {
        if run.steps == 1, mayStartElsewhere {
          for state in law.indices { law[state] = state == 0 ? 1 : 0 }
          run.movements = []
          run.path = []
          mayStartElsewhere = false
          continue
        }
        run.status = .converged
        return run
      }
      let since = run.steps - anchorStep
      if anchorStep > 0, since > 0, distance(law, anchor) <= 1e-9 * movement {
        run.status = .cycle
        run.period = since
        run.amplitude = amplitude(run.path.suffix(since))
        return run
      }
      if since >= span { (anchor, anchorStep, span) = (law, run.steps, 2 * span) }
      guard run.steps < maximumSteps else { return run }
      guard !isCancelled() else {
        run.status = .interrupted
        return run
      }
      for state in law.indices { law[state] += damping * (next[state] - law[state]) }
    }
  }

  private func firstLaw(_ states: Int) throws -> [Double] {
    if let startLaw {
      guard startLaw.count == states else {
        throw MeanFieldError.unsuitable(
          "solver.start_law has \(startLaw.count) shares and the game \(states) states")
      }
      return startLaw
    }
    return switch start {
    case .first: (0..<states).map { $0 == 0 ? 1 : 0 }
    case .auto, .uniform: [Double](repeating: 1 / Double(states), count: states)
    }
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    var total = 0.0
    for state in a.indices { total += abs(a[state] - b[state]) }
    return total
  }

  private func amplitude(_ path: ArraySlice<[Double]>) -> Double {
    path[path.startIndex].indices.map { scalar in
      let values = path.map { $0[scalar] }
      return values.max()! - values.min()!
    }.max()!
  }

  /// Iterates, and reports the fixed point with its exact population if there is one.
  ///
  /// - Throws: `MeanFieldError`.
  public func solve(
    _ model: MeanFieldModel, isCancelled: () -> Bool = { false }
  ) throws -> MeanFieldSolution {
    let clock = ContinuousClock.now
    let run = try run(model, isCancelled: isCancelled)
    var solution = MeanFieldSolution(
      crossings: [], isComplete: false, counting: "where one iteration from a start led",
      status: run.status, seconds: 0, evaluations: run.steps)
    let last = run.m.map { compactDecimal($0) }.joined(separator: ", ")
    switch run.status {
    case .converged:
      var map = try PopulationMap(model)
      let crossing = try MeanFieldCrossing(
        map.respond(to: run.m), of: model, direction: nil)
      solution.crossings = [crossing]
      solution.note = "the law stands still after \(run.steps) steps"
      if !(crossing.residuals?.isCertified ?? false) {
        solution.status = .uncertified
        solution.note +=
          ", but m is not yet a fixed point within 1e-9: the law moves slowly; lower tolerance"
      }
    case .cycle:
      solution.note =
        "cycle of period \(run.period!), amplitude \(compactDecimal(run.amplitude!)) in m, after "
        + "\(run.steps) steps; a smaller damping may converge"
    default:
      solution.note =
        "not converged after \(run.steps) steps: m = \(last) and the law still moves by "
        + compactDecimal(run.movements.last!)
    }
    solution.seconds = (ContinuousClock.now - clock).inSeconds
    return solution
  }
}
