internal import Agents
internal import Environments

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
    let tables = CellTables(
      plan.game, played.tables, quantities: plan.quantities, events: plan.events)
    sums = SumsFeature(
      tables, columns: plan.columns, discounts: plan.game.discounts, control: played.control,
      chunk: plan.chunk)
    events =
      plan.events.isEmpty
      ? nil : EventFeature(tables, columns: plan.columns, periods: plan.periods)
    longRun = LongRunFeature(
      tables, stateCount: plan.game.stateCount, columns: plan.longRun,
      burnIn: plan.settings.burnIn, periods: plan.periods, batches: plan.batches,
      chunk: plan.chunk)
    dates = DateCounts(played.tables, dates: plan.dates)
    totals =
      plan.settings.fanTotals
      ? TotalsFeature(tables, discounts: plan.game.discounts, periods: plan.periods) : nil
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
      visitSquares: [
        array(longRun.visitSquares, longRun.stateCount),
        array(longRun.visitSquares + longRun.stateCount, longRun.stateCount),
      ])
  }
}
