internal import Foundation

/// Recursive lexicographical search: every Markov perfect equilibrium of a directional game, one
/// after the other (Iskhakov, Rust and Schjerning 2016, sections 3.4 and 3.5).
///
/// ```text
/// solve every stage game in order, selecting its first equilibrium
/// loop  emit
///       raise the last digit that is below its base; none: stop
///       set all digits after it to 0
///       solve again the stage games that read a value that changed
/// ```
///
/// The paper solves again every stage game after the raised digit; only those that depend on it can
/// have changed, and a set of bits says which those are. The order of the equilibria is the same:
/// lexicographic in the digits, the end game's first.
///
/// Cost of a step: the stage games that changed. Memory: `capacity` equilibria a point. Not to be
/// shared between threads.
public final class RecursiveLexicographicalSearch<Solver: StageSolver> {
  /// The stage games.
  public let solver: Solver
  /// The number of stage games, one digit each.
  public let pointCount: Int
  /// Asked each time: a constant of most solvers, and copies are then straight code.
  @inline(__always) private var width: Int { solver.width }
  private let words: Int
  /// What changes on the way. Behind a pointer: the inner loop then checks no access to it.
  private let memory: UnsafeMutablePointer<Memory>
  /// The selected ones, `[point][width]`.
  private let selected: UnsafeMutablePointer<Double>
  private let digit: UnsafeMutablePointer<Int32>
  private let base: UnsafeMutablePointer<Int32>
  /// Points that can be raised, points above digit 0, points to solve again: one bit each.
  private let raisable: UnsafeMutablePointer<UInt64>
  private let raised: UnsafeMutablePointer<UInt64>
  private let stale: UnsafeMutablePointer<UInt64>
  /// Points from here on are left alone: the search over the first digits alone.
  private let end: Int
  /// The point whose numbers are wanted; nil for all of them.
  private let watched: Int?

  private struct Memory {
    /// Equilibria `[point][equilibrium][width]`.
    var equilibria: UnsafeMutablePointer<Double>
    /// Equilibria that a point has room for.
    var capacity: Int
    /// Who reads each point: bits `[point][word]`, made when first needed.
    var readers: UnsafeMutablePointer<UInt64>?
    var solveCount = 0
    var stageMaximum = 0
    var firstDegenerate = -1
  }

  /// Stage games solved so far.
  public var solveCount: Int { memory.pointee.solveCount }
  /// The most equilibria any stage game had so far.
  public var stageMaximum: Int { memory.pointee.stageMaximum }
  /// The first point at which a tie was met; nil if none was.
  public var firstDegenerate: Int? {
    memory.pointee.firstDegenerate < 0 ? nil : memory.pointee.firstDegenerate
  }

  /// Prepares a search.
  ///
  /// - Parameters:
  ///   - end: search only the first `end` points; nil for all.
  ///   - watched: the only point whose numbers will be looked at. Stage games with one equilibrium that
  ///     nobody reads are then not solved again. Nil if all will be.
  public init(_ solver: Solver, end: Int? = nil, watched: Int? = nil) {
    self.solver = solver
    self.watched = watched
    pointCount = solver.pointCount
    self.end = end ?? solver.pointCount
    let width = solver.width
    words = (pointCount + 63) / 64
    let capacity = 5
    memory = .allocate(capacity: 1)
    memory.initialize(
      to: Memory(equilibria: Self.zeros(pointCount * capacity * width), capacity: capacity))
    selected = .allocate(capacity: pointCount * width)
    selected.initialize(repeating: 0, count: pointCount * width)
    digit = .allocate(capacity: pointCount)
    digit.initialize(repeating: 0, count: pointCount)
    base = .allocate(capacity: pointCount)
    base.initialize(repeating: 1, count: pointCount)
    raisable = .allocate(capacity: words)
    raisable.initialize(repeating: 0, count: words)
    raised = .allocate(capacity: words)
    raised.initialize(repeating: 0, count: words)
    stale = .allocate(capacity: words)
    stale.initialize(repeating: 0, count: words)
  }

