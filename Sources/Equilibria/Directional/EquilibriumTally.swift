/// What a search over all equilibria of a two-player game adds up: their number, the payoff pairs
/// with multiplicities, the extremes and the means.
///
/// Tallies of consecutive parts of a search, merged in order, are the tally of the whole, to the last
/// bit of counts, payoffs and extremes; sums are compensated.
public struct EquilibriumTally: Sendable {
  /// How many equilibria.
  public internal(set) var count: UInt128 = 0
  /// Their payoff pairs.
  public internal(set) var payoffs: PayoffMultiset
  /// Smallest payoff of each player; infinite if there are no equilibria.
  public internal(set) var lowest = SIMD2<Double>(repeating: .infinity)
  /// Largest payoff of each player.
  public internal(set) var highest = SIMD2<Double>(repeating: -.infinity)
  var first = CompensatedSum()
  var second = CompensatedSum()
  /// Stage games solved.
  public var solveCount: UInt128 = 0
  /// The most equilibria of a stage game.
  public var stageMaximum = 0
  /// A point at which a tie was met.
  public var firstDegenerate: Int?

  /// Creates an empty tally; see `PayoffMultiset`.
  public init(unit: Double, limit: Int = .max) {
    payoffs = PayoffMultiset(unit: unit, limit: limit)
  }

  /// The mean payoffs over equilibria; nil if there are none.
  public var means: [Double]? {
    count == 0 ? nil : [first.value / Double(count), second.value / Double(count)]
  }

  /// Adds an equilibrium.
  @inline(__always)
  mutating func add(_ one: Double, _ two: Double) {
    count += 1
    payoffs.add(one, two)
    let pair = SIMD2(one, two)
    lowest = pointwiseMin(lowest, pair)
    highest = pointwiseMax(highest, pair)
    first.add(one)
    second.add(two)
  }

  /// Adds `times` equilibria that all pay the same.
  mutating func add(_ one: Double, _ two: Double, times: UInt128) {
    count += times
    payoffs.add(one, two, count: times)
    let pair = SIMD2(one, two)
    lowest = pointwiseMin(lowest, pair)
    highest = pointwiseMax(highest, pair)
    let weight = times >> 64 == 0 ? Double(UInt64(truncatingIfNeeded: times)) : Double(times)
    first.add(weight * one)
    second.add(weight * two)
  }

  /// Takes the sums of payoffs out, for adding them up in another order than parts are merged in.
  mutating func takeSums() -> [CompensatedSum] {
    defer { (first, second) = (CompensatedSum(), CompensatedSum()) }
    return [first, second]
  }

  /// Adds sums taken out of parts, in order.
  mutating func addSums(_ sums: [[CompensatedSum]]) {
    for pair in sums where pair.count == 2 {
      first.add(pair[0])
      second.add(pair[1])
    }
  }

  /// Adds the tally of the next part.
  mutating func merge(_ next: EquilibriumTally) {
    payoffs.merge(next.payoffs)
    mergeFigures(next)
  }

  /// Adds all of the next part but its payoff pairs.
  mutating func mergeFigures(_ next: EquilibriumTally) {
    count += next.count
    lowest = pointwiseMin(lowest, next.lowest)
    highest = pointwiseMax(highest, next.highest)
    first.add(next.first)
    second.add(next.second)
    solveCount += next.solveCount
    stageMaximum = max(stageMaximum, next.stageMaximum)
    firstDegenerate = [firstDegenerate, next.firstDegenerate].compactMap(\.self).min()
  }

  /// Empties it.
  mutating func removeAll() {
    payoffs.removeAll()
    (count, solveCount, stageMaximum, firstDegenerate) = (0, 0, 0, nil)
    (lowest, highest) = (SIMD2(repeating: .infinity), SIMD2(repeating: -.infinity))
    (first, second) = (CompensatedSum(), CompensatedSum())
  }
}

/// A sum of doubles with its rounding error (Neumaier 1974).
struct CompensatedSum: Sendable, Equatable {
  var sum = 0.0
  var error = 0.0

  var value: Double { sum + error }

  @inline(__always)
  mutating func add(_ term: Double) {
    let next = sum + term
    error += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
    sum = next
  }

  mutating func add(_ other: CompensatedSum) {
    add(other.sum)
    add(other.error)
  }
}
