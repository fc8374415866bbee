internal import Dispatch
internal import Environments
internal import Foundation
internal import Statistics
internal import Synchronization

/// Plays all blocks of a plan on several threads, merging them in their order.
///
/// Blocks are handed out in order and merged by number, so that sums do not depend on the number of
/// threads; what is merely counted is kept by each thread and added up when all rest. Between rounds of
/// blocks a checkpoint may be taken and the stopping rule asked: both look at whole blocks only.
final class PathEnsemble {
  let plan: PathPlan
  private(set) var state: EnsembleState
  private let empty: [PathSums]
  private let threads: Int

  init(_ plan: PathPlan, resuming state: EnsembleState?, threads: Int) {
    self.plan = plan
    self.threads = threads
    empty = Self.empty(plan)
    self.state =
      state
      ?? EnsembleState(
        sums: empty,
        counts: plan.played.map { played in
          let bins =
            plan.events.isEmpty
            ? 0
            : EventFeature(
              played.tables, events: plan.events, columns: plan.columns, periods: plan.periods
            ).bins * plan.events.count
          return PathCounts(
            dates: Array(repeating: 0, count: plan.dates.count * played.tables.cellCount),
            passages: Array(repeating: 0, count: bins),
            durations: Array(repeating: 0, count: bins),
            visits: Array(repeating: 0, count: plan.game.stateCount),
            visitSquares: Array(repeating: 0, count: plan.game.stateCount))
        })
  }

  /// Paths of the blocks that are done.
  var pathsDone: Int {
    state.blocksDone == 0 ? 0 : plan.paths(of: state.blocksDone - 1).upperBound
  }

  var isComplete: Bool { state.blocksDone == plan.blocks }

  static func empty(_ plan: PathPlan) -> [PathSums] {
    let isIndependent = plan.settings.draws == .independent
    let paths = CrossMoments(
      columns: plan.columns.count, pairs: isIndependent ? plan.columns.pairs : [])
    let units =
      isIndependent
      ? nil
      : CrossMoments(
        columns: plan.columns.count, pairs: plan.columns.pairs)
    let longRun = CrossMoments(columns: max(1, plan.longRun.count), pairs: plan.longRun.pairs)
    let players = plan.columns.players
    return plan.played.indices.map { index in
      let isDeparted = plan.hasDeparture && index == plan.played.count - 1
      return PathSums(
        paths: paths, units: units, longRun: longRun,
        differences: index == 0 ? nil : CrossMoments(columns: plan.columns.count),
        sketches: Array(repeating: QuantileSketch(), count: players + 1),
        totals: plan.settings.fanTotals
          ? Array(
            repeating: QuantileSketch(),
            count: players * min(plan.periods, TotalsFeature.largestDateCount)) : [],
        sections: isIndependent
          ? nil
          : CrossMoments(
            columns: plan.quantities.count * plan.dates.count
              * (1 + 2 * plan.settings.quantiles.count)),
        departures: isDeparted
          ? CrossMoments(columns: plan.quantities.count * plan.departureDates.count) : nil)
    }
  }

  /// Plays on until all blocks are done, the rule says stop, or somebody asks to.
  ///
  /// - Parameters:
  ///   - firstRound: blocks before the first look.
  ///   - roundEnded: told after each round; false ends the study.
  /// - Returns: whether it was interrupted.
  /// - Throws: `NumericalError` if a statistic is not finite.
  func play(
    firstRound: Int, interruption: Interruption, progress: ProgressDisplay,
    roundEnded: (PathEnsemble) throws -> Bool
  ) throws -> Bool {
    progress.begin(total: plan.paths * plan.periods, verb: "simulating")
    let steps = Atomic<Int>(pathsDone * plan.periods)
    defer { progress.end() }
    var pool: [PathWorker] = []
    var known: [[PathCounts]] = []
    let began = Date()
    let before = state.seconds
    var round = max(firstRound, 1)
    while !isComplete {
      let target = min(plan.blocks, state.blocksDone + round)
      let first = state.blocksDone
      let count = min(max(1, threads), target - first)
      while pool.count < count {
        pool.append(PathWorker(plan, empty: empty))
        known.append([])
      }
      let queue = BlockQueue(first..<target, sums: state.sums)
      let (team, plan) = (pool, plan)
      DispatchQueue.concurrentPerform(iterations: count) { index in
        while !interruption.isRequested, let block = queue.next() {
          do {
            queue.finish(block, with: try team[index].play(block))
          } catch {
            queue.fail(block, error)
          }
          let played = plan.paths(of: block).count * plan.periods
          // One running sum: a display that remembered every block would grow with them.
          progress.update(part: 0, done: steps.add(played, ordering: .relaxed).newValue)
        }
      }
      let (done, sums) = try queue.result()
      state.sums = sums
      state.blocksDone = done
      // Counts of workers grow from round to round: only what is new is added.
      for index in pool.indices {
        let now = pool[index].counts
        for profile in plan.played.indices {
          if known[index].isEmpty {
            state.counts[profile].merge(now[profile])
          } else {
            state.counts[profile].merge(now[profile].minus(known[index][profile]))
          }
        }
        known[index] = now
      }
      state.seconds = before - began.timeIntervalSinceNow
      if interruption.isRequested, !isComplete { return true }
      guard try roundEnded(self) else { return false }
      // Looks grow farther apart as precision comes more slowly.
      round = max(firstRound, state.blocksDone / 4)
    }
    return false
  }
}

extension PathCounts {
  /// What came on top of earlier counts.
  func minus(_ earlier: PathCounts) -> PathCounts {
    func difference(_ a: [Int], _ b: [Int]) -> [Int] { a.indices.map { a[$0] - b[$0] } }
    return PathCounts(
      dates: difference(dates, earlier.dates), passages: difference(passages, earlier.passages),
      durations: difference(durations, earlier.durations),
      visits: difference(visits, earlier.visits),
      visitSquares: visitSquares.indices.map { visitSquares[$0] - earlier.visitSquares[$0] })
  }
}

/// Hands blocks out in order and merges what comes back in the same order.
private final class BlockQueue: Sendable {
  private struct State {
    var next: Int
    var merged: Int
    var waiting: [Int: [PathSums]] = [:]
    var sums: [PathSums]
    var failure: (block: Int, error: any Error)?
  }

  private let end: Int
  private let state: Mutex<State>

  init(_ blocks: Range<Int>, sums: [PathSums]) {
    end = blocks.upperBound
    state = Mutex(State(next: blocks.lowerBound, merged: blocks.lowerBound, sums: sums))
  }

  func next() -> Int? {
    state.withLock { state in
      guard state.next < end, state.failure == nil else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  func finish(_ block: Int, with sums: [PathSums]) {
    state.withLock { state in
      state.waiting[block] = sums
      while let ready = state.waiting.removeValue(forKey: state.merged) {
        for index in ready.indices { state.sums[index].merge(ready[index]) }
        state.merged += 1
      }
    }
  }

  func fail(_ block: Int, _ error: any Error) {
    state.withLock { state in
      if state.failure.map({ block < $0.block }) ?? true { state.failure = (block, error) }
    }
  }

  /// Blocks merged so far and their sums. Throws the failure of the first block that failed.
  func result() throws -> (done: Int, sums: [PathSums]) {
    try state.withLock { state in
      if let failure = state.failure { throw failure.error }
      return (state.merged, state.sums)
    }
  }
}
