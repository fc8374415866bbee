internal import Agents

/// Means over dates after the burn-in, in batches of consecutive dates: levels, shares of events,
/// autocorrelation products, and visits of states.
final class LongRunFeature {
  private let memory = TableMemory()
  let columns: LongRunColumns
  private let tables: CellTables
  private let values: UnsafeMutablePointer<Double>
  private let masks: UnsafeMutablePointer<UInt64>
  private let states: UnsafeMutablePointer<Int32>
  private let cells: Int
  private let burnIn: Int
  /// Whether means over the path serve, so that they need not be formed again.
  private let isWholePath: Bool
  /// Dates of a batch.
  let batch: Int
  let batches: Int
  private let sums: UnsafeMutablePointer<Double>
  private let inside: UnsafeMutablePointer<Int>
  /// `[correlated][lags + chunk]`: values with those of the dates before.
  private let series: UnsafeMutablePointer<Double>
  private let width: Int

  private var date = 0
  private var inBatch = 0
  private var batchesDone = 0

  /// Visits of the current unit, and of all units so far with their squares.
  private let visits: UnsafeMutablePointer<Int>
  private let touched: UnsafeMutablePointer<Int32>
  private var touchedCount = 0
  let visitSums: UnsafeMutablePointer<Int>
  /// Squares in two halves, 32 bits and the rest: whole numbers, the same in whatever order.
  let visitSquares: UnsafeMutablePointer<Int>
  let stateCount: Int

  /// Of the current batch where units have columns for states: dates, or agents and dates, spent at
  /// each. Filled in by whoever plays.
  let tally: UnsafeMutablePointer<Int>

  /// - Parameter stateCount: states whose visits are counted; 0 for none.
  init(
    _ tables: CellTables, stateCount: Int, columns: LongRunColumns, burnIn: Int, periods: Int,
    batches: Int, chunk: Int
  ) {
    self.tables = tables
    self.columns = columns
    self.burnIn = burnIn
    self.batches = batches
    self.stateCount = stateCount
    batch = (periods - burnIn) / batches
    isWholePath = burnIn == 0 && batches == 1
    cells = tables.cellCount
    values = tables.values
    masks = tables.events
    states = tables.states
    tally = memory.block(of: max(1, columns.stateCount), repeating: 0)
    width = columns.lags + chunk
    sums = memory.block(of: columns.count, repeating: 0)
    inside = memory.block(of: max(1, columns.eventCount), repeating: 0)
    series = memory.block(of: max(1, columns.correlated.count * width), repeating: 0)
    visits = memory.block(of: stateCount, repeating: 0)
    touched = memory.block(of: stateCount, repeating: 0)
    visitSums = memory.block(of: stateCount, repeating: 0)
    visitSquares = memory.block(of: 2 * stateCount, repeating: 0)
  }

  func begin() {
    date = 0
    inBatch = 0
    batchesDone = 0
    clear()
  }

  private func clear() {
    for index in 0..<columns.count { sums[index] = 0 }
    for event in 0..<columns.eventCount { inside[event] = 0 }
    for state in 0..<columns.stateCount { tally[state] = 0 }
    inBatch = 0
  }

  /// Whether the next date counts, and how many dates more are of its kind and batch.
  var stretch: (counts: Bool, dates: Int) {
    if date < burnIn { return (false, burnIn - date) }
    return batchesDone < batches ? (true, batch - inBatch) : (false, .max)
  }

  /// Takes the next cells of a path; writes a row, `[batch × column]`, for every batch that ends.
  func consume(
    _ path: UnsafePointer<Int32>, count: Int, into rows: UnsafeMutablePointer<Double>,
    endsUnits: Bool
  ) {
    var at = max(0, burnIn - date)
    date += count
    while at < count, batchesDone < batches {
      let taken = min(count - at, batch - inBatch)
      add(path + at, taken)
      at += taken
      inBatch += taken
      if inBatch == batch {
        write(into: rows + batchesDone * columns.count)
        if endsUnits { endUnit() }
        batchesDone += 1
        clear()
      }
    }
  }

