/// The test of Mann and Whitney, or Wilcoxon's of rank sums, that two independent samples come from
/// the same distribution.
///
///     U = #{(i, j): xᵢ > yⱼ} + ½ #{(i, j): xᵢ = yⱼ},  U / nm estimates P(X > Y) + ½ P(X = Y)
///
/// Mann & Whitney (1947), Annals of Mathematical Statistics 18, p. 50. With n m ≤ `exactLimit`
/// the p-value is exact, given the ties: the share of all divisions of the joint values into samples
/// of n and m in which |U − nm/2| is at least as large. Otherwise it is normal with the variance
/// corrected for ties and half a unit of continuity (Lehmann 1975, *Nonparametrics*, ch. 1). Equal to
/// `scipy.stats.mannwhitneyu`, two-sided, where that has the same method: it has no exact one for
/// ties.
///
/// What it tests is the whole distribution: equal medians or means with unequal spread are not its
/// null hypothesis. Cost: O((n + m) log(n + m)), and n² m at most where exact.
public struct MannWhitneyTest: Sendable, Codable, Equatable {
  /// How the p-value was found.
  public enum Method: String, Sendable, Codable {
    /// All divisions of the joint values counted.
    case exact
    /// The normal approximation, corrected for ties and continuity.
    case normal
  }

  /// The largest n m whose p-value is counted: twenty against twenty.
  public static let exactLimit = 400

  /// U of the first sample, in 0...nm.
  public let statistic: Double
  /// U / nm, the share of pairs in which the first is larger, ties counted half.
  public let superiority: Double
  /// The two-sided p-value; 1 when all values are equal.
  public let pValue: Double
  /// How it was found.
  public let method: Method

  enum CodingKeys: String, CodingKey {
    case statistic, superiority, method
    case pValue = "p_value"
  }

  /// Tests two samples.
  /// - Throws: `NumericalError` if a sample is empty or a value is not finite.
  public init(_ first: [Double], _ second: [Double]) throws(NumericalError) {
    guard !first.isEmpty, !second.isEmpty else {
      throw .invalid("MannWhitneyTest", "\(first.count) and \(second.count) values: needs one each")
    }
    try checkFinite(first, "MannWhitneyTest", "first")
    try checkFinite(second, "MannWhitneyTest", "second")
    let ranks = JointRanks(first, second)
    var counts = (
      first: [Int](repeating: 0, count: ranks.sizes.count),
      second: [Int](repeating: 0, count: ranks.sizes.count)
    )
    for rank in ranks.first { counts.first[rank] += 1 }
    for rank in ranks.second { counts.second[rank] += 1 }
    let doubled = doubledWins(counts.first.span, over: counts.second.span)
    let (n, m) = (first.count, second.count)
    statistic = Double(doubled) / 2
    superiority = statistic / (Double(n) * Double(m))
    // U and nm − U are equally likely: the larger of them is as extreme as |U − nm/2|.
    let larger = max(doubled, 2 * n * m - doubled)
    if !ranks.hasTies, n * m <= Self.exactLimit {
      method = .exact
      let arrangements = Self.arrangements(n, m)
      let all = arrangements.reduce(0, +)
      let extreme = arrangements[(larger / 2)...].reduce(0, +)
      pValue = min(1, 2 * Double(extreme) / Double(all))
    } else if n * m <= Self.exactLimit {
      method = .exact
      pValue = Self.tiedTails(larger, n, m, ranks.sizes)
    } else {
      method = .normal
      pValue = Self.normalTails(Double(larger) / 2, n, m, ranks.sizes)
    }
  }

  /// How many of the (n + m)! / (n! m!) orders of untied values have each U. Shape [nm + 1].
  ///
  /// The coefficients of the Gaussian binomial Π (1 − q^{m+i}) / (1 − q^i) over i = 1...n, which the
  /// recursion of Mann and Whitney builds too; factor by factor, in integers, exact as long as the
  /// counts fit (2.8 · 10¹¹ at most up to `exactLimit`).
  static func arrangements(_ n: Int, _ m: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: n * m + 1)
    counts[0] = 1
    for i in 1...n {
      for u in stride(from: n * m, through: m + i, by: -1) { counts[u] -= counts[u - m - i] }
      for u in stride(from: i, through: n * m, by: 1) { counts[u] += counts[u - i] }
    }
    return counts
  }

  /// The share of divisions with |2U − nm| ≥ 2 `larger`/2 − nm, where values come in groups of equal
  /// ones of the given sizes, ascending.
  ///
  /// Counts divisions by how many values of the first sample lie in the groups so far and what they
  /// add to 2U: with b of the second sample below, j of a group of t add j (2b + t − j).
  private static func tiedTails(_ larger: Int, _ n: Int, _ m: Int, _ sizes: [Int]) -> Double {
    let width = 2 * n * m + 1
    var counts = [Int](repeating: 0, count: (n + 1) * width)
    counts[0] = 1
    var below = 0
    for size in sizes {
      var next = [Int](repeating: 0, count: counts.count)
      for taken in 0...min(n, below) where below - taken <= m {
        for j in 0...min(size, n - taken) where below - taken + size - j <= m {
          let gain = j * (2 * (below - taken) + size - j)
          let ways = binomial(size, j)
          for u in 0..<(width - gain) where counts[taken * width + u] != 0 {
            next[(taken + j) * width + u + gain] += ways * counts[taken * width + u]
          }
        }
      }
      counts = next
      below += size
    }
    let row = counts[(n * width)...]
    let distance = abs(larger - n * m)
    let extreme = row.enumerated().reduce(0) { sum, entry in
      abs(entry.offset - n * m) >= distance ? sum + entry.element : sum
    }
    return Double(extreme) / Double(row.reduce(0, +))
  }

  private static func binomial(_ n: Int, _ k: Int) -> Int {
    (0..<min(k, n - k)).reduce(1) { $0 * (n - $1) / ($1 + 1) }
  }

  /// 2 (1 − Φ((U − nm/2 − ½) / σ)), at most 1, with
  /// σ² = nm/12 · (N + 1 − Σ (t³ − t) / (N (N − 1))) over groups of t equal values, N = n + m.
  private static func normalTails(_ larger: Double, _ n: Int, _ m: Int, _ ties: [Int]) -> Double {
    let pairs = Double(n) * Double(m)
    let total = Double(n + m)
    let correction = ties.reduce(0.0) { sum, size in
      let t = Double(size)
      return sum + (t * t * t - t)
    }
    let variance = pairs / 12 * (total + 1 - correction / (total * (total - 1)))
    // All values equal: a single group of N, whose variance is zero up to rounding.
    guard ties.count > 1 else { return 1 }
    let z = (larger - pairs / 2 - 0.5) / variance.squareRoot()
    return min(1, 2 * normalProbability(below: -z))
  }
}
