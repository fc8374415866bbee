/// A Markov chain with rewards, whose discounted value is wanted: V = r + δ C V.
///
/// Sparse rows, one per state; C is a transition matrix, or one times growth factors. Values come class
/// by class of states that lead to each other (`ChainBlocks`), so that a chain that never returns to a
/// state it left costs one pass over its entries, however many states it has.
struct DiscountedChain {
  /// Largest class solved by LU: below it a solve takes at most about a tenth of a second.
  static let directLimit = 800

  private(set) var rewards: [Double] = []
  private(set) var offsets: [Int] = [0]
  private(set) var columns: [Int32] = []
  private(set) var weights: [Double] = []
  let discount: Double

  /// Where in `columns` a state was last entered.
  private var places: [Int]

  init(states: Int, discount: Double) {
    rewards.reserveCapacity(states)
    offsets.reserveCapacity(states + 1)
    places = Array(repeating: -1, count: states)
    self.discount = discount
  }

  /// Adds `weight` to the chance of moving from the row being built to `state`.
  mutating func add(_ state: Int, _ weight: Double) {
    guard weight != 0 else { return }
    let place = places[state]
    if place >= offsets[offsets.count - 1] {
      weights[place] += weight
    } else {
      places[state] = columns.count
      columns.append(Int32(truncatingIfNeeded: state))
      weights.append(weight)
    }
  }

  /// Ends the row being built.
  mutating func endRow(reward: Double = 0) {
    rewards.append(reward)
    sortRow(from: offsets[offsets.count - 1])
    offsets.append(columns.count)
  }

  /// Puts the entries from `start` on in the order of states.
  private mutating func sortRow(from start: Int) {
    let end = columns.count
    guard end - start > 1 else { return }
    if end - start > 16 {
      let order = (start..<end).sorted { columns[$0] < columns[$1] }
      let sorted = (order.map { columns[$0] }, order.map { weights[$0] })
      columns.replaceSubrange(start..<end, with: sorted.0)
      weights.replaceSubrange(start..<end, with: sorted.1)
      return
    }
    for entry in start + 1..<end {
      let (column, weight) = (columns[entry], weights[entry])
      var place = entry
      while place > start, columns[place - 1] > column {
        columns[place] = columns[place - 1]
        weights[place] = weights[place - 1]
        place -= 1
      }
      columns[place] = column
      weights[place] = weight
    }
  }

  /// Solves V = r + δ C V; see `values(of:directLimit:maximumSweeps:)`.
  func values(
    directLimit: Int = Self.directLimit, maximumSweeps: Int = 1_000_000
  ) throws -> [Double] {
    try values(of: [rewards], directLimit: directLimit, maximumSweeps: maximumSweeps)[0]
  }

  /// Solves V = r + δ C V for several r at once.
  ///
  /// - Parameters:
  ///   - rewards: `[reward][state]`, instead of those given to `endRow`.
  ///   - directLimit: largest class of states solved by LU rather than by sweeps.
  /// - Returns: `[reward][state]`.
  /// - Complexity: linear in entries; plus n³ / 3 for each class of n states that lead to each other, up
  ///   to `directLimit`; beyond that, sweeps to rounding, each linear in the entries of the class.
  /// - Throws: `NumericalError` if the system is singular, which δ < 1 without growth rules out, or if
  ///   sweeps do not settle: at most `maximumSweeps`, which δ up to 0.9999 stays well below.
  func values(
    of rewards: [[Double]], directLimit: Int = Self.directLimit, maximumSweeps: Int = 1_000_000
  ) throws -> [[Double]] {
    let states = offsets.count - 1
    precondition(rewards.allSatisfy { $0.count == states }, "one reward a state")
    var blocks = ChainBlocks(
      self, rewards, directLimit: directLimit, maximumSweeps: maximumSweeps)
    try blocks.solve()
    return rewards.indices.map { blocks.values(of: $0) }
  }
}
