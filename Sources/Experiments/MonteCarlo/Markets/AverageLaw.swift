internal import Environments

/// The exact law of the average of N independent draws of κ, where the values of κ lie on a lattice:
/// by convolving the law with itself.
///
/// With values a + j h, j < K, N draws sum to N a + j h with j ≤ N (K − 1): an N-fold convolution by
/// repeated squaring, whose terms are all positive, so nothing cancels.
struct AverageLaw: Sendable {
  /// What may be spent on convolutions, in multiplications, over so many dates.
  struct Budget {
    let work: Int
    init(dates: Int) { work = 500_000_000 / max(1, dates) }
  }

  /// Ascending.
  private let values: [Double]
  private let probabilities: [Double]

  /// The most points of one draw's lattice.
  private static let mostPoints = 4096

  /// Nil where the values lie on no lattice, or that would be too much work.
  ///
  /// - Parameters:
  ///   - kappa: κ of each row.
  ///   - weights: how likely a draw is of each row.
  init?(_ kappa: [Double], _ weights: [Double], agents: Int, within budget: Budget) {
    var masses: [Double: Double] = [:]
    for (value, weight) in zip(kappa, weights) where weight > 0 {
      masses[value, default: 0] += weight
    }
    let drawn = masses.sorted { $0.key < $1.key }
    guard let least = drawn.first?.key, let most = drawn.last?.key else { return nil }
    if agents == 1 || drawn.count == 1 {
      values = drawn.map(\.key)
      probabilities = drawn.map(\.value)
      return
    }
    guard let step = Self.step(drawn.map { $0.key - least }) else { return nil }
    let points = Int(((most - least) / step).rounded()) + 1
    guard points <= Self.mostPoints else { return nil }
    let support = Double(agents) * Double(points)
    guard support * support / 2 <= Double(budget.work) else { return nil }
    var one = [Double](repeating: 0, count: points)
    for (value, mass) in drawn { one[Int(((value - least) / step).rounded())] += mass }
    var sum: [Double] = [1]
    for bit in stride(from: Int.bitWidth - agents.leadingZeroBitCount - 1, through: 0, by: -1) {
      sum = Self.convolution(sum, sum)
      if agents >> bit & 1 == 1 { sum = Self.convolution(sum, one) }
    }
    probabilities = sum
    let count = Double(agents)
    values = sum.indices.map { least + Double($0) * step / count }
  }

  /// The largest h of which all numbers are whole multiples, within rounding; nil if there is none.
  private static func step(_ numbers: [Double]) -> Double? {
    let largest = numbers.max() ?? 0
    let tolerance = 1e-9 * largest
    var step = 0.0
    for number in numbers where number > tolerance {
      var (a, b) = (max(step, number), min(step, number))
      while b > tolerance { (a, b) = (b, a - b * (a / b).rounded(.down)) }
      step = a
    }
    guard step > tolerance,
      numbers.allSatisfy({ abs($0 / step - ($0 / step).rounded()) <= 1e-6 })
    else { return nil }
    return step
  }

  private static func convolution(_ a: [Double], _ b: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: a.count + b.count - 1)
    for (i, x) in a.enumerated() where x != 0 {
      for (j, y) in b.enumerated() { sum[i + j] += x * y }
    }
    return sum
  }

  /// The smallest values with at least each level's share below or at them.
  ///
  /// - Parameter levels: ascending.
  func quantiles(_ levels: [Double]) -> [Double] {
    var found: [Double] = []
    var sum = 0.0
    var last = values[0]
    for (value, probability) in zip(values, probabilities) where probability > 0 {
      last = value
      sum += probability
      while found.count < levels.count, levels[found.count] <= sum + 1e-12 { found.append(last) }
    }
    while found.count < levels.count { found.append(last) }
    return found
  }

  /// How likely the average lies in a range.
  func share(of range: ClosedRange<Double>) -> Double {
    zip(values, probabilities).reduce(0) { range.contains($1.0) ? $0 + $1.1 : $0 }
  }
}
