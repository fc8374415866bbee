internal import Agents

/// The eligibility traces that are not zero, in a list: a step costs what is live, not what could
/// be. Copies are the same list.
struct TraceList {
  /// Flat entries of the pairs with a trace, their states and traces; the first `count` are live.
  let entries: UnsafeMutablePointer<Int>
  let states: UnsafeMutablePointer<Int>
  let values: UnsafeMutablePointer<Double>
  /// Where in the list an entry is; −1 where it is not.
  private let places: UnsafeMutablePointer<Int>
  private let live: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// Room for a trace of each of `entries` pairs.
  init(entries count: Int) {
    entries = memory.block(of: count, repeating: 0)
    states = memory.block(of: count, repeating: 0)
    values = memory.block(of: count, repeating: 0)
    places = memory.block(of: count, repeating: -1)
    live = memory.block(of: 1, repeating: 0)
  }

  /// The number of live traces.
  var count: Int { live.pointee }

  /// The place of an entry, which joins the list with trace 0 if it has none.
  @inline(__always)
  func place(of entry: Int, state: Int) -> Int {
    if places[entry] >= 0 { return places[entry] }
    let place = live.pointee
    entries[place] = entry
    states[place] = state
    values[place] = 0
    places[entry] = place
    live.pointee = place &+ 1
    return place
  }

  /// Drops the trace at a place; the last one moves there.
  @inline(__always)
  func remove(_ place: Int) {
    let last = live.pointee &- 1
    places[entries[place]] = -1
    if place != last {
      entries[place] = entries[last]
      states[place] = states[last]
      values[place] = values[last]
      places[entries[place]] = place
    }
    live.pointee = last
  }

  /// Drops all traces.
  @inline(__always)
  func removeAll() {
    var k = 0
    while k < live.pointee {
      places[entries[k]] = -1
      k &+= 1
    }
    live.pointee = 0
  }

  /// The live traces in order.
  struct Snapshot: Codable, Sendable {
    var entries: [Int]
    var states: [Int]
    var values: [Double]

    /// Throws `SnapshotError` unless these are traces of a table with such offsets.
    func check(offsets: [Int]) throws {
      guard states.count == entries.count, values.count == entries.count,
        Set(entries).count == entries.count, values.allSatisfy({ $0.isFinite && $0 >= 0 }),
        zip(states, entries).allSatisfy({ state, entry in
          state >= 0 && state < offsets.count - 1 && entry >= offsets[state]
            && entry < offsets[state + 1]
        })
      else { throw SnapshotError("a snapshot of eligibility traces does not fit the table") }
    }
  }

  func snapshot() -> Snapshot {
    Snapshot(
      entries: (0..<count).map { entries[$0] }, states: (0..<count).map { states[$0] },
      values: (0..<count).map { values[$0] })
  }

  /// Takes up a snapshot that has passed its check.
  func restore(_ snapshot: Snapshot) {
    removeAll()
    for (k, entry) in snapshot.entries.enumerated() {
      values[place(of: entry, state: snapshot.states[k])] = snapshot.values[k]
    }
  }
}
