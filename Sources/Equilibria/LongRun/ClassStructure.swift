internal import Statistics

/// Which states of a chain lead to each other, and which are never left for good.
public struct ClassStructure: Sendable, Equatable {
  /// The strongly connected components: states that can reach each other. Every state is in
  /// exactly one; states ascend within a component, components ascend by their first state.
  public let components: [[Int]]
  /// The recurrent classes: components that no transition leaves. There is always one.
  public let recurrent: [[Int]]
  /// The period of each recurrent class: the greatest common divisor of the lengths of its closed
  /// walks. With period 1 laws converge; otherwise only their averages over dates do.
  public let periods: [Int]
  /// The states in no recurrent class, ascending: play is there finitely often.
  public let transient: [Int]
}

extension MarkovChain {
  /// Components, recurrent classes and their periods (Norris 1997, *Markov Chains*, sections 1.2
  /// and 1.8), by Tarjan's algorithm (1972) on the graph of transitions above `threshold`.
  ///
  /// A class may thus leak up to S × threshold per step; `stationaryLaw(of:)` then gives the law
  /// while the chain stays.
  /// - Complexity: O(S²).
  public var classStructure: ClassStructure {
    let n = stateCount
    let successors = (0..<n).map { state in
      (0..<n).filter { transition[state, $0] > threshold }
    }
    let components = stronglyConnected(successors)
    var component = [Int](repeating: 0, count: n)
    for (index, states) in components.enumerated() {
      for state in states { component[state] = index }
    }
    let closed = components.filter { states in
      states.allSatisfy { state in
        successors[state].allSatisfy { component[$0] == component[state] }
      }
    }
    let recurrent = Set(closed.joined())
    return ClassStructure(
      components: components, recurrent: closed,
      periods: closed.map { period(of: $0, successors) },
      transient: (0..<n).filter { !recurrent.contains($0) })
  }

  /// gcd over the edges u → v of a closed class of level(u) + 1 − level(v), with levels the
  /// distances from its first state.
  private func period(of states: [Int], _ successors: [[Int]]) -> Int {
    var level = [Int: Int](minimumCapacity: states.count)
    level[states[0]] = 0
    var queue = [states[0]]
    var head = 0
    var divisor = 0
    while head < queue.count {
      let state = queue[head]
      head += 1
      for next in successors[state] {
        if let known = level[next] {
          divisor = greatestCommonDivisor(divisor, abs(level[state]! + 1 - known))
        } else {
          level[next] = level[state]! + 1
          queue.append(next)
        }
      }
    }
    return divisor
  }
}

/// The strongly connected components of a directed graph, each ascending, ordered by first node.
///
/// Tarjan (1972), "Depth-first search and linear graph algorithms", with an explicit stack so that
/// long chains of states do not exhaust the program's own. O(nodes + edges).
func stronglyConnected(_ successors: [[Int]]) -> [[Int]] {
  let n = successors.count
  var index = [Int](repeating: -1, count: n)
  var lowest = [Int](repeating: 0, count: n)
  var isOpen = [Bool](repeating: false, count: n)
  var open: [Int] = []
  var components: [[Int]] = []
  var visited = 0
  var path: [(node: Int, edge: Int)] = []

  func enter(_ node: Int) {
    index[node] = visited
    lowest[node] = visited
    visited += 1
    open.append(node)
    isOpen[node] = true
    path.append((node, 0))
  }

  for root in 0..<n where index[root] < 0 {
    enter(root)
    while let (node, edge) = path.last {
      if edge < successors[node].count {
        path[path.count - 1].edge += 1
        let next = successors[node][edge]
        if index[next] < 0 {
          enter(next)
        } else if isOpen[next] {
          lowest[node] = min(lowest[node], index[next])
        }
        continue
      }
      path.removeLast()
      if let parent = path.last?.node { lowest[parent] = min(lowest[parent], lowest[node]) }
      guard lowest[node] == index[node] else { continue }
      var component: [Int] = []
      repeat {
        component.append(open.removeLast())
        isOpen[component.last!] = false
      } while component.last! != node
      components.append(component.sorted())
    }
  }
  return components.sorted { $0[0] < $1[0] }
}

/// The greatest common divisor of two nonnegative integers, with gcd(0, b) = b.
private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
