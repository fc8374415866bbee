internal import Environments

/// A layout in flat memory, with its states in components: what does not change while m does.
///
/// A component is a set of states that can reach each other by some rows at some m. They stand sinks
/// first, so that values can be solved for one after the other.
final class FrozenIndex: @unchecked Sendable {
  let stateCount: Int
  let rowCount: Int
  /// First row of each state, and the end.
  let rowStart: UnsafeMutablePointer<Int32>
  /// First transition of each row, and the end.
  let entryStart: UnsafeMutablePointer<Int32>
  /// Successors.
  let next: UnsafeMutablePointer<Int32>
  /// The component of each state.
  let part: UnsafeMutablePointer<Int32>
  /// The position of each state within its component.
  let place: UnsafeMutablePointer<Int32>
  /// States, component after component, ascending within each.
  let members: UnsafeMutablePointer<Int32>
  let partCount: Int
  /// First member of each component, and the end.
  let partStart: UnsafeMutablePointer<Int32>
  /// How far transitions lead down and up within each component.
  let bands: [(lower: Int, upper: Int)]

  init(_ layout: MeanFieldLayout) {
    stateCount = layout.stateCount
    rowCount = layout.rowCount
    rowStart = Self.copy(layout.rowOffsets.map { Int32($0) })
    entryStart = Self.copy(layout.transitionOffsets.map { Int32($0) })
    next = Self.copy(layout.nextStates)
    var order = ComponentOrder(nodes: layout.stateCount)
    order.find { state, edge in
      let entry = layout.transitionOffsets[layout.rowOffsets[state]] + edge
      guard entry < layout.transitionOffsets[layout.rowOffsets[state + 1]] else { return nil }
      return layout.nextStates[entry]
    }
    partCount = order.count
    part = Self.copy(order.component)
    members = Self.copy(order.members)
    partStart = Self.copy(order.offsets.map { Int32($0) })
    place = .allocate(capacity: layout.stateCount)
    var bands = [(lower: Int, upper: Int)](repeating: (0, 0), count: order.count)
    for part in 0..<order.count {
      for (position, state) in order.members(of: part).enumerated() {
        place[Int(state)] = Int32(position)
      }
    }
    for row in 0..<layout.rowCount {
      let state = Int(layout.stateOfRow[row])
      let part = Int(order.component[state])
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        let next = Int(layout.nextStates[entry])
        guard Int(order.component[next]) == part else { continue }
        let step = Int(place[next] - place[state])
        bands[part].lower = max(bands[part].lower, -step)
        bands[part].upper = max(bands[part].upper, step)
      }
    }
    self.bands = bands
  }

  deinit {
    for pointer in [rowStart, entryStart, next, part, place, members, partStart] {
      pointer.deallocate()
    }
  }

  private static func copy(_ values: [Int32]) -> UnsafeMutablePointer<Int32> {
    let pointer = UnsafeMutablePointer<Int32>.allocate(capacity: max(values.count, 1))
    for (index, value) in values.enumerated() { pointer[index] = value }
    return pointer
  }
}

/// The rows that a policy uses: those of state x are `rows[start[x] ..< start[x + 1]]`, with weights.
struct UsedRows: Sendable {
  private(set) var start: [Int32]
  private(set) var rows: [Int32]
  private(set) var weights: [Double]

  /// Room for policies of a layout.
  init(_ layout: MeanFieldLayout) {
    start = [Int32](repeating: 0, count: layout.stateCount + 1)
    rows = []
    weights = []
    rows.reserveCapacity(layout.stateCount)
    weights.reserveCapacity(layout.stateCount)
  }

  /// One row at each state.
  mutating func take(_ pure: [Int32]) {
    rows = pure
    if weights.count != pure.count { weights = [Double](repeating: 1, count: pure.count) }
    for state in pure.indices {
      start[state + 1] = Int32(state + 1)
      weights[state] = 1
    }
  }

  /// Rows of positive weight.
  mutating func take(_ policy: MeanFieldPolicy, _ layout: MeanFieldLayout) {
    rows.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    for state in 0..<start.count - 1 {
      for row in layout.rowOffsets[state]..<layout.rowOffsets[state + 1]
      where policy.weights[row] > 0 {
        rows.append(Int32(row))
        weights.append(policy.weights[row])
      }
      start[state + 1] = Int32(rows.count)
    }
  }
}
