internal import Statistics

/// What is kept of paths, in the order of blocks: means, products and sketches.
struct PathSums: Codable, Sendable {
  /// Per path: what the gain of a way of drawing is measured against.
  var paths: CrossMoments
  /// Per unit of independent observation: a path, a pair or a replicate. Nil where those are paths.
  var units: CrossMoments?
  /// Long-run columns, per unit.
  var longRun: CrossMoments
  /// Of a single path: its long-run means and shares as one sequence each, in batches.
  var batches: [BatchMeans]?
  /// This profile's columns minus those of the first, per unit; nil for the first.
  var differences: CrossMoments?
  /// Discounted payoffs of each player, then welfare, path by path.
  var sketches: [QuantileSketch]
  /// Running totals `[player × date]`.
  var totals: [QuantileSketch]
  /// Means and quantiles by date, per block, where paths are not independent.
  var sections: CrossMoments?
  /// A departure's quantities minus those without it `[quantity × date]`, per unit.
  var departures: CrossMoments?
  /// In markets: numbers of charted dates `[quantity × date]`, per unit, and sketches of them.
  var dates: CrossMoments?
  var fans: [QuantileSketch]?

  /// Per unit.
  var independent: CrossMoments { units ?? paths }

  mutating func merge(_ other: PathSums) {
    paths.merge(other.paths)
    longRun.merge(other.longRun)
    if let more = other.units { units?.merge(more) }
    // A single path has a single block.
    if let more = other.batches, more.contains(where: { $0.batchCount > 0 }) { batches = more }
    if let more = other.differences { differences?.merge(more) }
    if let more = other.sections { sections?.merge(more) }
    if let more = other.departures { departures?.merge(more) }
    if let more = other.dates { dates?.merge(more) }
    if let more = other.fans { for index in more.indices { fans![index].merge(more[index]) } }
    for index in sketches.indices { sketches[index].merge(other.sketches[index]) }
    for index in totals.indices { totals[index].merge(other.totals[index]) }
  }
}

extension PathSums {
  /// Takes the batches of a path, row-major `[batch × column]`, of which the first columns are means.
  mutating func addBatches(
    _ rows: UnsafePointer<Double>, _ count: Int, columns: LongRunColumns
  ) {
    guard batches != nil else { return }
    for row in 0..<count {
      for column in columns.means {
        let mean = rows[row * columns.count + column]
        batches![column].append(sum: mean * Double(batches![column].length))
      }
    }
  }
}

extension StudyFrame {
  /// Where the batches of a single path go; nil where units are paths or more.
  var emptyBatches: [BatchMeans]? {
    guard batches > 1 else { return nil }
    let length = (periods - settings.burnIn) / batches
    return longRun.means.map { _ in BatchMeans(capacity: batches, length: length) }
  }
}

/// Counts of one profile: whole numbers, the same in whatever order they are added.
struct PathCounts: Codable, Sendable {
  /// `[date × cell]`.
  var dates: [Int]
  /// `[event × bin]`, first passages and spells.
  var passages: [Int]
  var durations: [Int]
  /// `[state]`, visits after the burn-in and their squares by unit.
  var visits: [Int]
  var visitSquares: [[Int]]

  mutating func merge(_ other: PathCounts) {
    Self.add(&dates, other.dates)
    Self.add(&passages, other.passages)
    Self.add(&durations, other.durations)
    Self.add(&visits, other.visits)
    for part in visitSquares.indices { Self.add(&visitSquares[part], other.visitSquares[part]) }
  }

  private static func add(_ sums: inout [Int], _ more: [Int]) {
    for index in sums.indices { sums[index] += more[index] }
  }
}

/// Where a path study stands: everything that going on or reporting needs.
struct EnsembleState: Codable, Sendable {
  var blocksDone = 0
  /// `[profile]`.
  var sums: [PathSums] = []
  var counts: [PathCounts] = []
  var seconds = 0.0
}
