public import Environments
internal import Statistics

extension StochasticGame {
  /// How often each joint action is played at each state in the long run, exactly.
  ///
  /// The mean over dates and over chance: Σ over recurrent classes of (chance of ending in the
  /// class) × (its stationary law), each state's share split over joint actions as the profile
  /// mixes. A cycle counts as the mean over its dates. Where every state reached has one successor
  /// this is found by following play to its cycles, whatever the number of states; otherwise by
  /// `MarkovChain.longRun(from:)` on the states that can be reached. Growth plays no part.
  ///
  /// - Parameters:
  ///   - profile: one policy per player, pure or mixed.
  ///   - initial: the law of the first state; nil for the game's own.
  /// - Complexity: one pass over the joint actions of the states reached; with chance, O(k³) at
  ///   worst for k of them.
  /// - Throws: `GameError` if the profile does not fit, if `initial` is no law, or if play under
  ///   chance reaches more than `MarkovChain.largestStateCount` states.
  public func longRunPlay(of profile: Profile, from initial: [Double]? = nil) throws -> RowLaw {
    try validate(profile)
    let initial = initial ?? self.initial
    guard initial.count == stateCount, initial.allSatisfy({ $0.isFinite && $0 >= 0 }),
      abs(initial.reduce(0, +) - 1) <= 1e-9
    else {
      throw GameError(
        "initial law", "needs \(stateCount) nonnegative probabilities summing to 1")
    }
    let reached = ReachedPlay(self, profile, from: initial)
    let law = try reached.followed(initial) ?? reached.mixed(initial)
    var entries: [RowLaw.Entry] = []
    for (index, state) in reached.states.enumerated() where law[index] > 0 {
      for (row, weight) in reached.rows[index] where law[index] * weight > 0 {
        entries.append(
          RowLaw.Entry(state: state, row: row, probability: law[index] * weight))
      }
    }
    return RowLaw(entries)
  }

  /// The same from one state.
  public func longRunPlay(of profile: Profile, fromState state: Int) throws -> RowLaw {
    guard (0..<stateCount).contains(state) else {
      throw GameError("state", "\(state) is none of the \(stateCount) states")
    }
    var initial = [Double](repeating: 0, count: stateCount)
    initial[state] = 1
    return try longRunPlay(of: profile, from: initial)
  }
}

/// The states that play can reach from a law, numbered in order of discovery, with what is played at
/// each and where it leads.
private struct ReachedPlay {
  /// The game's numbers of the states reached.
  private(set) var states: [Int] = []
  /// The rows played at each, with their probabilities.
  private(set) var rows: [[(row: Int, weight: Double)]] = []
  /// Next states, by this numbering, with their probabilities.
  private var successors: [[(next: Int, probability: Double)]] = []
  private var index: [Int]

  init(_ game: StochasticGame, _ profile: Profile, from initial: [Double]) {
    index = Array(repeating: -1, count: game.stateCount)
    var sum = [Double](repeating: 0, count: game.stateCount)
    for state in initial.indices where initial[state] > 0 { discover(state) }
    var head = 0
    while head < states.count {
      var played: [(row: Int, weight: Double)] = []
      var touched: [Int] = []
      game.forEachRow(at: states[head], weightedBy: profile) { row, _, weight in
        guard weight > 0 else { return }
        played.append((row, weight))
        for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
          let next = Int(game.nextStates[entry])
          if sum[next] == 0 { touched.append(next) }
          sum[next] += weight * game.probabilities[entry]
        }
      }
      touched.sort()
      for next in touched { discover(next) }
      rows.append(played)
      successors.append(touched.map { (index[$0], sum[$0]) })
      for next in touched { sum[next] = 0 }
      head += 1
    }
  }

  private mutating func discover(_ state: Int) {
    guard index[state] < 0 else { return }
    index[state] = states.count
    states.append(state)
  }

  /// The long-run law over reached states if none of them has two successors; otherwise nil.
  ///
  /// What counts as a successor is as in `MarkovChain`: rounding of 1e-14 does not.
  func followed(_ initial: [Double]) -> [Double]? {
    var next: [Int] = []
    for options in successors {
      let real = options.filter { $0.probability > 1e-14 }
      guard real.count == 1 else { return nil }
      next.append(real[0].next)
    }
    // The cycle that each state leads to, by its first state found; -1 while unknown.
    var cycle = [Int](repeating: -1, count: next.count)
    var members: [Int: [Int]] = [:]
    for start in next.indices where cycle[start] < 0 {
      var path: [Int] = []
      var place: [Int: Int] = [:]
      var state = start
      while cycle[state] < 0, place[state] == nil {
        place[state] = path.count
        path.append(state)
        state = next[state]
      }
      let end: Int
      if cycle[state] >= 0 {
        end = cycle[state]
      } else {
        end = state
        members[end] = Array(path[place[state]!...])
      }
      for visited in path { cycle[visited] = end }
    }
    var law = [Double](repeating: 0, count: next.count)
    for (position, state) in states.enumerated() where initial[state] > 0 {
      let dates = members[cycle[position]]!
      for date in dates { law[date] += initial[state] / Double(dates.count) }
    }
    return law
  }

  /// The long-run law over reached states by the analysis of their chain.
  func mixed(_ initial: [Double]) throws -> [Double] {
    let count = states.count
    guard count <= MarkovChain.largestStateCount else {
      throw GameError(
        "long run",
        "play reaches \(count) states by chance: the dense analysis takes at most "
          + "\(MarkovChain.largestStateCount); use a coarser grid")
    }
    var matrix = DenseMatrix(rows: count, columns: count)
    for (from, options) in successors.enumerated() {
      for (next, probability) in options { matrix[from, next] = probability }
    }
    return try MarkovChain(matrix).longRun(from: states.map { initial[$0] }).law
  }
}
