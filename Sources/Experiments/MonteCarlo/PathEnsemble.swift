internal import Dispatch
internal import Foundation
internal import Synchronization

/// A study cut into blocks that are played on their own.
protocol EnsemblePlan: Sendable {
  /// Paths planned at most.
  var paths: Int { get }
  var blocks: Int { get }
  func paths(of block: Int) -> Range<Int>
  /// Steps of one path, as progress counts them.
  var stepsPerPath: Int { get }
  /// What is kept of paths before the first: `[profile]`.
  var empty: [PathSums] { get }
  var emptyCounts: [PathCounts] { get }
  /// Somebody who plays blocks on one thread.
  func worker() -> any BlockWorker
}

/// Plays blocks on one thread at a time.
protocol BlockWorker: AnyObject, Sendable {
  /// Plays one block: its sums, `[profile]`.
  ///
  /// - Throws: `NumericalError` if a statistic is not finite.
  func play(_ block: Int) throws -> [PathSums]
  /// Everything counted since the worker was made; read while it rests.
  var counts: [PathCounts] { get }
}

/// Plays all blocks of a plan on several threads, merging them in their order.
///
/// Blocks are handed out in order and merged by number, so that sums do not depend on the number of
/// threads; what is merely counted is kept by each thread and added up when all rest. Between rounds of
/// blocks a checkpoint may be taken and the stopping rule asked: both look at whole blocks only.
final class PathEnsemble {
  let plan: any EnsemblePlan
  private(set) var state: EnsembleState
  private let threads: Int

  init(_ plan: any EnsemblePlan, resuming state: EnsembleState?, threads: Int) {
    self.plan = plan
    self.threads = threads
    self.state = state ?? EnsembleState(sums: plan.empty, counts: plan.emptyCounts)
  }

  /// Paths of the blocks that are done.
  var pathsDone: Int {
    state.blocksDone == 0 ? 0 : plan.paths(of: state.blocksDone - 1).upperBound
  }

  var isComplete: Bool { state.blocksDone == plan.blocks }

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
    progress.begin(total: plan.paths * plan.stepsPerPath, verb: "simulating")
    let steps = Atomic<Int>(pathsDone * plan.stepsPerPath)
    defer { progress.end() }
    var pool: [any BlockWorker] = []
    var known: [[PathCounts]] = []
    let began = Date()
    let before = state.seconds
    while !isComplete {
      let target = min(plan.blocks, Self.nextLook(after: state.blocksDone, first: firstRound))
      let first = state.blocksDone
      let count = min(max(1, threads), target - first)
      while pool.count < count {
        pool.append(plan.worker())
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
          let played = plan.paths(of: block).count * plan.stepsPerPath
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
        for profile in now.indices {
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
    }
    return false
  }

  /// Numbers of blocks after which a study is looked at: always the same, whether it was interrupted
  /// or not, and farther apart as precision comes more slowly.
  private static func nextLook(after done: Int, first: Int) -> Int {
    var look = max(first, 1)
    while look <= done { look += max(first, look / 4) }
    return look
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
      visitSquares: visitSquares.indices.map {
        difference(visitSquares[$0], earlier.visitSquares[$0])
      })
  }
}
