internal import Environments

/// The long-run law of a population whose agents use given rows.
///
/// Moves less likely than 1e-100 are taken never to happen: no population is old enough to show them,
/// and the ratios that they make leave the range of doubles.
struct FrozenLaw {
  static let leastProbability = 1e-100

  let index: FrozenIndex
  let used: UsedRows
  let probabilities: [Double]

  /// s = (1 − q) e (I − q P)⁻¹: agents enter at one state and live geometrically long. Sources come
  /// first, so that what reaches a component is known when its turn comes.
  func underTurnover(
    _ turnover: Turnover, _ matrix: inout BandMatrix, _ scratch: inout [Double]
  ) -> [Double] {
    let survival = turnover.survival
    var law = [Double](repeating: 0, count: index.stateCount)
    law[turnover.entry] = 1 - survival
    for part in stride(from: index.partCount - 1, through: 0, by: -1) {
      let first = Int(index.partStart[part])
      let size = Int(index.partStart[part + 1]) - first
      if size == 1 {
        let state = Int(index.members[first])
        guard law[state] > 0 else { continue }
        var stay = 0.0
        forTransitions(state) { to, probability in if to == state { stay += probability } }
        law[state] /= 1 - survival * stay
      } else {
        let (lower, upper) = index.bands[part]
        // The transpose of I − q P.
        matrix.reset(size: size, lower: upper, upper: lower)
        for i in 0..<size {
          let state = Int(index.members[first + i])
          matrix[i, i] += 1
          forTransitions(state) { to, probability in
            guard Int(index.part[to]) == part else { return }
            matrix[Int(index.place[to]), i] -= survival * probability
          }
          scratch[i] = law[state]
        }
        matrix.solve(&scratch)
        for i in 0..<size { law[Int(index.members[first + i])] = scratch[i] }
      }
      for i in 0..<size {
        let state = Int(index.members[first + i])
        let mass = survival * law[state]
        guard mass > 0 else { continue }
        forTransitions(state) { to, probability in
          if Int(index.part[to]) != part { law[to] += mass * probability }
        }
      }
    }
    return law
  }

  /// The invariant law on the one closed class, by GTH elimination.
  ///
  /// - Returns: nil and the closed classes if there are several.
  func invariant(
    _ chain: inout ComponentOrder, _ matrix: inout BandMatrix, _ scratch: inout [Double]
  ) -> (law: [Double]?, classes: [[Int32]]) {
    findComponents(&chain)
    var closed: [Int] = []
    for part in 0..<chain.count {
      var leaves = false
      for state in chain.members(of: part) where !leaves {
        forTransitions(Int(state)) { to, _ in
          if Int(chain.component[to]) != part { leaves = true }
        }
      }
      if !leaves { closed.append(part) }
    }
    guard closed.count == 1 else {
      return (nil, closed.map { Array(chain.members(of: $0)) })
    }
    let members = chain.members(of: closed[0])
    let size = members.count
    let first = members.startIndex
    var place = [Int32](repeating: -1, count: index.stateCount)
    for i in 0..<size { place[Int(members[first + i])] = Int32(i) }
    var (lower, upper) = (0, 0)
    for i in 0..<size {
      forTransitions(Int(members[first + i])) { to, _ in
        lower = max(lower, i - Int(place[to]))
        upper = max(upper, Int(place[to]) - i)
      }
    }
    matrix.reset(size: size, lower: lower, upper: upper)
    for i in 0..<size {
      forTransitions(Int(members[first + i])) { to, probability in
        matrix[i, Int(place[to])] += probability
      }
    }
    matrix.invariantLaw(&scratch)
    var law = [Double](repeating: 0, count: index.stateCount)
    for i in 0..<size { law[Int(members[first + i])] = scratch[i] }
    return (law, [])
  }

  /// Components of the graph of transitions with positive probability.
  private func findComponents(_ chain: inout ComponentOrder) {
    chain.find { state, edge in
      var edge = edge
      for use in Int(used.start[state])..<Int(used.start[state + 1]) {
        let row = Int(used.rows[use])
        let (first, end) = (Int(index.entryStart[row]), Int(index.entryStart[row + 1]))
        if edge < end - first {
          return probabilities[first + edge] > Self.leastProbability
            ? index.next[first + edge] : -1
        }
        edge -= end - first
      }
      return nil
    }
  }

  /// Calls `body` with every state that can follow and its probability; one may come several times.
  @inline(__always)
  private func forTransitions(_ state: Int, _ body: (_ next: Int, _ probability: Double) -> Void) {
    for use in Int(used.start[state])..<Int(used.start[state + 1]) {
      let row = Int(used.rows[use])
      let weight = used.weights[use]
      for entry in Int(index.entryStart[row])..<Int(index.entryStart[row + 1]) {
        let probability = probabilities[entry]
        if probability > Self.leastProbability {
          body(Int(index.next[entry]), weight * probability)
        }
      }
    }
  }
}
