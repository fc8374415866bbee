/// How likely a run of one learner beats a run of another on the same task, averaged over tasks:
///
///     1/M Σₘ P̂(Xₘ > Yₘ),  P̂(X > Y) = 1/nk Σᵢ Σⱼ ([xᵢ > yⱼ] + ½ [xᵢ = yⱼ])
///
/// Agarwal et al. (2021), "Deep reinforcement learning at the edge of the statistical precipice",
/// §4.3; each summand is Mann and Whitney's U / nk. Larger values are better. Tasks may have
/// different scales and different numbers of runs, as only the order within a task counts.
///
/// The interval resamples the runs of each learner within each task, independently: the stratified
/// bootstrap. 1/2 says that neither is better.
/// - Parameters:
///   - first: X, a stratum per task.
///   - second: Y, the same tasks in the same order.
/// - Throws: `NumericalError` if the tasks differ in number, and for bad settings.
/// - Complexity: one uniform a value and a count of ranks per replication; `.bca` another pass per
///   value.
public func probabilityOfImprovement(
  of first: StratifiedSample, over second: StratifiedSample, bootstrap: Bootstrap = Bootstrap(),
  using stream: inout RandomStream
) throws -> Interval {
  guard first.strataCount == second.strataCount else {
    throw NumericalError.invalid(
      "probabilityOfImprovement", "\(first.strataCount) and \(second.strataCount) tasks")
  }
  let tasks = first.strataCount
  let ranks = (0..<tasks).map { JointRanks(Array(first[$0]), Array(second[$0])) }
  // One stratum per task and learner, holding ranks: these never change when runs are resampled.
  let sample = try StratifiedSample(
    (ranks.map(\.first) + ranks.map(\.second)).map { $0.map(Double.init) })
  let widest = ranks.map(\.sizes.count).max() ?? 0
  var x = [Int](repeating: 0, count: widest)
  var y = [Int](repeating: 0, count: widest)
  return try bootstrap.interval(of: sample, using: &stream) { sample in
    var sum = 0.0
    for task in 0..<tasks {
      for rank in 0..<widest {
        x[rank] = 0
        y[rank] = 0
      }
      let (own, other) = (sample.range(of: task), sample.range(of: tasks + task))
      for position in own { x[Int(sample.values[position])] += 1 }
      for position in other { y[Int(sample.values[position])] += 1 }
      let pairs = 2 * Double(own.count) * Double(other.count)
      sum += Double(doubledWins(x.span, over: y.span)) / pairs
    }
    return sum / Double(tasks)
  }
}
