extension StochasticGame {
  /// The strongly connected components of the graph of all feasible moves: two states are in one
  /// component if some actions lead from each to the other, with any number of periods in between.
  ///
  /// Tarjan (1972), "Depth-first search and linear graph algorithms", SIAM Journal on Computing 1,
  /// without recursion. Cost: linear in transitions.
  ///
  /// - Returns: the component of each state; components are numbered by their lowest state.
  func strongComponents() -> [Int] {
    let entries = (0..<stateCount).map { transitionOffsets[jointOffsets[$0]] }
    let ends = (0..<stateCount).map { transitionOffsets[jointOffsets[$0 + 1]] }
    var next = entries
    var number = [Int](repeating: -1, count: stateCount)
    var lowest = [Int](repeating: 0, count: stateCount)
    var isOpen = [Bool](repeating: false, count: stateCount)
    var component = [Int](repeating: -1, count: stateCount)
    var open: [Int] = []
    var path: [Int] = []
    var seen = 0
    for root in 0..<stateCount where number[root] == -1 {
      path.append(root)
      while let state = path.last {
        if number[state] == -1 {
          number[state] = seen
          lowest[state] = seen
          seen += 1
          open.append(state)
          isOpen[state] = true
        }
        if next[state] < ends[state] {
          let to = Int(nextStates[next[state]])
          next[state] += 1
          if number[to] == -1 {
            path.append(to)
          } else if isOpen[to] {
            lowest[state] = min(lowest[state], number[to])
          }
          continue
        }
        path.removeLast()
        if let before = path.last { lowest[before] = min(lowest[before], lowest[state]) }
        if lowest[state] == number[state] {
          while let member = open.popLast() {
            isOpen[member] = false
            component[member] = state
            if member == state { break }
          }
        }
      }
    }
    // Roots of components stand for them so far.
    var numbers = [Int: Int]()
    return component.map { root in
      if let known = numbers[root] { return known }
      numbers[root] = numbers.count
      return numbers.count - 1
    }
  }
}
