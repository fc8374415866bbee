public import Configuration
public import Environments
internal import Foundation

/// Equilibria of a mean-field game with any number of scalars, by Broyden's method from several
/// starts: Algorithm 4 (Light, section 8.3). See `BroydenIteration` for one run.
///
/// Nothing promises that a run ends at a root, nor that several find every root: they are *found*. With
/// finitely many actions f jumps, and there may be no root at all; the solution then holds none, ends
/// as `limit`, and its note gives the smallest residual seen. It ends as `uncertified` where every root
/// found is degenerate.
public struct Broyden: Sendable {
  /// The word after `solver.kind`.
  public static let name = "broyden"
  /// One line for a person.
  public static let summary = "Broyden's method from several starts, for any number of scalars"
  /// The keys of the solver section.
  public static let parameters: [Parameter] = [
    Parameter(
      "start", .list(.real(.any)), .optional,
      "where the first run begins, one number per scalar; the middle of the bounds unless given"),
    .integer("starts", 8, 1...100_000, "how many runs; those after the first begin spread evenly"),
    .real(
      "tolerance", 1e-10, .leftOpen(0, 1), "a root is where the length of m − Φ(m) is below this"),
    .integer("max_steps", 200, 1...1_000_000, unit: "steps", "limit of each run"),
  ]

  /// Where the first run begins; nil for the middle of the bounds.
  public var start: [Double]?
  /// How many runs.
  public var starts = 8
  /// The length of f below which a point is a root.
  public var tolerance = 1e-10
  /// Limit of each run.
  public var maximumSteps = 200

  /// Creates a solver with the defaults.
  public init() {}

  /// Reads a resolved solver section.
  ///
  /// - Throws: `GameError` about `tolerance` if doubles cannot deliver it.
  public init(_ set: ParameterSet) throws {
    if set["start"] != nil { start = set.reals("start") }
    starts = set.integer("starts")
    tolerance = set.real("tolerance")
    maximumSteps = set.integer("max_steps")
    try checkTolerance(tolerance)
  }

  /// One run.
  public struct Run: Sendable {
    /// Where it began.
    public var start: [Double]
    /// The point of smallest residual, and the last one if it is a root.
    public var m: [Double]
    /// f there.
    public var residual: [Double]
    /// ‖f‖ at every point visited.
    public var lengths: [Double]
    /// How it ended: `converged`, `limit`, or `interrupted`.
    public var status: SolverStatus
    /// B at the end, row-major.
    public var derivative: [Double]
    /// Whether it ended where −f points out of the box.
    public var isStuck: Bool

    /// Steps from one point to the next.
    public var steps: Int { lengths.count - 1 }
  }

  /// Runs from one start on any residual map f(m) = m − Φ(m).
  ///
  /// - Throws: what `f` throws; `MeanFieldError.unsuitable` if f is not finite or `start` does not fit.
  public func run(
    from start: [Double], bounds: [ClosedRange<Double>], isCancelled: () -> Bool = { false },
    _ f: ([Double]) throws -> [Double]
  ) throws -> Run {
    try check(start, bounds)
    var iteration = BroydenIteration(start: start, bounds: bounds)
    var run = Run(
      start: iteration.point, m: iteration.point, residual: [], lengths: [], status: .limit,
      derivative: iteration.derivative, isStuck: false)
    var least = Double.infinity
    while true {
      let point = iteration.point
      let residual = try f(point)
      let length = residual.reduce(0) { $0 + $1 * $1 }.squareRoot()
      run.lengths.append(length)
      if length < least || run.residual.isEmpty {
        (least, run.m, run.residual) = (length, point, residual)
      }
      run.derivative = iteration.derivative
      if length < tolerance {
        run.status = .converged
        return run
      }
      guard run.steps < maximumSteps else { return run }
      guard !isCancelled() else {
        run.status = .interrupted
        return run
      }
      try iteration.advance(residual)
      if iteration.isStuck {
        run.isStuck = true
        return run
      }
    }
  }

  private func check(_ start: [Double], _ bounds: [ClosedRange<Double>]) throws {
    guard start.count == bounds.count else {
      throw MeanFieldError.unsuitable(
        "solver.start has \(start.count) numbers and the interaction \(bounds.count) scalars")
    }
  }

  /// Where the runs begin: `start` or the middle of the bounds, then points of the Halton sequence
  /// (Halton 1960), which fill the box evenly for any number of them.
  public func startingPoints(_ bounds: [ClosedRange<Double>]) -> [[Double]] {
    let bases = primes(bounds.count)
    let first = start ?? bounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    // In one dimension the first point of the sequence is the middle again.
    return [first]
      + (1..<max(1, starts)).map { run in
        bounds.indices.map { scalar in
          let share = radicalInverse(run + 1, base: bases[scalar])
          return bounds[scalar].lowerBound
            + share * (bounds[scalar].upperBound - bounds[scalar].lowerBound)
        }
      }
  }

  /// The distinct roots of any residual map, ascending, with every run.
  ///
  /// Two roots are one if each scalar differs by less than 1e-6 of its bounds' width. A run in which
  /// f throws a `MeanFieldError`, as where the population's chain falls apart, is left out.
  /// - Throws: as `run`, but a `MeanFieldError` only if no run goes through.
  public func roots(
    bounds: [ClosedRange<Double>], isCancelled: () -> Bool = { false },
    _ f: ([Double]) throws -> [Double]
  ) throws -> (roots: [Run], runs: [Run]) {
    var runs: [Run] = []
    var roots: [Run] = []
    var failure: MeanFieldError?
    if let start { try check(start, bounds) }
    for start in startingPoints(bounds) {
      if isCancelled() { break }
      let run: Run
      do {
        run = try self.run(from: start, bounds: bounds, isCancelled: isCancelled, f)
      } catch let error as MeanFieldError {
        failure = failure ?? error
        continue
      }
      runs.append(run)
      guard run.status == .converged else { continue }
      let same = roots.firstIndex { root in
        bounds.indices.allSatisfy {
          abs(root.m[$0] - run.m[$0]) <= 1e-6 * (bounds[$0].upperBound - bounds[$0].lowerBound)
        }
      }
      if let same {
        if run.lengths.last! < roots[same].lengths.last! { roots[same] = run }
      } else {
        roots.append(run)
      }
    }
    if let failure, runs.isEmpty { throw failure }
    roots.sort { $0.m.lexicographicallyPrecedes($1.m) }
    return (roots, runs)
  }

