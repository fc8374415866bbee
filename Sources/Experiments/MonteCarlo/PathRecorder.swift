internal import Agents
internal import Environments
internal import Statistics

/// Everything that is recorded of one profile's paths on one thread.
final class PathRecorder {
  let sums: SumsFeature
  let events: EventFeature?
  let longRun: LongRunFeature
  let dates: DateCounts
  let totals: TotalsFeature?
  private let plan: PathPlan

  init(_ plan: PathPlan, _ played: PathPlan.Played) {
    self.plan = plan
    let tables = played.tables
    sums = SumsFeature(
      plan.game, tables, columns: plan.columns, control: played.control, chunk: plan.chunk)
    events =
      plan.events.isEmpty
      ? nil
      : EventFeature(tables, events: plan.events, columns: plan.columns, periods: plan.periods)
    longRun = LongRunFeature(
      tables, quantities: plan.quantities, events: plan.events, columns: plan.longRun,
      burnIn: plan.settings.burnIn, periods: plan.periods, batches: plan.batches,
      chunk: plan.chunk)
    dates = DateCounts(tables, dates: plan.dates)
    totals =
      plan.settings.fanTotals
      ? TotalsFeature(plan.game, tables, periods: plan.periods) : nil
  }

  func begin() {
    sums.begin()
    sums.beginGrowth()
    events?.begin()
    longRun.begin()
    dates.begin()
    totals?.begin()
  }

  /// Takes the next cells of the path.
  ///
  /// - Parameters:
  ///   - next: the state after the last of them.
  ///   - longRows: where rows of long-run columns go.
  ///   - endsUnits: whether a batch of this path is a unit of its own.
  func consume(
    _ cells: UnsafePointer<Int32>, count: Int, next: Int, longRows: UnsafeMutablePointer<Double>,
    endsUnits: Bool
  ) {
    sums.consume(cells, count: count, next: next)
    events?.consume(cells, count: count)
    longRun.consume(cells, count: count, into: longRows, endsUnits: endsUnits)
    dates.consume(cells, count: count)
    totals?.consume(cells, count: count)
  }

  /// Writes the path's columns.
  ///
  /// - Throws: `NumericalError` if a running total is not finite.
  func end(
    into row: UnsafeMutablePointer<Double>, longRow: UnsafeMutablePointer<Double>, first: Int
  ) throws {
    sums.end(into: row, first: first)
    events?.end(into: row)
    longRun.copyMeans(from: row, plan.columns, into: longRow)
    try totals?.end()
  }

  /// The whole numbers counted so far.
  func counts(_ dates: [Int]) -> PathCounts {
    func array<T>(_ memory: UnsafeMutablePointer<T>, _ count: Int) -> [T] {
      Array(UnsafeBufferPointer(start: memory, count: count))
    }
    let bins = plan.events.count * (events?.bins ?? 0)
    return PathCounts(
      dates: dates, passages: events.map { array($0.passages, bins) } ?? [],
      durations: events.map { array($0.durations, bins) } ?? [],
      visits: array(longRun.visitSums, longRun.stateCount),
      visitSquares: array(longRun.visitSquares, longRun.stateCount))
  }
}

/// Rows of columns on their way into moments, joined into units: a path is one by itself, two
/// antithetic paths are one, and so are all paths of a replicate.
final class UnitRows {
  enum Joining { case none, pairs, all }

  private let memory = TableMemory()
  let columns: Int
  private let joining: Joining
  let rows: UnsafeMutablePointer<Double>
  private let joined: UnsafeMutablePointer<Double>
  private var count = 0
  private var total = 0

  init(columns: Int, capacity: Int, joining: Joining) {
    self.columns = columns
    self.joining = joining
    rows = memory.block(of: columns * capacity, repeating: 0)
    joined = memory.block(
      of: joining == .none ? 1 : columns * (joining == .pairs ? capacity / 2 + 1 : 1), repeating: 0)
  }

  func beginBlock() {
    total = 0
    if joining == .all { joined.update(repeating: 0, count: columns) }
  }

  /// Adds the units of `count` rows; those of a replicate wait for the block's end.
  func add(_ count: Int, to moments: inout CrossMoments) throws {
    switch joining {
    case .none:
      try moments.add(UnsafeBufferPointer(start: rows, count: count * columns), count: count)
    case .pairs:
      for pair in 0..<(count / 2) {
        let (one, two) = (rows + 2 * pair * columns, rows + (2 * pair + 1) * columns)
        let target = joined + pair * columns
        for column in 0..<columns { target[column] = 0.5 * (one[column] + two[column]) }
      }
      try moments.add(
        UnsafeBufferPointer(start: joined, count: count / 2 * columns), count: count / 2)
    case .all:
      for row in 0..<count {
        for column in 0..<columns { joined[column] += rows[row * columns + column] }
      }
      total += count
    }
  }

  func endBlock(to moments: inout CrossMoments) throws {
    guard joining == .all, total > 0 else { return }
    for column in 0..<columns { joined[column] /= Double(total) }
    try moments.add(UnsafeBufferPointer(start: joined, count: columns), count: 1)
  }
}
