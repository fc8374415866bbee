internal import Foundation
internal import Statistics

/// The enumeration of every equilibrium on all cores, with payoffs tallied at one point.
///
/// The first digits of the strings are handed out in order, and each worker searches what follows one
/// such prefix. Parts are added up in the order of the strings, so that results do not depend on the
/// number of threads, and a search that is stopped has a definite last string, from which it can go
/// on.
///
/// Memory: per worker the tally of one part, and the tally of the whole.
public struct EquilibriumEnumeration<Solver: StageSolver & Sendable>: Sendable {
  /// The stage games.
  public let solver: Solver
  /// The point whose payoffs are tallied, and which two of its numbers.
  public let payoffs: (point: Int, first: Int, second: Int)
  /// Where to stop and what to keep.
  public var limits: EnumerationLimits

  /// Creates an enumeration.
  public init(
    _ solver: Solver, payoffs: (point: Int, first: Int, second: Int), limits: EnumerationLimits
  ) {
    (self.solver, self.payoffs, self.limits) = (solver, payoffs, limits)
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - resumption: where an earlier search stopped; nil for the beginning. The result is that of a
  ///     search that was never stopped, to the last bit.
  ///   - threads: workers.
  ///   - isCancelled: asked now and then; true ends the search as interrupted.
  ///   - progress: told the count so far, now and then.
  /// - Throws: what the solver throws; `EquilibriumStringError` if `resumption` stops at no string of this
  ///   game.
  public func run(
    resuming resumption: EnumerationResumption? = nil, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (UInt128) -> Void)? = nil
  ) throws -> EnumerationOutcome {
    let depth = try prefixDepth()
    let queue = try PartQueue(
      self, depth: depth, start: resumption?.string ?? [],
      tally: resumption?.tally
        ?? EquilibriumTally(unit: limits.unit, limit: limits.maximumPayoffs),
      begun: resumption?.part, isCancelled: isCancelled, progress: progress)
    if depth == 0 || threads <= 1 {
      queue.work()
    } else {
      DispatchQueue.concurrentPerform(iterations: threads) { _ in queue.work() }
    }
    return try queue.outcome()
  }

  /// How many digits to fix a part by: few enough that a part is worth handing out, enough that it
  /// does not take long. From random descents, as in `CountEstimate`.
  private func prefixDepth() throws -> Int {
    let probes = 100
    guard solver.pointCount > 4, solver.pointCount <= 4096 else { return 0 }
    var sums = [Double](repeating: 0, count: solver.pointCount + 1)
    // A seed of its own: results depend on where parts begin, and are to be the same in every run.
    var stream = RandomStream(seed: 0, role: .solver)
    let search = RecursiveLexicographicalSearch(solver)
    for _ in 0..<probes {
      for (digits, product) in try search.descend(using: &stream).enumerated() {
        sums[digits] += product
      }
    }
    return sums.firstIndex { sums.last! / $0 <= 100_000 } ?? 0
  }
}

/// Where an enumeration stops, and what it keeps.
public struct EnumerationLimits: Sendable {
  /// What payoffs are rounded to multiples of.
  public var unit = 1e-7
  /// Distinct payoff pairs kept.
  public var maximumPayoffs = 50_000_000
  /// Stop after so many equilibria; nil for all.
  public var maximumEquilibria: UInt128?
  /// Stop after so many seconds; nil for none.
  public var seconds: Double?

  /// No limits.
  public init() {}
}

/// How an enumeration ended.
public struct EnumerationOutcome: Sendable {
  /// All that was found.
  public var tally: EquilibriumTally
  /// The first string that was not visited; nil if all were.
  public var next: [Int]?
  /// Converged if all were visited; otherwise limit or interrupted.
  public var status: SolverStatus
  /// What it takes to go on; nil if all were visited.
  public var resumption: EnumerationResumption?

