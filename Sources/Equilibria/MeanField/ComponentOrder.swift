/// Strongly connected components of a graph on 0 ..< n, by Tarjan's algorithm without recursion
/// (Tarjan 1972, "Depth-first search and linear graph algorithms").
///
/// Components come out sinks first: every edge out of a component leads to an earlier one. Holds its
/// scratch memory, so finding components again allocates nothing.
struct ComponentOrder: Sendable {
  /// Members of all components, component after component, ascending within each.
  private(set) var members: [Int32]
  /// First member of each component, and the end.
  private(set) var offsets: [Int]
  /// The component of each node.
  private(set) var component: [Int32]
  private var index: [Int32]
  private var low: [Int32]
  private var stack: [Int32]
  private var calls: [(node: Int32, edge: Int32)]

  /// Room for n nodes.
  init(nodes n: Int) {
    members = []
    members.reserveCapacity(n)
    offsets = []
    offsets.reserveCapacity(n + 1)
    component = [Int32](repeating: -1, count: n)
    index = component
    low = component
    stack = []
    stack.reserveCapacity(n)
    calls = []
    calls.reserveCapacity(n)
  }

  /// The number of components.
  var count: Int { offsets.count - 1 }

  /// The members of a component.
  func members(of part: Int) -> ArraySlice<Int32> { members[offsets[part]..<offsets[part + 1]] }

  /// Finds the components of the graph whose edges out of `node` are numbered from 0;
  /// `target(node, edge)` is where edge leads, −1 where that edge is absent, nil after the last.
  mutating func find(_ target: (_ node: Int, _ edge: Int) -> Int32?) {
    let n = component.count
    members.removeAll(keepingCapacity: true)
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    for node in 0..<n {
      component[node] = -1
      index[node] = -1
    }
    var counter: Int32 = 0
    for root in 0..<n where index[root] < 0 {
      calls.append((Int32(root), 0))
      while let call = calls.last {
        let node = Int(call.node)
        if call.edge == 0, index[node] < 0 {
          index[node] = counter
          low[node] = counter
          counter += 1
          stack.append(call.node)
        }
        if let next = target(node, Int(call.edge)) {
          calls[calls.count - 1].edge += 1
          guard next >= 0 else { continue }
          let to = Int(next)
          if index[to] < 0 {
            calls.append((next, 0))
          } else if component[to] < 0 {
            low[node] = min(low[node], index[to])
          }
          continue
        }
        calls.removeLast()
        if let caller = calls.last { low[Int(caller.node)] = min(low[Int(caller.node)], low[node]) }
        guard low[node] == index[node] else { continue }
        let part = Int32(offsets.count - 1)
        let first = members.count
        while let member = stack.popLast() {
          component[Int(member)] = part
          members.append(member)
          if member == call.node { break }
        }
        members[first...].sort()
        offsets.append(members.count)
      }
    }
  }
}