  /// Zeros that take no memory before they are written to: a search over the first digits, or one in a
  /// game of many states with one equilibrium each, leaves most of them alone.
  private static func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
    guard let memory = calloc(max(count, 1), MemoryLayout<Double>.stride) else {
      fatalError("no memory for \(count) numbers of a search")
    }
    return memory.bindMemory(to: Double.self, capacity: count)
  }

  deinit {
    free(memory.pointee.equilibria)
    memory.pointee.readers?.deallocate()
    memory.deallocate()
    selected.deallocate()
    digit.deallocate()
    base.deallocate()
    raisable.deallocate()
    raised.deallocate()
    stale.deallocate()
  }

  /// The digits of the present string, the end game's first.
  public var digits: [Int] { (0..<end).map { Int(digit[$0]) } }
  /// The bases that go with them.
  public var bases: [Int] { (0..<end).map { Int(base[$0]) } }
  /// The numbers of the equilibrium selected at a point.
  public func selection(at point: Int) -> [Double] {
    (0..<width).map { selected[point * width + $0] }
  }
  /// All equilibria of the stage game at a point, as it stands.
  public func stageEquilibria(at point: Int) -> [[Double]] {
    (0..<Int(base[point])).map { index in
      (0..<width).map {
        memory.pointee.equilibria[(point * memory.pointee.capacity + index) * width + $0]
      }
    }
  }
  /// The selected numbers of every point, `[point × width]`, valid until the next step.
  var selections: UnsafePointer<Double> { UnsafePointer(selected) }

  /// Forgets what was met so far: the most equilibria of a stage game, and ties.
  func forgetRecords() {
    (memory.pointee.stageMaximum, memory.pointee.firstDegenerate) = (0, -1)
  }

  /// Solves every stage game in order, with the given first digits and 0 after them.
  ///
  /// - Throws: `EquilibriumStringError` if a digit is out of range; what the solver throws.
  public func begin(with first: [Int] = []) throws {
    try begin(choosing: { point, _ in point < first.count ? first[point] : 0 })
  }

  /// Solves every stage game in order; `choose` says which equilibrium is selected at each.
  public func begin(choosing choose: (_ point: Int, _ base: Int) throws -> Int) throws {
    for word in 0..<words { (raisable[word], raised[word], stale[word]) = (0, 0, 0) }
    for point in 0..<end {
      try solve(point)
      let wanted = try choose(point, Int(base[point]))
      guard wanted >= 0, wanted < base[point] else {
        throw EquilibriumStringError(point: point, digit: wanted, base: Int(base[point]))
      }
      select(point, Int32(wanted))
    }
  }

  /// The first point whose stage game has several equilibria, after first choices before it; nil if
  /// there is one equilibrium.
  ///
  /// - Throws: what the solver throws.
  func firstChoice() throws -> Int? {
    do {
      try begin(choosing: { point, base in
        if base > 1 { throw SeveralEquilibria(point: point) }
        return 0
      })
      return nil
    } catch let found as SeveralEquilibria {
      return found.point
    }
  }

  /// Goes to the next string; false after the last one.
  ///
  /// - Parameter floor: digits before this one stay as they are.
  /// - Throws: what the solver throws.
  @inline(__always)
  public func advance(from floor: Int = 0) throws -> Bool {
    var point = -1
    var word = words - 1
    while word >= 0 {
      let bits = raisable[word]
      if bits != 0 {
        point = word << 6 + (63 - bits.leadingZeroBitCount)
        break
      }
      word -= 1
    }
    guard point >= floor else { return false }
    let readers = memory.pointee.readers ?? makeReaders()
    if select(point, digit[point] &+ 1) { touch(point, readers) }
    // What was raised after it goes back to its first equilibrium, unless it is solved again anyway.
    var mask: UInt64 = point & 63 == 63 ? 0 : ~0 << UInt64(point & 63 + 1)
    word = point >> 6
    while word < words {
      var bits = raised[word] & mask
      while bits != 0 {
        let lower = word << 6 + bits.trailingZeroBitCount
        bits &= bits &- 1
        if select(lower, 0) { touch(lower, readers) }
      }
      mask = ~0
      word += 1
    }
    // Stale points only grow at higher numbers than the one being solved.
    word = point >> 6
    while word < words {
      while stale[word] != 0 {
        let lower = word << 6 + stale[word].trailingZeroBitCount
        stale[word] &= stale[word] &- 1
        try solve(lower)
        if select(lower, 0) { touch(lower, readers) }
      }
      word += 1
    }
    return true
  }

  @inline(__always)
  private func touch(_ point: Int, _ readers: UnsafeMutablePointer<UInt64>) {
    var word = point >> 6
    while word < words {
      stale[word] |= readers[point &* words &+ word]
      word &+= 1
    }
  }

  /// Whether values changed: where they did not, who reads them need not be solved again.
  @inline(__always)
  @discardableResult
  private func select(_ point: Int, _ index: Int32) -> Bool {
    digit[point] = index
    let from =
      memory.pointee.equilibria
      + (point &* memory.pointee.capacity &+ Int(index)) &* width
    let to = selected + point &* width
    var differs = false
    for place in 0..<solver.valueCount where to[place] != from[place] { differs = true }
    for place in 0..<width { to[place] = from[place] }
    let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: point)
    if index + 1 < base[point] { raisable[point >> 6] |= bit } else { raisable[point >> 6] &= ~bit }
    if index > 0 { raised[point >> 6] |= bit } else { raised[point >> 6] &= ~bit }
    return differs
  }

  @inline(__always)
  private func solve(_ point: Int) throws {
    let capacity = memory.pointee.capacity
    var outcome = try solver.solve(
      point, selected: selected, into: memory.pointee.equilibria + point &* capacity &* width,
      capacity: capacity)
    if outcome.count > capacity { outcome = try solveWithRoom(point, for: outcome.count) }
    base[point] = Int32(truncatingIfNeeded: outcome.count)
    memory.pointee.solveCount &+= 1
    if outcome.count > memory.pointee.stageMaximum { memory.pointee.stageMaximum = outcome.count }
    if outcome.isDegenerate, memory.pointee.firstDegenerate < 0 {
      memory.pointee.firstDegenerate = point
    }
    if outcome.count == 0 { throw EquilibriumStringError(point: point, digit: 0, base: 0) }
  }

  @inline(never)
  private func solveWithRoom(_ point: Int, for count: Int) throws -> StageOutcome {
    let capacity = memory.pointee.capacity
    let larger = Self.zeros(pointCount * count * width)
    for point in 0..<pointCount {
      (larger + point * count * width).update(
        from: memory.pointee.equilibria + point * capacity * width, count: capacity * width)
    }
    free(memory.pointee.equilibria)
    memory.pointee.equilibria = larger
    memory.pointee.capacity = count
    return try solver.solve(
      point, selected: selected, into: larger + point * count * width, capacity: count)
  }

  @inline(never)
  private func makeReaders() -> UnsafeMutablePointer<UInt64> {
    let bits = UnsafeMutablePointer<UInt64>.allocate(capacity: pointCount * words)
    bits.initialize(repeating: 0, count: pointCount * words)
    // From the last point back, so that what only idle points read is idle itself.
    var isRead = [Bool](repeating: false, count: pointCount)
    for point in stride(from: end - 1, through: 0, by: -1) {
      if let watched, point != watched, !isRead[point], solver.hasOneEquilibrium(at: point) {
        continue
      }
      for read in solver.reads(at: point) {
        isRead[read] = true
        bits[read * words + point >> 6] |= 1 << UInt64(point & 63)
      }
    }
    memory.pointee.readers = bits
    return bits
  }
}

/// Ends a descent at the first choice.
private struct SeveralEquilibria: Error { let point: Int }

/// A digit that its stage game does not have.
public struct EquilibriumStringError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The point, in solving order from 0.
  public let point: Int
  /// The digit asked for.
  public let digit: Int
  /// The number of equilibria of the stage game there.
  public let base: Int

  /// What was asked and what there is.
  public var description: String {
    base == 0
      ? "the stage game at point \(point) has no equilibrium that the solver can find"
      : "digit \(point + 1) of the string is \(digit), but the stage game there has \(base) "
        + "equilibri\(base == 1 ? "um" : "a"), counted from 0"
  }
}
