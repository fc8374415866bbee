/// Where the values of two samples stand among all their values: equal values share a rank, the
/// smallest has rank 0 and no rank is left out. All that comparisons by order need, and faster to
/// recount after resampling than the values are to sort.
struct JointRanks: Sendable {
  /// Rank of each value of the first sample.
  let first: [Int]
  /// Rank of each value of the second sample.
  let second: [Int]
  /// How many values of both samples have each rank. Shape [rank].
  let sizes: [Int]

  /// Ranks finite values. O((n + m) log(n + m)).
  init(_ first: [Double], _ second: [Double]) {
    let values = (first + second).sorted()
    var distinct: [Double] = []
    var sizes: [Int] = []
    for value in values {
      if value == distinct.last {
        sizes[sizes.count - 1] += 1
      } else {
        distinct.append(value)
        sizes.append(1)
      }
    }
    let ranked = distinct
    func rank(_ value: Double) -> Int { ranked.partitioningIndex { $0 >= value } }
    self.first = first.map(rank)
    self.second = second.map(rank)
    self.sizes = sizes
  }

  /// Whether two values are equal.
  var hasTies: Bool { sizes.contains { $0 > 1 } }
}

/// 2 · #{(i, j): xᵢ > yⱼ} + #{(i, j): xᵢ = yⱼ} for samples given by their counts at each rank: twice
/// Mann and Whitney's U, as an integer. O(ranks).
func doubledWins(_ first: Span<Int>, over second: Span<Int>) -> Int {
  var below = 0
  var total = 0
  for rank in first.indices {
    total += first[rank] * (2 * below + second[rank])
    below += second[rank]
  }
  return total
}
