internal import Agents
internal import Environments
internal import Equilibria
internal import Statistics

/// One long path of an agent who follows a policy at a frozen m, and what it says about the
/// population: the occupation of states, and M(μ̂) with its error from batch means.
///
/// The path's states x₀ … x_{K−1} are counted and divided by K (of Light's K + 1 states the last is
/// left out, so that the frequencies sum to 1). They fall into 32 consecutive batches; the standard
/// error of a mean is that of 32 independent numbers with the batches' means, which holds once a
/// batch is much longer than the chain's memory. Doubling the path joins neighbouring batches.
struct PopulationSample {
  static let batchCount = 32

  private let layout: MeanFieldLayout
  private let turnover: Turnover?
  private let moves: AliasTable
  /// Σₐ σ(a | x) κ(x, a).
  private let interaction: [Double]
  private let counts: UnsafeMutablePointer<Int>
  private let batch: UnsafeMutablePointer<Int>
  private let memory = TableMemory()
  private var state: Int
  /// Sums of κ; none before the path's length is known.
  private var batches: BatchMeans?

  /// Prepares the path; its first state is drawn from all alike, and `burnIn` transitions are made
  /// before any is counted.
  init(
    _ tables: FrozenTables, layout: MeanFieldLayout, turnover: Turnover?, policy: MeanFieldPolicy,
    burnIn: Int, using stream: inout RandomStream
  ) {
    self.layout = layout
    self.turnover = turnover
    interaction = policy.mean(layout.interaction[0], in: layout)
    counts = memory.block(of: layout.stateCount, repeating: 0)
    batch = memory.block(of: layout.stateCount, repeating: 0)
    var outcomes: [[Int32]] = []
    var laws: [[Double]] = []
    var offsets = [0]
    for state in 0..<layout.stateCount {
      let law = Self.law(of: state, tables, layout, turnover, policy)
      outcomes.append(law.map(\.state))
      laws.append(law.map(\.probability))
      offsets.append(offsets[state] + law.count)
    }
    moves = AliasTable(offsets: offsets)
    for state in 0..<layout.stateCount {
      moves.write(state, outcomes: outcomes[state], probabilities: laws[state])
    }
    state = stream.index(below: layout.stateCount)
    for _ in 0..<burnIn { state = moves.draw(state, using: &stream) }
  }

  /// Where an agent of the population goes from a state: by its policy, or out and in again.
  private static func law(
    of state: Int, _ tables: FrozenTables, _ layout: MeanFieldLayout, _ turnover: Turnover?,
    _ policy: MeanFieldPolicy
  ) -> [(state: Int32, probability: Double)] {
    var law: [Int32: Double] = [:]
    let survival = turnover?.survival ?? 1
    for row in layout.rows(of: state) where policy.weights[row] > 0 {
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1]
      where tables.probabilities[entry] > 0 {
        law[layout.nextStates[entry], default: 0] +=
          survival * policy.weights[row] * tables.probabilities[entry]
      }
    }
    if let turnover, survival < 1 { law[Int32(turnover.entry), default: 0] += 1 - survival }
    return law.map { (state: $0.key, probability: $0.value) }.sorted { $0.state < $1.state }
  }

  /// States counted so far.
  var samples: Int { batches?.count ?? 0 }

  /// Goes on until `target` states are counted, rounded up to whole batches.
  ///
  /// - Parameter target: first any number; later twice to 32 times the samples so far.
  mutating func extend(
    to target: Int, using stream: inout RandomStream, isCancelled: () -> Bool
  ) throws {
    var batches =
      self.batches
      ?? BatchMeans(
        capacity: Self.batchCount, length: (target + Self.batchCount - 1) / Self.batchCount)
    while 2 * batches.length * Self.batchCount <= target { batches.join() }
    while !batches.isFull {
      if isCancelled() { throw LearningCancelled() }
      batches.append(sum: playBatch(of: batches.length, using: &stream))
    }
    self.batches = batches
  }

  private mutating func playBatch(
    of length: Int, using stream: inout RandomStream
  ) -> Double {
    let (moves, batch) = (moves, batch)
    batch.update(repeating: 0, count: layout.stateCount)
    var x = state
    var k = 0
    while k < length {
      batch[x] &+= 1
      x = moves.draw(x, using: &stream)
      k &+= 1
    }
    state = x
    var sum = 0.0
    for x in 0..<layout.stateCount where batch[x] > 0 {
      counts[x] += batch[x]
      sum += Double(batch[x]) * interaction[x]
    }
    return sum
  }

  /// The frequencies of states.
  var law: [Double] { (0..<layout.stateCount).map { Double(counts[$0]) / Double(samples) } }

  /// M(μ̂) and its standard error.
  /// - Precondition: the path was extended.
  var mean: (value: Double, error: Double) {
    guard let mean = batches?.mean, let error = batches?.standardError else {
      preconditionFailure("PopulationSample.mean: nothing is counted yet")
    }
    return (mean, error)
  }
}

/// Learning was told to stop in the middle of a step.
struct LearningCancelled: Error {}
