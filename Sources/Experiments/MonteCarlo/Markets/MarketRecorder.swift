internal import Agents
internal import Environments

/// Everything that is recorded of one policy's markets on one thread.
///
/// The cells of a market's path are the dates of a stretch: whoever plays writes their numbers and
/// events into `tables`, and `consume` hands them to the features.
final class MarketRecorder {
  private let memory = TableMemory()
  let tables: CellTables
  let longRun: LongRunFeature
  let totals: TotalsFeature?
  private let sums: SumsFeature
  private let events: EventFeature?
  private let frame: StudyFrame
  /// 0, 1, 2, …: the path of a stretch.
  private let cells: UnsafeMutablePointer<Int32>
  private var date = 0
  private var charted = 0

  init(_ plan: MarketPlan) {
    let frame = plan.frame
    self.frame = frame
    tables = CellTables(cells: plan.chunk, quantities: frame.quantities.count)
    cells = memory.block(of: plan.chunk, repeating: 0)
    for cell in 0..<plan.chunk { cells[cell] = Int32(cell) }
    let discounts = [plan.game.discount]
    sums = SumsFeature(
      tables, columns: frame.columns, discounts: discounts, control: nil, chunk: plan.chunk)
    events =
      frame.events.isEmpty
      ? nil : EventFeature(tables, columns: frame.columns, periods: frame.periods)
    longRun = LongRunFeature(
      tables, stateCount: 0, columns: frame.longRun, burnIn: frame.settings.burnIn,
      periods: frame.periods, batches: frame.batches, chunk: plan.chunk)
    totals =
      frame.settings.fanTotals
      ? TotalsFeature(tables, discounts: discounts, periods: frame.periods) : nil
  }

  func begin() {
    sums.begin()
    events?.begin()
    longRun.begin()
    totals?.begin()
    date = 0
    charted = 0
  }

  /// How many dates may be played before the next `consume`, and whether they count for the long
  /// run: agents at their states are then to be tallied.
  var stretch: (counts: Bool, dates: Int) {
    let (counts, dates) = longRun.stretch
    return (counts, min(dates, tables.cellCount, frame.periods - date))
  }

  /// Takes the dates that were written.
  ///
  /// - Parameters:
  ///   - dateRow: where the numbers of charted dates go, `[quantity × date]`.
  ///   - longRows: where rows of long-run columns go.
  func consume(
    _ count: Int, dateRow: UnsafeMutablePointer<Double>, longRows: UnsafeMutablePointer<Double>
  ) {
    sums.consume(cells, count: count, next: 0)
    events?.consume(cells, count: count)
    longRun.consume(cells, count: count, into: longRows, endsUnits: false)
    totals?.consume(cells, count: count)
    while charted < frame.dates.count, frame.dates[charted] < date + count {
      for quantity in frame.quantities.indices {
        dateRow[quantity * frame.dates.count + charted] =
          tables.values[quantity * tables.cellCount + frame.dates[charted] - date]
      }
      charted += 1
    }
    date += count
  }

  /// Writes the path's columns.
  ///
  /// - Throws: `NumericalError` if a running total is not finite.
  func end(into row: UnsafeMutablePointer<Double>, longRow: UnsafeMutablePointer<Double>) throws {
    sums.end(into: row, first: 0)
    events?.end(into: row)
    longRun.copyMeans(from: row, frame.columns, into: longRow)
    try totals?.end()
  }

  /// First passages and spells counted so far.
  var counts: PathCounts {
    let bins = frame.events.count * (events?.bins ?? 0)
    func array(_ memory: UnsafeMutablePointer<Int>?) -> [Int] {
      memory.map { Array(UnsafeBufferPointer(start: $0, count: bins)) } ?? []
    }
    return PathCounts(
      dates: [], passages: array(events?.passages), durations: array(events?.durations),
      visits: [], visitSquares: [])
  }
}
