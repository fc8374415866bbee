/// The last stage game over all pairs of pasts, where gains are linear: simultaneous moves, no shocks,
/// certain improvement by one step. Both firms have the highest cost there, and so no profit.
///
/// Of the four states it reads, pasts come as pairs (a, a), (b, a), here *columns of A*, and (a, b),
/// (b, b), *columns of B*. Firm 1's gain at P₂ = 1 is a matter of A alone and at P₂ = 0 of B alone;
/// firm 2's gains compare one number of A with one of B. A pure equilibrium pays what one column says,
/// so that those need only be counted; only mixed ones are solved pair by pair.
struct LinearLastStage {
  /// One column.
  private struct Column {
    /// Firm 1's gain, and its value of investing, at this column's P₂.
    var gain: Double
    var invest: Double
    /// Firm 2's numbers that are compared with those of the other kind of column.
    var zero: Double
    var one: Double
    /// Payoffs of the pure equilibrium in which this column decides.
    var first: Double
    var second: Double
    var weight: UInt64
  }

  private let discount: Double
  /// Firm 1's gain not above 0 first.
  private var a: [Column] = []
  private var b: [Column] = []
  private let splitA: Int
  private let splitB: Int
  /// Whether some pair has a mixed equilibrium.
  let hasMixed: Bool
  /// Whether some gain is too small to tell its sign.
  let isDegenerate: Bool

  /// Nil if weights do not fit 64 bits.
  init?(
    _ tables: LeapfroggingTables, _ first: MergedDistribution, _ second: MergedDistribution,
    outlay: Double
  ) {
    let beta = tables.discount
    discount = beta
    func fits(_ weights: [UInt128]) -> Bool { weights.reduce(0, +) <= UInt128(Int64.max) }
    guard fits(first.weights), fits(second.weights) else { return nil }
    for index in 0..<first.count {
      let v = first.values[4 * index..<4 * index + 4]
      let (pivot1, pivot2, row1, row2) = (
        v[v.startIndex], v[v.startIndex + 1], v[v.startIndex + 2], v[v.startIndex + 3]
      )
      let (wait, invest) = (beta * row1, beta * pivot1 - outlay)
      let (zero, one) = (beta * row2 - outlay, beta * pivot2 - outlay)
      let isIn = invest - wait > 0
      a.append(
        Column(
          gain: invest - wait, invest: invest, zero: zero, one: one,
          // (1, 1) if firm 1 invests, otherwise (0, 1).
          first: isIn ? invest : wait, second: isIn ? one : zero,
          weight: UInt64(first.weights[index])))
    }
    for index in 0..<second.count {
      let v = second.values[4 * index..<4 * index + 4]
      let (column1, column2, own1, own2) = (
        v[v.startIndex], v[v.startIndex + 1], v[v.startIndex + 2], v[v.startIndex + 3]
      )
      let (wait, invest) = (beta * own1, beta * column1 - outlay)
      let (zero, one) = (beta * own2, beta * column2)
      let isIn = invest - wait > 0
      b.append(
        Column(
          gain: invest - wait, invest: invest, zero: zero, one: one,
          // (1, 0) if firm 1 invests, otherwise (0, 0).
          first: isIn ? invest : wait, second: isIn ? one : zero,
          weight: UInt64(second.weights[index])))
    }
    a = a.filter { !($0.gain > 0) } + a.filter { $0.gain > 0 }
    b = b.filter { !($0.gain > 0) } + b.filter { $0.gain > 0 }
    splitA = a.firstIndex { $0.gain > 0 } ?? a.count
    splitB = b.firstIndex { $0.gain > 0 } ?? b.count

    var isTie = false
    for column in a + b
    where abs(column.gain) <= tieTolerance * (abs(column.invest) + abs(column.invest - column.gain))
    {
      isTie = true
    }
    for key in [\Column.zero, \Column.one] {
      isTie = isTie || Self.meet(a.map { $0[keyPath: key] }, b.map { $0[keyPath: key] })
    }
    isDegenerate = isTie
    var isMixed = false
    search: for x in a {
      for y in b
      where (x.gain > 0) != (y.gain > 0) && (x.zero - y.zero > 0) != (x.one - y.one > 0) {
        isMixed = true
        break search
      }
    }
    hasMixed = isMixed
  }

  /// Whether some number of one list is as good as equal to some number of the other.
  private static func meet(_ first: [Double], _ second: [Double]) -> Bool {
    let sorted = second.sorted()
    var at = 0
    for x in first.sorted() {
      while at < sorted.count, sorted[at] < x { at += 1 }
      for near in [at - 1, at] where sorted.indices.contains(near) {
        if abs(sorted[near] - x) <= tieTolerance * 2 * (abs(x) + abs(sorted[near])) { return true }
      }
    }
    return false
  }

  /// Adds all equilibria of all pairs, at the apex.
  func add(to tally: inout EquilibriumTally, weight: UInt128) {
    var decidedByA = [UInt64](repeating: 0, count: a.count)
    a.withUnsafeBufferPointer { a in
      for (index, y) in b.enumerated() {
        let isIn = index >= splitB
        var decidedByB: UInt64 = 0
        // Columns of A in which firm 1 waits, then those in which it invests.
        for (range, isInA) in [(0..<splitA, false), (splitA..<a.count, true)] {
          if isIn == isInA {
            // Firm 1's choice is the same whatever firm 2 does: one pure equilibrium.
            if isIn {
              for x in range {
                if a[x].one - y.one > 0 {
                  decidedByA[x] += y.weight
                } else {
                  decidedByB += a[x].weight
                }
              }
            } else {
              for x in range {
                if a[x].zero - y.zero > 0 {
                  decidedByA[x] += y.weight
                } else {
                  decidedByB += a[x].weight
                }
              }
            }
            continue
          }
          for x in range {
            let s0 = a[x].zero - y.zero
            let s1 = a[x].one - y.one
            if isIn {
              // Waits at P₂ = 1, invests at 0: (0, 1) and (1, 0).
              if s0 > 0 { decidedByA[x] += y.weight }
              if !(s1 > 0) { decidedByB += a[x].weight }
            } else {
              if s1 > 0 { decidedByA[x] += y.weight }
              if !(s0 > 0) { decidedByB += a[x].weight }
            }
            if (s0 > 0) != (s1 > 0) {
              let (p1, p2) = (s0 / (s0 - s1), y.gain / (y.gain - a[x].gain))
              let v1 = y.invest + (a[x].invest - y.invest) * p2
              let v2 = a[x].zero + (a[x].one - a[x].zero) * p1
              tally.add(
                discount * v1, discount * v2,
                times: weight * (UInt128(a[x].weight) * UInt128(y.weight)))
            }
          }
        }
        if decidedByB > 0 {
          tally.add(
            discount * y.first, discount * y.second,
            times: weight * UInt128(y.weight) * UInt128(decidedByB))
        }
      }
    }
    for (x, times) in decidedByA.enumerated() where times > 0 {
      tally.add(
        discount * a[x].first, discount * a[x].second,
        times: weight * UInt128(a[x].weight) * UInt128(times))
    }
  }
}
