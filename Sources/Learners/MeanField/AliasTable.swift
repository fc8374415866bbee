internal import Agents
internal import Statistics

/// Laws to draw from with one uniform each, by the alias method (Walker 1977; the tables are made as
/// in Vose 1991).
///
/// A law over k outcomes becomes k cells; cell j holds outcome `first` with probability `threshold`
/// and `second` otherwise. With u = k U, cell ⌊u⌋ is taken and u − ⌊u⌋ decides within it: two loads
/// and no search, however long the law. Probabilities are right up to rounding and the uniform's
/// resolution. Copies are the same table.
struct AliasTable {
  struct Cell: BitwiseCopyable {
    var threshold: Double
    var first: Int32
    var second: Int32
  }

  /// First cell of each law, and the end.
  let offsets: UnsafeMutablePointer<Int32>
  let cells: UnsafeMutablePointer<Cell>
  private let small: UnsafeMutablePointer<Int32>
  private let large: UnsafeMutablePointer<Int32>
  private let scaled: UnsafeMutablePointer<Double>
  private let memory = TableMemory()

  /// Room for laws whose outcomes are numbered by these offsets.
  init(offsets given: [Int]) {
    offsets = memory.block(of: given.count, repeating: 0)
    for (index, offset) in given.enumerated() { offsets[index] = Int32(offset) }
    let longest = zip(given.dropFirst(), given).reduce(1) { max($0, $1.0 - $1.1) }
    cells = memory.block(
      of: given.last!, repeating: Cell(threshold: 1, first: 0, second: 0))
    small = memory.block(of: longest, repeating: 0)
    large = memory.block(of: longest, repeating: 0)
    scaled = memory.block(of: longest, repeating: 0)
  }

  /// Makes the cells of one law. Cost: one pass over its outcomes; allocates nothing.
  ///
  /// - Precondition: probabilities are nonnegative and sum to 1 within rounding.
  func write(
    _ law: Int, outcomes: UnsafePointer<Int32>, probabilities: UnsafePointer<Double>
  ) {
    let first = Int(offsets[law])
    let count = Int(offsets[law + 1]) - first
    var total = 0.0
    for k in 0..<count { total += probabilities[k] }
    let factor = Double(count) / total
    var (smalls, larges) = (0, 0)
    for k in 0..<count {
      scaled[k] = probabilities[k] * factor
      if scaled[k] < 1 {
        small[smalls] = Int32(k)
        smalls += 1
      } else {
        large[larges] = Int32(k)
        larges += 1
      }
    }
    while smalls > 0, larges > 0 {
      smalls -= 1
      let (poor, rich) = (Int(small[smalls]), Int(large[larges - 1]))
      cells[first + poor] = Cell(
        threshold: scaled[poor], first: outcomes[poor], second: outcomes[rich])
      scaled[rich] -= 1 - scaled[poor]
      guard scaled[rich] < 1 else { continue }
      larges -= 1
      small[smalls] = Int32(rich)
      smalls += 1
    }
    // What is left is full up to rounding. An outcome without probability is never in `large`, and
    // is left in `small` only if rounding emptied `large` first: it must then not be drawn.
    var certain = 0
    for k in 1..<max(count, 1) where probabilities[k] > probabilities[certain] { certain = k }
    for rest in 0..<larges + smalls {
      let k = Int(rest < larges ? large[rest] : small[rest - larges])
      let outcome = probabilities[k] > 0 ? outcomes[k] : outcomes[certain]
      cells[first + k] = Cell(threshold: 1, first: outcome, second: outcome)
    }
  }

  /// Draws from a law: one uniform.
  @inline(__always)
  func draw(_ law: Int, using stream: inout RandomStream) -> Int {
    let first = Int(offsets[law])
    let u = stream.uniform() * Double(offsets[law &+ 1] &- offsets[law])
    let k = Int(u)
    let cell = cells[first &+ k]
    return Int(u - Double(k) < cell.threshold ? cell.first : cell.second)
  }
}
