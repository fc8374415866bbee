/// The numbers a tableau is made of: `Double`, or `DoubleDouble` where that cannot tell a tie.
protocol TableauScalar: Comparable {
  /// Values and ratios closer than this are equal. Coordinates and slacks of a best-response
  /// polytope lie in [0, 1] by its scaling.
  static var tolerance: Double { get }
  /// Differences above `tolerance` but below this leave it open whether there is a tie.
  static var clearlyDifferent: Double { get }
  /// A difference δ below this is suspicious beside a tie: the tie may be of the order of δ².
  static var suspicious: Double { get }

  /// After how many pivots a tableau is computed afresh.
  static var pivotsBetweenRebuilds: Int { get }

  init(_ value: Double)
  /// The nearest `Double`.
  var rounded: Double { get }
  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func / (left: Self, right: Self) -> Self
}

extension Double: TableauScalar {
  /// Rounding error in a fresh tableau is some 1e-15, after 32 pivots some 1e-14.
  static var tolerance: Double { 1e-12 }
  static var clearlyDifferent: Double { 1e-10 }
  static var suspicious: Double { 1e-6 }
  static var pivotsBetweenRebuilds: Int { 32 }
  var rounded: Double { self }
}

/// An unevaluated sum of two doubles, about 32 significant digits.
///
/// Addition is exact but for some 2⁻¹⁰⁵ of the result, multiplication and division for some 2⁻¹⁰²
/// (Dekker 1971; Joldes, Muller and Popescu 2017, "Tight and rigorous error bounds for basic
/// building blocks of double-word arithmetic", ACM TOMS 44, algorithms 6, 11 and 17).
struct DoubleDouble: TableauScalar {
  var high: Double
  var low: Double

  /// Rounding error is some 1e-31 where a basis is well conditioned, and up to some 1e-25 where
  /// ties and nearly equal payoffs occur together. Payoffs that differ by δ stakes can make
  /// differences of δ², δ³, … that are no ties: hence the wide suspicious range.
  static var tolerance: Double { 1e-25 }
  static var clearlyDifferent: Double { 1e-23 }
  static var suspicious: Double { 1e-17 }
  static var pivotsBetweenRebuilds: Int { 1 }

  init(_ value: Double) {
    high = value
    low = 0
  }

  /// high + low for |high| ≥ |low|, normalised.
  private init(_ high: Double, _ low: Double) {
    self.high = high + low
    self.low = low - (self.high - high)
  }

  var rounded: Double { high }

  /// The sum of two doubles and its rounding error.
  private static func exactSum(_ a: Double, _ b: Double) -> (Double, Double) {
    let sum = a + b
    let part = sum - a
    return (sum, (a - (sum - part)) + (b - part))
  }

  static func + (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    let (sum, error) = exactSum(left.high, right.high)
    let (lows, lowError) = exactSum(left.low, right.low)
    let first = DoubleDouble(sum, error + lows)
    return DoubleDouble(first.high, first.low + lowError)
  }

  static func - (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    var negative = right
    negative.high = -right.high
    negative.low = -right.low
    return left + negative
  }

  static func * (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    let product = left.high * right.high
    let error = (-product).addingProduct(left.high, right.high)
    return DoubleDouble(product, error + (left.high * right.low + left.low * right.high))
  }

  static func / (left: DoubleDouble, right: DoubleDouble) -> DoubleDouble {
    let first = left.high / right.high
    var rest = left - right * DoubleDouble(first)
    let second = rest.high / right.high
    rest = rest - right * DoubleDouble(second)
    let third = rest.high / right.high
    return DoubleDouble(first, second) + DoubleDouble(third)
  }

  static func < (left: DoubleDouble, right: DoubleDouble) -> Bool {
    left.high < right.high || (left.high == right.high && left.low < right.low)
  }
}