  /// Solves a game exactly.
  ///
  /// - Throws: `MeanFieldError`.
  public func solve(
    _ model: MeanFieldModel, isCancelled: () -> Bool = { false }
  ) throws -> MeanFieldSolution {
    let clock = ContinuousClock.now
    var map = try PopulationMap(model)
    var evaluations = 0
    let (roots, runs) = try roots(bounds: map.bounds, isCancelled: isCancelled) { m in
      evaluations += 1
      return try map.residual(at: m)
    }
    var crossings: [MeanFieldCrossing] = []
    for root in roots {
      evaluations += 1
      let direction: MeanFieldCrossing.Direction? =
        root.m.count > 1 || root.derivative[0] == 0
        ? nil : root.derivative[0] > 0 ? .up : .down
      crossings.append(
        try MeanFieldCrossing(map.respond(to: root.m), of: model, direction: direction))
    }
    let converged = runs.count { $0.status == .converged }
    var solution = MeanFieldSolution(
      crossings: crossings, isComplete: false,
      counting: "found by \(runs.count) runs of Broyden's method", status: .converged,
      seconds: (ContinuousClock.now - clock).inSeconds, evaluations: evaluations,
      note: "\(converged) of \(runs.count) runs ended at a root, the first after "
        + "\(runs.first?.steps ?? 0) steps")
    if isCancelled() {
      solution.status = .interrupted
    } else if crossings.isEmpty {
      solution.status = .limit
      solution.note = failure(runs, isFinite: model.isFinite)
    } else if !crossings.allSatisfy({ $0.residuals?.isCertified ?? false }) {
      solution.status = .uncertified
      solution.note += "; residuals exceed 1e-9"
    } else if crossings.allSatisfy({ $0.kind == .degenerate }) {
      solution.status = .uncertified
      solution.note +=
        "; every root found is degenerate, and mixed equilibria are no roots of f: "
        + "solver: {kind: mean-field} finds those"
    }
    return solution
  }

  private func failure(_ runs: [Run], isFinite: Bool) -> String {
    guard let best = runs.min(by: { $0.lengths.min()! < $1.lengths.min()! }) else { return "" }
    let place = best.m.map { compactDecimal($0) }.joined(separator: ", ")
    return "no run of \(runs.count) ended at a root; the smallest ‖m − Φ(m)‖ is "
      + "\(compactDecimal(best.lengths.min()!)) at m = \(place)"
      + (isFinite
        ? ": with finitely many actions Φ jumps where the optimal policy switches, and may have no "
          + "fixed point without mixing" : "")
      + (runs.contains(where: \.isStuck) ? "; runs ended at the bounds of interaction" : "")
      + (best.lengths.min()! < 1e-9 ? "; tolerance may be below what doubles deliver here" : "")
  }
}

extension MeanFieldModel {
  /// Whether actions are finitely many.
  var isFinite: Bool { if case .finite = self { true } else { false } }
}

extension MeanFieldCrossing {
  /// A crossing at which all agents alike act optimally, with its residuals.
  ///
  /// - Throws: `MeanFieldError`, `NumericalError`.
  init(_ response: PopulationResponse, of model: MeanFieldModel, direction: Direction?) throws {
    switch model {
    case .ladder(let ladder):
      self.init(
        LadderResponse(
          m: response.m, mapped: response.mapped, actions: response.actions ?? [],
          values: response.values, law: response.law), of: ladder, direction: direction)
    case .finite(let game) where game.layout.scalarCount == 1:
      // Says whether it is degenerate, too.
      var search = CrossingSearch(try FrozenProblem(game), tolerance: 1e-12)
      let point = try search.point(response.m[0])
      self = try search.crossing(.zero(point), direction: direction)
    case .finite(let game):
      let policy = response.policy!
      self.init(
        kind: .pure, direction: direction, m: response.m, law: response.law,
        values: response.values, policy: policy, layout: game.layout)
      residuals = try MeanFieldCertificate.residuals(
        of: policy, law: response.law, at: response.m, in: game
      ).residuals
    }
  }
}

/// Refuses a tolerance that sums of probabilities, known to a few units in the sixteenth digit, cannot
/// meet.
///
/// - Throws: `GameError` about `tolerance`.
func checkTolerance(_ tolerance: Double) throws {
  let smallest = MeanFieldEquilibrium.smallestTolerance
  guard tolerance >= smallest else {
    throw GameError("tolerance", "must be at least \(smallest): doubles know Φ(m) no better")
  }
}

/// The first primes.
private func primes(_ count: Int) -> [Int] {
  var found: [Int] = []
  var candidate = 2
  while found.count < count {
    if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
    candidate += 1
  }
  return found
}

/// The digits of `index` in this base, mirrored behind the point.
private func radicalInverse(_ index: Int, base: Int) -> Double {
  var (rest, weight, value) = (index, 1 / Double(base), 0.0)
  while rest > 0 {
    value += Double(rest % base) * weight
    rest /= base
    weight /= Double(base)
  }
  return value
}
