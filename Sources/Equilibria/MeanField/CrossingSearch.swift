internal import Environments

/// The search for one crossing along a line of frozen problems.
///
/// The line is the announced m itself, or, at a place where the game jumps, the blend of its two
/// one-sided limits. Each point of it has a residual whose zero is sought: m − Φ.
struct CrossingSearch: Sendable {
  /// What a parameter t stands for.
  enum Line: Sendable {
    /// t = m.
    case announced
    /// (1 − t) left + t right, at a fixed m.
    case blend(m: Double, left: FrozenTables, right: FrozenTables)
  }

  /// Φ at one point of the line.
  struct Point: Sendable {
    var t: Double
    /// m − Φ.
    var residual: Double
    var response: MeanFieldResponse
  }

  /// How the search for a sign change ended.
  enum Found: Sendable {
    /// At a zero.
    case zero(Point)
    /// At a bracket as narrow as the tolerance, with opposite signs at its ends.
    case bracket(Point, Point)
  }

  var problem: FrozenProblem
  let line: Line
  /// The width of the last bracket relative to max(1, |t|).
  let tolerance: Double
  /// How often the agent's problem was solved.
  private(set) var evaluations = 0

  init(_ problem: FrozenProblem, line: Line = .announced, tolerance: Double) {
    self.problem = problem
    self.line = line
    self.tolerance = tolerance
  }

  /// Writes the tables of a point.
  mutating func freeze(_ t: Double) {
    switch line {
    case .announced: problem.freeze(at: [t])
    case .blend(let m, let left, let right):
      var tables = left
      for row in tables.payoffs.indices {
        tables.payoffs[row] = (1 - t) * left.payoffs[row] + t * right.payoffs[row]
      }
      for entry in tables.probabilities.indices {
        tables.probabilities[entry] =
          (1 - t) * left.probabilities[entry] + t * right.probabilities[entry]
      }
      problem.freeze(at: [m], tables: tables)
    }
  }

  /// The announced m at t.
  func announced(_ t: Double) -> Double {
    if case .blend(let m, _, _) = line { return m }
    return t
  }

  /// Evaluates Φ at a point.
  mutating func point(_ t: Double) throws -> Point {
    evaluations += 1
    freeze(t)
    let response = try problem.response()
    return Point(t: t, residual: announced(t) - response.mapped[0], response: response)
  }

  /// Adds evaluations made elsewhere on this search's behalf.
  mutating func count(_ further: Int) { evaluations += further }

  /// A residual that cannot be told from zero.
  static func isZero(_ point: Point) -> Bool {
    abs(point.residual) <= 2 * point.response.m[0].ulp
  }

  /// Narrows a bracket whose ends have residuals of opposite signs, the left one negative if `isUp`; an
  /// end whose residual is zero counts as having the sign that it needs, and is returned only if the
  /// bracket shrinks to it.
  ///
  /// Each query is safe, since whatever lies inside the bracket narrows it; the choice only matters
  /// for speed. Where both ends have one policy, Φ is taken to be smooth between them and three
  /// points predict the zero. Where Φ is flat between them the zero is Φ itself. Otherwise midpoints
  /// alternate with Φ of the last midpoint, which is the answer as soon as its piece is bracketed.
  mutating func narrow(_ low: Point, _ high: Point, isUp: Bool) throws -> Found {
    var (low, high) = (low, high)
    var last: Point?
    var replaced: Point?
    var sinceHalved = 0
    var widthThen = high.t - low.t
    for step in 0..<2000 {
      let width = high.t - low.t
      let middle = low.t + 0.5 * width
      let limit = tolerance * max(1, abs(middle))
      if width <= limit || middle <= low.t || middle >= high.t { break }
      if width <= 0.5 * widthThen {
        widthThen = width
        sinceHalved = 0
      } else {
        sinceHalved += 1
      }
      var t = middle
      if sinceHalved < 3, let guess = guess(low, high, last, replaced, step) { t = guess }
      // Not closer to an end than the tolerance, so that a prediction next to a zero ends the search.
      t = min(max(t, low.t + 0.25 * limit), high.t - 0.25 * limit)
      guard t > low.t, t < high.t else { break }
      let new = try point(t)
      last = new
      if Self.isZero(new) { return .zero(nearEnd(new, low, high)) }
      if (new.residual < 0) == isUp {
        replaced = low
        low = new
      } else {
        replaced = high
        high = new
      }
    }
    if Self.isZero(low) { return .zero(low) }
    if Self.isZero(high) { return .zero(high) }
    return .bracket(low, high)
  }

  /// A zero a millionth of the bounds from an end that is a zero itself is that end: f may be as flat
  /// there as a square.
  private func nearEnd(_ point: Point, _ low: Point, _ high: Point) -> Point {
    guard case .announced = line else { return point }
    let bounds = problem.game.interactionBounds[0]
    let near = 1e-6 * (bounds.upperBound - bounds.lowerBound)
    if Self.isZero(high), high.t == bounds.upperBound, high.t - point.t <= near { return high }
    if Self.isZero(low), low.t == bounds.lowerBound, point.t - low.t <= near { return low }
    return point
  }

  private func guess(
    _ low: Point, _ high: Point, _ last: Point?, _ replaced: Point?, _ step: Int
  ) -> Double? {
    guard !Self.isZero(low), !Self.isZero(high) else { return nil }
    let isAnnounced = if case .announced = line { true } else { false }
    if isAnnounced {
      let (left, right) = (low.response.mapped[0], high.response.mapped[0])
      if abs(left - right) <= 4 * left.ulp, left > low.t, left < high.t { return left }
    }
    if low.response.rows == high.response.rows {
      guard let replaced, let last else {
        return low.t + (high.t - low.t) * low.residual / (low.residual - high.residual)
      }
      let other = last.t == low.t ? high : low
      return interpolation(
        (last.t, last.residual), (other.t, other.residual), (replaced.t, replaced.residual))
    }
    guard isAnnounced, step % 2 == 1, let mapped = last?.response.mapped[0], mapped > low.t,
      mapped < high.t
    else { return nil }
    return mapped
  }
}
