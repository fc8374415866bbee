public import Environments
internal import Foundation

/// The stationary mean-field equilibrium of a ladder with continuous investment and a single scalar,
/// by Algorithm 1 (Light, section 3.1), finished by interpolation because Φ is continuous.
///
/// Where u(x + 1, m) − u(x, m) never rises in m and κ never falls in x, there is exactly one. The chain
/// moves by one level at most, and rising from x and falling from x + 1 have probabilities below (1 −
/// δ) / 2 and δ: their sum is below 1, so the chain is stochastically increasing in x under every
/// policy. By the envelope theorem ∂V/∂m is the discounted sum of ∂u/∂m along the optimal path, hence
/// V(x + 1, m) − V(x, m) never rises in m, nor does investment at any level, nor, in likelihood ratio,
/// the invariant law: Φ never rises and f(m) = m − Φ(m) rises strictly. This is Light's Theorem 3 with
/// m in the place of its parameter, and it needs neither an unbounded ladder nor depreciation above
/// 1/2.
public struct LadderEquilibrium: Sendable {
  /// How often the bracket is halved before interpolation takes over.
  public var halvings = 6
  /// How wide the bracket may be at the end, relative to max(1, |m|).
  public var tolerance = 1e-15
  /// Grid points that are looked at for further crossings where uniqueness is not proved; 0 for none.
  public var scan = 400

  /// Creates a solver.
  public init() {}

  /// Solves a ladder.
  ///
  /// - Throws: `MeanFieldError.unsuitable` if there are two scalars, which take `Broyden`;
  ///   `MeanFieldError.noOptimalPolicy`.
  public func solve(
    _ ladder: ContinuousLadder, isCancelled: () -> Bool = { false }
  ) throws -> MeanFieldSolution {
    guard ladder.interactionNames.count == 1 else {
      throw MeanFieldError.unsuitable(
        "bisection is for one scalar, and this ladder has \(ladder.interactionNames.count); take "
          + "solver.kind = broyden")
    }
    let start = ContinuousClock.now
    var search = Search(ladder)
    let (low, high) = (
      ladder.interactionBounds[0].lowerBound, ladder.interactionBounds[0].upperBound
    )
    let isProved = ladder.mapFalls
    let (atLow, atHigh) = (try search.residual(low), try search.residual(high))
    var crossings: [MeanFieldCrossing] = []
    if let m = try root(low, atLow, high, atHigh, &search) {
      crossings.append(try search.crossing(at: m, direction: .up))
    }
    let seconds = (ContinuousClock.now - start).inSeconds
    var solution = MeanFieldSolution(
      crossings: crossings, isComplete: isProved, counting: "", status: .converged,
      seconds: seconds, evaluations: 0)
    if isProved {
      solution.counting =
        "investment falls in m at every level, so m − Φ(m) rises strictly and vanishes at most once"
    } else if scan > 1 {
      try scanFurther(low, atLow, high, atHigh, &search, isCancelled, &solution)
      solution.scanSeconds = (ContinuousClock.now - start).inSeconds - seconds
    } else {
      solution.counting = "one bisection from the bounds"
    }
    solution.evaluations = search.evaluations
    guard !isCancelled() else {
      solution.status = .interrupted
      return solution
    }
    if solution.crossings.isEmpty {
      solution.status = .uncertified
      solution.note =
        "no equilibrium found within the bounds: m − Φ(m) is \(atLow) at m = \(low) and \(atHigh) at "
        + "m = \(high); widen interaction"
    } else if !solution.crossings.allSatisfy({ $0.residuals?.isCertified ?? false }) {
      solution.status = .uncertified
      solution.note = "residuals exceed 1e-9"
    }
    return solution
  }