  /// Creates an outcome.
  public init(
    tally: EquilibriumTally, next: [Int]?, status: SolverStatus,
    resumption: EnumerationResumption? = nil
  ) {
    (self.tally, self.next, self.status, self.resumption) = (tally, next, status, resumption)
  }
}

/// Where an enumeration stopped. The part in which it did is kept apart from those before it: sums
/// are added up part by part, and so come out the same.
public struct EnumerationResumption: Sendable {
  /// The first string that was not visited.
  public var string: [Int]
  /// The tally of the parts before the one in which the string lies.
  public var tally: EquilibriumTally
  /// The tally of that part, up to the string.
  public var part: EquilibriumTally

  /// Creates a resumption.
  public init(string: [Int], tally: EquilibriumTally, part: EquilibriumTally) {
    (self.string, self.tally, self.part) = (string, tally, part)
  }
}

/// The parts of a search, handed out and collected in order.
private final class PartQueue<Solver: StageSolver & Sendable>: @unchecked Sendable {
  private struct Part {
    var index: Int
    var string: [Int]
    /// The most strings that can be wanted of it; nil for all.
    var most: UInt128?
  }
  private struct Result {
    var tally: EquilibriumTally
    /// The first string of the part that was not visited.
    var next: [Int]?
  }

  private let job: EquilibriumEnumeration<Solver>
  private let depth: Int
  private let progress: (@Sendable (UInt128) -> Void)?
  private let condition = NSCondition()
  // All below is guarded by `condition`.
  private let prefixes: RecursiveLexicographicalSearch<Solver>
  private var following: [Int]?
  private var handedOut = 0
  private var collected = 0
  private var waiting: [Int: Result] = [:]
  /// Of parts that were handed out and not yet collected.
  private var strings: [Int: [Int]] = [:]
  private var tally: EquilibriumTally
  private var next: [Int]?
  /// The tallies before and in the part that holds `next`.
  private var before: EquilibriumTally?
  private var broken: EquilibriumTally?
  /// Of the first part, what was visited earlier.
  private let begun: EquilibriumTally?
  private var isStopped = false
  private var early: EarlyStop

  init(
    _ job: EquilibriumEnumeration<Solver>, depth: Int, start: [Int], tally: EquilibriumTally,
    begun: EquilibriumTally?, isCancelled: @escaping @Sendable () -> Bool,
    progress: (@Sendable (UInt128) -> Void)?
  ) throws {
    self.job = job
    self.depth = depth
    self.tally = tally
    self.begun = begun.flatMap { $0.count > 0 ? $0 : nil }
    self.progress = progress
    early = EarlyStop(seconds: job.limits.seconds, isCancelled: isCancelled)
    prefixes = RecursiveLexicographicalSearch(job.solver, end: depth)
    try prefixes.begin(with: Array(start.prefix(depth)))
    following = start.isEmpty ? prefixes.digits : start
    if let most = job.limits.maximumEquilibria, tally.count + (self.begun?.count ?? 0) >= most {
      next = following
      before = tally
      broken = self.begun
      if let begun = self.begun { self.tally.merge(begun) }
      isStopped = true
    }
  }

  func work() {
    let search = RecursiveLexicographicalSearch(job.solver, watched: job.payoffs.point)
    var local = EquilibriumTally(unit: job.limits.unit)
    while let part = take() {
      do {
        let next = try play(part, looksUp: true, search, &local)
        try collect(part, Result(tally: local, next: next))
      } catch {
        condition.withLock { fail(error) }
      }
    }
  }

  private func take() -> Part? {
    condition.withLock {
      // Nobody runs far ahead of a slow part.
      while !isStopped, waiting.count > 64 { condition.wait() }
      guard !isStopped, let string = following else { return nil }
      do {
        following = try prefixes.advance() ? prefixes.digits : nil
      } catch {
        fail(error)
        return nil
      }
      handedOut += 1
      strings[handedOut - 1] = string
      return Part(
        index: handedOut - 1, string: string,
        most: job.limits.maximumEquilibria.map { $0 - min($0, tally.count) })
    }
  }

