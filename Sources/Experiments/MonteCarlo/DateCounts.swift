internal import Agents
internal import Environments

/// How many paths are in each cell at each charted date: everything that fan charts of finite
/// quantities are read from, exactly.
final class DateCounts {
  private let memory = TableMemory()
  let dates: [Int]
  let cellCount: Int
  /// `[date × cell]`.
  let counts: UnsafeMutablePointer<Int>
  private let isEveryDate: Bool
  private var next = 0
  private var date = 0

  init(_ tables: PathTables, dates: [Int]) {
    self.dates = dates
    cellCount = tables.cellCount
    counts = memory.block(of: dates.count * cellCount, repeating: 0)
    isEveryDate = dates == Array(0..<dates.count)
  }

  func begin() {
    next = 0
    date = 0
  }

  func consume(_ path: UnsafePointer<Int32>, count: Int) {
    if isEveryDate {
      var at = counts + date * cellCount
      for t in 0..<min(count, dates.count - min(date, dates.count)) {
        at[Int(path[t])] &+= 1
        at += cellCount
      }
    } else {
      while next < dates.count, dates[next] < date + count {
        counts[next * cellCount + Int(path[dates[next] - date])] &+= 1
        next += 1
      }
    }
    date += count
  }

  func clear() { counts.update(repeating: 0, count: dates.count * cellCount) }
}

/// Reads means and quantiles by date from counts of cells.
struct FanReader: Sendable {
  /// `[quantity][rank]`: cells in ascending order of the quantity.
  private let order: [[Int32]]
  /// `[quantity][cell]`.
  private let values: [[Double]]
  let levels: [Double]
  let cellCount: Int

  init(_ tables: PathTables, _ quantities: [PathQuantity], levels: [Double]) {
    cellCount = tables.cellCount
    let values = quantities.map { quantity in tables.rows.map { quantity.values[$0] } }
    order = values.map { column in
      column.indices.sorted { (column[$0], $0) < (column[$1], $1) }.map(Int32.init)
    }
    self.values = values
    self.levels = levels
  }

  var quantityCount: Int { values.count }

  /// Mean and variance (divisor n − 1) of a quantity at one date.
  func moments(
    _ quantity: Int, _ counts: UnsafePointer<Int>
  ) -> (count: Int, mean: Double, variance: Double) {
    var (n, sum) = (0, 0.0)
    let column = values[quantity]
    for cell in 0..<cellCount where counts[cell] > 0 {
      n += counts[cell]
      sum += Double(counts[cell]) * column[cell]
    }
    let mean = sum / Double(max(n, 1))
    var squares = 0.0
    var (least, greatest) = (Double.infinity, -Double.infinity)
    for cell in 0..<cellCount where counts[cell] > 0 {
      (least, greatest) = (min(least, column[cell]), max(greatest, column[cell]))
      squares += Double(counts[cell]) * (column[cell] - mean) * (column[cell] - mean)
    }
    // The mean of equal numbers may differ from them in its last digit.
    if least == greatest { return (n, least, 0) }
    return (n, mean, n > 1 ? squares / Double(n - 1) : 0)
  }

  /// The values at ascending 1-based ranks.
  func values(_ quantity: Int, _ counts: UnsafePointer<Int>, atRanks ranks: [Int]) -> [Double] {
    var found: [Double] = []
    var sum = 0
    let column = values[quantity]
    var last = 0.0
    for cell in order[quantity] where counts[Int(cell)] > 0 {
      last = column[Int(cell)]
      sum += counts[Int(cell)]
      while found.count < ranks.count, ranks[found.count] <= sum { found.append(last) }
      if found.count == ranks.count { break }
    }
    while found.count < ranks.count { found.append(last) }
    return found
  }

  /// The mean of a quantity at one date, then for every reference the shares of paths at most at it and
  /// below it.
  ///
  /// - Parameter occupied: the cells with paths, ascending.
  func summarise(
    _ quantity: Int, _ counts: UnsafePointer<Int>, _ occupied: [Int],
    references: ArraySlice<Double>, into row: UnsafeMutablePointer<Double>
  ) {
    let column = values[quantity]
    var (n, sum) = (0, 0.0)
    for cell in occupied {
      n += counts[cell]
      sum += Double(counts[cell]) * column[cell]
    }
    var place = 0
    row[0] = sum / Double(max(n, 1))
    for reference in references {
      var (upTo, below) = (0, 0)
      for cell in occupied where column[cell] <= reference {
        upTo += counts[cell]
        if column[cell] < reference { below += counts[cell] }
      }
      row[place + 1] = Double(upTo) / Double(max(n, 1))
      row[place + 2] = Double(below) / Double(max(n, 1))
      place += 2
    }
  }

  /// The smallest values with at least each level's share of a law over cells.
  func quantiles(_ quantity: Int, law: [Double]) -> [Double] {
    var found: [Double] = []
    var sum = 0.0
    let column = values[quantity]
    var last = 0.0
    for cell in order[quantity] where law[Int(cell)] > 0 {
      last = column[Int(cell)]
      sum += law[Int(cell)]
      while found.count < levels.count, levels[found.count] <= sum + 1e-12 { found.append(last) }
    }
    while found.count < levels.count { found.append(last) }
    return found
  }

  /// Mean of a quantity under a law over cells.
  func mean(_ quantity: Int, law: [Double]) -> Double {
    var sum = 0.0
    for (cell, probability) in law.enumerated() { sum += probability * values[quantity][cell] }
    return sum
  }
}