  /// The root between two points; nil if there is none for sure.
  private func root(
    _ low: Double, _ atLow: Double, _ high: Double, _ atHigh: Double, _ search: inout Search
  ) throws -> Double? {
    if low == high { return abs(atLow) <= 1e-12 * (1 + abs(low)) ? low : nil }
    guard atLow * atHigh <= 0 else { return nil }
    var (left, right) = ((x: low, f: atLow), (x: high, f: atHigh))
    for _ in 0..<halvings where left.f != 0 && right.f != 0 {
      let middle = 0.5 * (left.x + right.x)
      let residual = try search.residual(middle)
      if (residual > 0) == (right.f > 0) {
        right = (middle, residual)
      } else {
        left = (middle, residual)
      }
    }
    return try bracketedRoot(left, right, tolerance: tolerance) { try search.residual($0) }.x
  }

  private func scanFurther(
    _ low: Double, _ atLow: Double, _ high: Double, _ atHigh: Double, _ search: inout Search,
    _ isCancelled: () -> Bool, _ solution: inout MeanFieldSolution
  ) throws {
    var (left, atLeft) = (low, atLow)
    for point in 1..<scan {
      if isCancelled() { return }
      let right = point == scan - 1 ? high : low + (high - low) * Double(point) / Double(scan - 1)
      let atRight = point == scan - 1 ? atHigh : try search.residual(right)
      if atLeft * atRight <= 0, let m = try root(left, atLeft, right, atRight, &search),
        !solution.crossings.contains(where: { abs($0.m[0] - m) <= 1e-9 * (1 + abs(m)) })
      {
        let direction: MeanFieldCrossing.Direction =
          atLeft < 0 && atRight > 0 ? .up : atLeft > 0 && atRight < 0 ? .down : .touching
        solution.crossings.append(try search.crossing(at: m, direction: direction))
      }
      (left, atLeft) = (right, atRight)
    }
    solution.crossings.sort { $0.m[0] < $1.m[0] }
    solution.scanPoints = scan
    solution.counting = "found on a scan of \(scan) points"
  }

  /// The frozen problem and a count of its solutions.
  private struct Search {
    var problem: LadderProblem
    var evaluations = 0

    init(_ ladder: ContinuousLadder) { problem = LadderProblem(ladder) }

    mutating func residual(_ m: Double) throws -> Double {
      evaluations += 1
      return try problem.respond(to: [m]).residual
    }

    mutating func crossing(
      at m: Double, direction: MeanFieldCrossing.Direction
    ) throws -> MeanFieldCrossing {
      evaluations += 1
      return MeanFieldCrossing(
        try problem.respond(to: [m]), of: problem.ladder, direction: direction)
    }
  }
}

extension MeanFieldCrossing {
  /// A pure crossing of a ladder, with its residuals.
  init(_ response: LadderResponse, of ladder: ContinuousLadder, direction: Direction?) {
    let moments = moments(of: response.law, (0...ladder.top).map { Double($0) })
    self.init(
      kind: .pure, direction: direction, m: response.m, law: response.law,
      values: response.values, actions: response.actions, meanState: moments.mean,
      variance: moments.variance)
    residuals =
      LadderCertificate(ladder, m: m, actions: response.actions, law: law).residuals
  }
}

/// Mean and variance of a quantity under a law; both arrays are by state.
public func moments(of law: [Double], _ quantity: [Double]) -> (mean: Double, variance: Double) {
  let mean = zip(law, quantity).reduce(0) { $0 + $1.0 * $1.1 }
  return (mean, zip(law, quantity).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) })
}

extension ContinuousLadder {
  /// Whether Φ can only fall in m: what a step up the ladder earns never rises in m, and κ never falls
  /// along the ladder.
  var mapFalls: Bool {
    let isOrdered = zip(interaction, interaction.dropFirst()).allSatisfy { $0 <= $1 }
    return switch revenue {
    case .linearDemand(_, let slope): isOrdered && slope >= 0
    case .qualityShare(let market, let theta):
      isOrdered && market >= 0 && theta >= 0 && interactionBounds[0].lowerBound > 0
    }
  }
}