  private func fail(_ error: any Error) {
    early.fail(error)
    isStopped = true
    condition.broadcast()
  }

  /// Visits the strings of a part; `looksUp` now and then whether to stop, for which nobody may hold the
  /// lock. Returns the first string not visited.
  private func play(
    _ part: Part, looksUp: Bool, _ search: RecursiveLexicographicalSearch<Solver>,
    _ tally: inout EquilibriumTally
  ) throws -> [Int]? {
    let begun = part.index == 0 ? self.begun : nil
    if let begun { tally = begun } else { tally.removeAll() }
    search.forgetRecords()
    try search.begin(with: part.string)
    // To find the place again is no part of the search: neither its solves nor ties that it meets.
    if begun != nil { search.forgetRecords() }
    let before = search.solveCount - (begun == nil ? job.solver.pointCount : 0)
    let at = job.payoffs.point * job.solver.width
    let selections = search.selections
    let (first, second) = (
      selections + at + job.payoffs.first, selections + at + job.payoffs.second
    )
    var count: UInt64 = 0
    let limit = UInt64(clamping: part.most.map { $0 - (begun?.count ?? 0) } ?? .max)
    var next: [Int]?
    // A step can take one stage game or a hundred thousand of them.
    var looked = search.solveCount
    repeat {
      if count == limit { next = search.digits }
      if looksUp, count & 0x3FFF == 0x3FFF || search.solveCount &- looked > 100_000 {
        looked = search.solveCount
        if shouldStop() { next = search.digits }
      }
      if next != nil { break }
      count += 1
      tally.add(first.pointee, second.pointee)
    } while try search.advance(from: depth)
    tally.solveCount = (begun?.solveCount ?? 0) + UInt128(search.solveCount - before)
    tally.stageMaximum = max(begun?.stageMaximum ?? 0, search.stageMaximum)
    tally.firstDegenerate = begun?.firstDegenerate ?? search.firstDegenerate
    return next
  }

  private func shouldStop() -> Bool {
    condition.withLock {
      if early.isDue() {
        isStopped = true
        condition.broadcast()
      }
      return isStopped
    }
  }

  private func collect(_ part: Part, _ result: Result) throws {
    condition.lock()
    defer { condition.unlock() }
    waiting[part.index] = result
    while next == nil, var ready = waiting.removeValue(forKey: collected) {
      let string = strings.removeValue(forKey: collected)!
      if let most = job.limits.maximumEquilibria, tally.count + ready.tally.count > most {
        // Rare, once a search: the part is searched again up to the limit.
        ready.next = try play(
          Part(index: collected, string: string, most: most - tally.count), looksUp: false,
          RecursiveLexicographicalSearch(job.solver, watched: job.payoffs.point), &ready.tally)
        isStopped = true
      }
      if ready.next != nil {
        before = tally
        broken = ready.tally
      }
      tally.merge(ready.tally)
      collected += 1
      next = ready.next
      if next != nil { isStopped = true }
      if let most = job.limits.maximumEquilibria, tally.count == most, next == nil {
        // Exactly there: the next part, if there is one, is the first not visited.
        next = rest
        isStopped = true
      }
      progress?(tally.count)
    }
    if next == nil, early.isDue() { isStopped = true }
    condition.broadcast()
  }

  /// The string of the first part that was not collected; nil if all were.
  private var rest: [Int]? { collected < handedOut ? strings[collected] : following }

  func outcome() throws -> EnumerationOutcome {
    try early.check()
    // A part that was not begun has its first digits only; the others are 0.
    let rest = (next ?? rest).map {
      $0 + [Int](repeating: 0, count: job.solver.pointCount - $0.count)
    }
    return EnumerationOutcome(
      tally: tally, next: rest,
      status: rest == nil ? .converged : early.status,
      resumption: rest.map {
        EnumerationResumption(
          string: $0, tally: before ?? tally,
          part: broken ?? EquilibriumTally(unit: job.limits.unit))
      })
  }
}
