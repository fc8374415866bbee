internal import Environments
internal import Statistics
internal import Synchronization

/// The states, or other labelled places, that a picture shows, and where they stand on its axis.
struct StateSample {
  /// Indices of those shown, ascending: all, or evenly many of them.
  let states: [Int]
  /// Where each shown one stands.
  private let positions: [Double]
  /// Names of the positions 0, 1, …; empty where labels are quantities.
  let categories: [String]

  /// Places in a picture; more would lie upon each other.
  private static let most = 200

  init(_ game: StochasticGame) { self.init(game.stateLabels) }

  /// Labels that are numbers and ascend stand where they say, others at 0, 1, ….
  init(_ labels: [Label]) {
    let stride = max(1, (labels.count + Self.most - 1) / Self.most)
    states = Array(Swift.stride(from: 0, to: labels.count, by: stride))
    let numbers = labels.compactMap(\.number)
    let isAscending = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    if labels.count > 1, numbers.count == labels.count, isAscending {
      positions = states.map { numbers[$0] }
      categories = []
    } else {
      positions = states.indices.map(Double.init)
      categories = states.map { labels[$0].description }
    }
  }

  /// One row of values, indexed by state.
  func points(_ values: [Double]) -> [Chart.Point] {
    zip(positions, states).map { Chart.Point($0, values[$1]) }
  }

  /// Interquartile means over rows (seeds) with their 95% bootstrap intervals.
  ///
  /// Every state draws the same resamples of seeds. With many seeds fewer are drawn: there the
  /// interval is narrow, and its ends' noise is below a line's width.
  /// - Throws: what the bootstrap throws.
  func points(_ rows: [[Double]], seed: UInt64) throws -> [Chart.Point] {
    let replications = max(200, min(1000, 100_000 / max(rows.count, 1)))
    let bootstrap = Bootstrap(replications: replications)
    return try zip(positions, states).map { position, state in
      var stream = RandomStream(seed: seed, role: .bootstrap)
      let interval = try bootstrap.interquartileMean(of: rows.map { $0[state] }, using: &stream)
      guard rows.count > 1 else { return Chart.Point(position, interval.estimate) }
      return Chart.Point(position, interval.estimate, low: interval.low, high: interval.high)
    }
  }
}

/// `transform` of every element, on several threads; the order is that of the elements.
///
/// - Throws: the first element's error.
func concurrentMap<Element: Sendable, Result: Sendable>(
  _ elements: [Element], threads: Int, _ transform: @Sendable (Element) throws -> Result
) throws -> [Result] {
  let found = Mutex<[Swift.Result<Result, any Error>?]>(
    Array(repeating: nil, count: elements.count))
  forEach(elements.count, threads: threads) { index in
    let result = Swift.Result { try transform(elements[index]) }
    found.withLock { $0[index] = result }
  }
  return try found.withLock { try $0.map { try $0!.get() } }
}
