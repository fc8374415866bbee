public import Environments
internal import Foundation

/// The number of equilibria of the leapfrogging duopoly and all their payoffs at the apex, exactly and
/// without visiting each equilibrium.
///
/// The stage game at an interior state (i, j) of layer l reads, from the layers below, its own past,
/// those of the row head (i, l) and of the column head (l, j), and that of the pivot (l, l), and
/// nothing else: what it needs of layer l itself, corner and edges, follows from these. So the states
/// of a layer are eliminated like rows and columns of a matrix, and
///
/// - given pivots and column heads, the heads of different rows are independent, and likewise
///   columns;
/// - given those, every remaining state is independent of every other;
/// - pasts that give the same values are one, with a weight.
///
/// The search goes over *trunks*, the pasts of the states with both indices below n − 2, and for each
/// sums over the last two rows and columns, whose four states meet in the last stage game:
///
/// ```text
/// trunk(m):  for every past of row m and of column m      given the trunk so far
///              for every past of the pivot (m, m)         given both
///                trunk(m + 1)
/// at m = n − 2, with a, b the last two indices:
///   for every past of rows a and b
///     A ← pairs (a, a), (b, a) over the pasts of column a, merged
///     B ← pairs (a, b), (b, b) over the pasts of column b, merged
///     for every pair of A and B: solve the last stage game, weigh its equilibria
/// ```
///
/// Not in Iskhakov, Rust and Schjerning (2016), who visit each equilibrium. Counts are exact up to
/// 2¹²⁸ − 1, beyond which arithmetic traps. Results do not depend on the number of threads.
struct LeapfroggingCount<Solver: StageSolver & Sendable>: Sendable {
  let solver: Solver
  let tables: LeapfroggingTables
  var limits: EnumerationLimits
  /// Whether the last stage game may be taken apart firm by firm: simultaneous moves, no shocks,
  /// certain improvement by one step.
  let isLinear: Bool

  init(_ solver: Solver, _ tables: LeapfroggingTables, limits: EnumerationLimits) {
    (self.solver, self.tables, self.limits) = (solver, tables, limits)
    isLinear =
      solver is SimultaneousStages && tables.scale == 0 && tables.hasOneStep
      && (1..<max(tables.levels, 1)).allSatisfy { tables.stays[$0] == 0 }
  }

  /// Counts.
  ///
  /// A count that is cut short has no last string: `next` is nil and the tally is that of the trunks
  /// that were finished.
  func run(
    threads: Int, isCancelled: @escaping @Sendable () -> Bool,
    progress: (@Sendable (_ done: Int, _ of: Int) -> Void)?
  ) throws -> EnumerationOutcome {
    precondition(tables.levels >= 3, "two levels have no trunk")
    let trunks = try TrunkSearch(self).trunks()
    let queue = TrunkQueue(self, trunks, isCancelled: isCancelled, progress: progress)
    let workers = max(1, min(threads, trunks.count))
    if workers == 1 {
      queue.work()
    } else {
      DispatchQueue.concurrentPerform(iterations: workers) { index in
        // Apart from each other among the parts of the payoffs.
        queue.work(from: index * 256 / workers)
      }
    }
    return try queue.outcome()
  }
}

extension LeapfroggingDuopoly {
  /// Counts every equilibrium and its payoffs without visiting it; see `LeapfroggingCount`.
  ///
  /// With alternating moves, payoffs are those with firm 1 to move. Limits on the number of equilibria
  /// do not apply; a time limit ends with what the finished parts hold.
  ///
  /// - Throws: what stage games throw.
  public func countEquilibria(
    limits: EnumerationLimits = EnumerationLimits(), threads: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
  ) throws -> EnumerationOutcome {
    switch moves {
    case .simultaneous:
      let stages = SimultaneousStages(self)
      guard levels >= 3 else { return try enumerated(stages, limits, threads) }
      return try LeapfroggingCount(stages, stages.tables, limits: limits)
        .run(threads: threads, isCancelled: isCancelled, progress: progress)
    case .alternating:
      let stages = AlternatingStages(self)
      guard levels >= 3 else { return try enumerated(stages, limits, threads) }
      return try LeapfroggingCount(stages, stages.tables, limits: limits)
        .run(threads: threads, isCancelled: isCancelled, progress: progress)
    }
  }

  private func enumerated<Solver: StageSolver & Sendable>(
    _ stages: Solver, _ limits: EnumerationLimits, _ threads: Int
  ) throws -> EnumerationOutcome {
    try EquilibriumEnumeration(
      stages, payoffs: (stages.pointCount - 1, 0, 1), limits: limits
    ).run(threads: threads)
  }
}

/// Trunks, handed out in order. Workers tally several of them before they hand payoffs over.
private final class TrunkQueue<Solver: StageSolver & Sendable>: @unchecked Sendable {
  private let job: LeapfroggingCount<Solver>
  private let trunks: [Trunk]
  private let progress: (@Sendable (Int, Int) -> Void)?
  private let payoffs: PayoffCollector
  private let lock = NSLock()
  // All below is guarded by `lock`.
  private var taken = 0
  private var done = 0
  /// All but the payoffs.
  private var tally: EquilibriumTally
  private var sums: [[CompensatedSum]]
  private var early: EarlyStop

  init(
    _ job: LeapfroggingCount<Solver>, _ trunks: [Trunk],
    isCancelled: @escaping @Sendable () -> Bool,
    progress: (@Sendable (Int, Int) -> Void)?
  ) {
    (self.job, self.trunks, self.progress) = (job, trunks, progress)
    early = EarlyStop(seconds: job.limits.seconds, isCancelled: isCancelled)
    payoffs = PayoffCollector(unit: job.limits.unit, limit: job.limits.maximumPayoffs)
    tally = EquilibriumTally(unit: job.limits.unit, limit: job.limits.maximumPayoffs)
    sums = Array(repeating: [], count: trunks.count)
  }

  /// Pairs that a worker hands over at once: what fits its cache.
  private static var handful: Int { 50_000 }

  /// Works until nothing is left.
  ///
  /// - Parameter part: of the payoffs, with which to begin to hand them over.
  func work(from part: Int = 0) {
    do {
      let search = try TrunkSearch(job)
      search.forget()
      while let index = take() {
        try search.finish(trunks[index])
        let found = search.takeSums()
        lock.withLock {
          sums[index] = found
          done += 1
          progress?(done, trunks.count)
        }
        if search.tally.payoffs.count >= Self.handful { handOver(search, part) }
      }
      handOver(search, part)
    } catch {
      lock.withLock { early.fail(error) }
    }
  }

  private func handOver(_ search: TrunkSearch<Solver>, _ part: Int) {
    payoffs.merge(search.tally.payoffs, from: part)
    lock.withLock { tally.mergeFigures(search.tally) }
    search.forget()
  }

  private func take() -> Int? {
    lock.withLock {
      guard taken < trunks.count, !early.isDue() else { return nil }
      taken += 1
      return taken - 1
    }
  }

  func outcome() throws -> EnumerationOutcome {
    try early.check()
    var tally = tally
    tally.payoffs = payoffs.take()
    tally.addSums(sums)
    let isWhole = done == trunks.count
    return EnumerationOutcome(
      tally: tally, next: nil,
      status: isWhole ? .converged : early.status)
  }
}
