/// A tally as a file keeps it: all of it, exactly. Numbers beyond what a JSON number holds are decimal
/// strings.
public struct EquilibriumTallyRecord: Codable, Sendable {
  var count: String
  /// Units of the payoff pairs, first and second in turn, ascending.
  var pairs: [Int64]
  /// How often each pair.
  var counts: [String]
  var unit: Double
  var isComplete: Bool
  /// Units of the lowest pair that was dropped; absent if none was.
  var bound: [Int64]?
  /// Smallest and largest payoff of each player; empty if there are no equilibria.
  var extremes: [Double]
  /// Sum and its rounding error, of each player.
  var sums: [Double]
  var solveCount: String
  var stageMaximum: Int
  var firstDegenerate: Int?

  /// Copies a tally.
  public init(_ tally: EquilibriumTally) {
    count = "\(tally.count)"
    let entries = tally.payoffs.entries
    pairs = entries.flatMap { [$0.first, $0.second] }
    counts = entries.map { "\($0.count)" }
    unit = tally.payoffs.unit
    isComplete = tally.payoffs.isComplete
    bound = tally.payoffs.bound.map { [$0.first, $0.second] }
    extremes =
      tally.count == 0
      ? [] : [tally.lowest[0], tally.lowest[1], tally.highest[0], tally.highest[1]]
    sums = [tally.first.sum, tally.first.error, tally.second.sum, tally.second.error]
    solveCount = "\(tally.solveCount)"
    stageMaximum = tally.stageMaximum
    firstDegenerate = tally.firstDegenerate
  }

  /// The tally again.
  ///
  /// - Parameter limit: of distinct payoff pairs.
  /// - Returns: nil if the record is no tally.
  public func tally(limit: Int = .max) -> EquilibriumTally? {
    guard let number = UInt128(count), let solves = UInt128(solveCount),
      pairs.count == 2 * counts.count, sums.count == 4, unit > 0,
      extremes.count == (number == 0 ? 0 : 4), isComplete == (bound == nil),
      bound.map({ $0.count == 2 }) ?? true
    else { return nil }
    var payoffs = PayoffMultiset(unit: unit, limit: limit)
    var sum: UInt128 = 0
    for (index, count) in counts.enumerated() {
      guard let times = UInt128(count), times > 0 else { return nil }
      let (next, overflows) = sum.addingReportingOverflow(times)
      if overflows { return nil }
      sum = next
      payoffs.add(
        PayoffMultiset.Entry(first: pairs[2 * index], second: pairs[2 * index + 1], count: times))
    }
    if let bound { payoffs.drop(from: PayoffPair(bound[0], bound[1])) }
    guard payoffs.count == counts.count, !isComplete || sum == number else { return nil }
    var tally = EquilibriumTally(unit: unit, limit: limit)
    tally.payoffs = payoffs
    tally.count = number
    if number > 0 {
      tally.lowest = SIMD2(extremes[0], extremes[1])
      tally.highest = SIMD2(extremes[2], extremes[3])
    }
    (tally.first.sum, tally.first.error) = (sums[0], sums[1])
    (tally.second.sum, tally.second.error) = (sums[2], sums[3])
    tally.solveCount = solves
    tally.stageMaximum = stageMaximum
    tally.firstDegenerate = firstDegenerate
    return tally
  }
}
