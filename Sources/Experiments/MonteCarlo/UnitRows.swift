internal import Agents
internal import Statistics

/// Rows of columns on their way into moments, joined into units: a path is one by itself, two
/// antithetic paths are one, and so are all paths of a replicate.
final class UnitRows {
  enum Joining { case none, pairs, all }

  private let memory = TableMemory()
  let columns: Int
  private let joining: Joining
  let rows: UnsafeMutablePointer<Double>
  private let joined: UnsafeMutablePointer<Double>
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
  ///
  /// - Precondition: where rows are paired, both rows of every pair are among them.
  func add(_ count: Int, to moments: inout CrossMoments) throws {
    precondition(joining != .pairs || count.isMultiple(of: 2), "UnitRows: \(count) rows cut a pair")
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