  private func add(_ path: UnsafePointer<Int32>, _ count: Int) {
    if !isWholePath { addMeans(path, count) }
    if stateCount > 0 {
      for t in 0..<count {
        let cell = Int(path[t])
        let state = Int(states[cell])
        if visits[state] == 0 {
          touched[touchedCount] = Int32(state)
          touchedCount &+= 1
        }
        visits[state] &+= 1
      }
    }
    if !columns.correlated.isEmpty { addProducts(path, count) }
  }

  private func addMeans(_ path: UnsafePointer<Int32>, _ count: Int) {
    for quantity in 0..<columns.quantityCount {
      let column = values + quantity * cells
      var (a, b) = (0.0, 0.0)
      var t = 0
      while t &+ 2 <= count {
        a += column[Int(path[t])]
        b += column[Int(path[t &+ 1])]
        t &+= 2
      }
      if t < count { a += column[Int(path[t])] }
      sums[columns.mean(quantity)] += a + b
    }
    if columns.eventCount > 0 {
      for t in 0..<count {
        var mask = masks[Int(path[t])]
        while mask != 0 {
          inside[mask.trailingZeroBitCount] &+= 1
          mask &= mask &- 1
        }
      }
    }
  }

  private func addProducts(_ path: UnsafePointer<Int32>, _ count: Int) {
    let lags = columns.lags
    // Dates of this batch that stand before the new ones.
    let known = min(inBatch, lags)
    for (index, quantity) in columns.correlated.enumerated() {
      let column = values + quantity * cells
      let x = series + index * width + lags
      for t in 0..<count { x[t] = column[Int(path[t])] }
      for lag in 0...lags {
        var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
        var t = max(0, lag - known)
        while t &+ 4 <= count {
          a += x[t] * x[t &- lag]
          b += x[t &+ 1] * x[t &+ 1 &- lag]
          c += x[t &+ 2] * x[t &+ 2 &- lag]
          d += x[t &+ 3] * x[t &+ 3 &- lag]
          t &+= 4
        }
        while t < count {
          a += x[t] * x[t &- lag]
          t &+= 1
        }
        sums[columns.product(index, lag: lag)] += (a + b) + (c + d)
      }
      // The last values go before the next ones.
      let kept = min(lags, known + count)
      for back in stride(from: kept, through: 1, by: -1) { x[-back] = x[count - back] }
    }
  }

  private func write(into row: UnsafeMutablePointer<Double>) {
    if !isWholePath {
      for quantity in 0..<columns.quantityCount {
        row[columns.mean(quantity)] = sums[columns.mean(quantity)] / Double(batch)
      }
      for event in 0..<columns.eventCount {
        row[columns.share(event)] = Double(inside[event]) / Double(batch)
      }
    }
    for index in columns.correlated.indices {
      for lag in 0...columns.lags {
        let column = columns.product(index, lag: lag)
        row[column] = sums[column] / Double(max(1, batch - lag))
      }
    }
    for state in 0..<columns.stateCount {
      row[columns.state(state)] = Double(tally[state]) / Double(batch * columns.agents)
    }
  }

  /// Takes the means of a whole path from the path's own row.
  func copyMeans(
    from row: UnsafePointer<Double>, _ own: PathColumns, into long: UnsafeMutablePointer<Double>
  ) {
    guard isWholePath else { return }
    for quantity in 0..<columns.quantityCount {
      long[columns.mean(quantity)] = row[own.mean(quantity)]
    }
    for event in 0..<columns.eventCount {
      long[columns.share(event)] = row[own.event(event, .share)]
    }
  }

  /// Ends a unit of independent observation: a batch, a path, a pair, a replicate.
  func endUnit() {
    for index in 0..<touchedCount {
      let state = Int(touched[index])
      visitSums[state] += visits[state]
      let square = UInt64(visits[state]).multipliedFullWidth(by: UInt64(visits[state])).low
      visitSquares[state] += Int(square & 0xFFFF_FFFF)
      visitSquares[stateCount + state] += Int(square >> 32)
      visits[state] = 0
    }
    touchedCount = 0
  }
}
