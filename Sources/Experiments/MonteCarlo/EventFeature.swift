internal import Agents

/// First passages, dates inside, and spells of every event.
final class EventFeature {
  private let memory = TableMemory()
  private let columns: PathColumns
  private let tables: CellTables
  private let periods: Int
  /// Dates to a bin of the histograms.
  let width: Int
  let bins: Int
  /// `[event × bin]`: first passages by date.
  let passages: UnsafeMutablePointer<Int>
  /// `[event × bin]`: completed spells by duration.
  let durations: UnsafeMutablePointer<Int>

  private var inside: UInt64 = 0
  private var reached: UInt64 = 0
  private var date = 0
  private let since: UnsafeMutablePointer<Int>
  private let first: UnsafeMutablePointer<Int>
  private let dates: UnsafeMutablePointer<Int>
  private let spells: UnsafeMutablePointer<Int>
  private let spellDates: UnsafeMutablePointer<Int>

  /// The most bins of a histogram: beyond so many dates several share one.
  static let largestBinCount = 100_000

  /// Dates to a bin, and bins, of paths of this length.
  static func bins(periods: Int) -> (width: Int, count: Int) {
    let width = (periods + largestBinCount) / largestBinCount
    return (width, periods / width + 1)
  }

  init(_ tables: CellTables, columns: PathColumns, periods: Int) {
    self.tables = tables
    self.columns = columns
    self.periods = periods
    (width, bins) = Self.bins(periods: periods)
    let count = max(1, columns.eventCount)
    passages = memory.block(of: count * bins, repeating: 0)
    durations = memory.block(of: count * bins, repeating: 0)
    since = memory.block(of: count, repeating: 0)
    first = memory.block(of: count, repeating: 0)
    dates = memory.block(of: count, repeating: 0)
    spells = memory.block(of: count, repeating: 0)
    spellDates = memory.block(of: count, repeating: 0)
  }

  func begin() {
    inside = 0
    reached = 0
    date = 0
    for event in 0..<columns.eventCount {
      dates[event] = 0
      spells[event] = 0
      spellDates[event] = 0
    }
  }

  func consume(_ path: UnsafePointer<Int32>, count: Int) {
    let masks = tables.events
    var now = inside
    var t = 0
    while t < count {
      let mask = masks[Int(path[t])]
      if mask != now {
        change(from: now, to: mask, at: date &+ t)
        now = mask
      }
      t &+= 1
    }
    inside = now
    date += count
  }

  private func change(from old: UInt64, to new: UInt64, at date: Int) {
    var changed = old ^ new
    while changed != 0 {
      let event = changed.trailingZeroBitCount
      let bit: UInt64 = 1 << UInt64(event)
      changed &= ~bit
      if new & bit != 0 {
        since[event] = date
        if reached & bit == 0 {
          reached |= bit
          first[event] = date
          passages[event * bins + date / width] += 1
        }
      } else {
        let duration = date - since[event]
        dates[event] += duration
        // A spell that was under way at the first date began before it.
        if since[event] > 0 {
          spells[event] += 1
          spellDates[event] += duration
          durations[event * bins + duration / width] += 1
        }
      }
    }
  }

  func end(into row: UnsafeMutablePointer<Double>) {
    for event in 0..<columns.eventCount {
      let bit: UInt64 = 1 << UInt64(event)
      if inside & bit != 0 { dates[event] += date - since[event] }
      let hit = reached & bit != 0
      row[columns.event(event, .hit)] = hit ? 1 : 0
      row[columns.event(event, .waiting)] = Double(hit ? first[event] : periods)
      row[columns.event(event, .passage)] = hit ? Double(first[event]) : 0
      row[columns.event(event, .share)] = Double(dates[event]) / Double(date)
      row[columns.event(event, .spells)] = Double(spells[event])
      row[columns.event(event, .spellDates)] = Double(spellDates[event])
    }
  }
}
