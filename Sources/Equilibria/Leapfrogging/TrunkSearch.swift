/// The pasts of the states with both indices below the last two: one way to select there, up to
/// equal values, with the number of ways.
struct Trunk: Sendable {
  /// `[index][…]`: the past of the pivot of each layer.
  var pivots: [[Double]]
  /// `[row][layer]`: heads of rows, `[column][layer]`: heads of columns; layers count from 1.
  var rows: [[[Double]]]
  var columns: [[[Double]]]
  var weight: UInt128
}

/// The heads of one row or column.
private struct Heads {
  var heads: [[Double]]
  var weight: UInt128
}

/// The work on trunks: listing them, and summing over the last two rows and columns of one. One per
/// thread.
final class TrunkSearch<Solver: StageSolver & Sendable> {
  private let job: LeapfroggingCount<Solver>
  private let solver: Solver
  private let tables: LeapfroggingTables
  private let width: Int
  private let valueCount: Int
  /// Layers of the past that are kept: one if technology moves one step at most, otherwise all.
  private let span: Int
  /// Numbers of a past.
  private let size: Int
  private let selected: UnsafeMutablePointer<Double>
  private let found: UnsafeMutablePointer<Double>
  private let past: UnsafeMutablePointer<Double>
  private let capacity = 64
  /// Interior states of layer 0, `[i × n + j]`.
  private var bottom: [MergedDistribution] = []
  private var trunk: Trunk
  private var listed: [Trunk] = []
  /// What was found since `forget()`.
  private(set) var tally: EquilibriumTally
  private var solveCount: UInt128 = 0
  private var stageMaximum = 0
  private var firstDegenerate: Int?

  init(_ job: LeapfroggingCount<Solver>) throws {
    self.job = job
    solver = job.solver
    tables = job.tables
    width = solver.width
    valueCount = solver.valueCount
    span = job.tables.hasOneStep ? 1 : job.tables.levels
    size = span * valueCount
    selected = .allocate(capacity: tables.pointCount * width)
    selected.initialize(repeating: 0, count: tables.pointCount * width)
    found = .allocate(capacity: capacity * width)
    found.initialize(repeating: 0, count: capacity * width)
    past = .allocate(capacity: 4 * size)
    past.initialize(repeating: 0, count: 4 * size)
    tally = EquilibriumTally(unit: job.limits.unit, limit: job.limits.maximumPayoffs)
    let n = tables.levels
    trunk = Trunk(
      pivots: Array(repeating: [], count: n), rows: Array(repeating: [], count: n),
      columns: Array(repeating: [], count: n), weight: 1)
    try solveFrame(0)
    for i in 0..<n {
      for j in 0..<n {
        var values = MergedDistribution(size: size)
        if i > 0, j > 0 {
          for index in 0..<(try stage(i, j, 0)) {
            for place in 0..<size { past[place] = 0 }
            write(index, layer: 0)
            values.add(past, weight: 1)
          }
        }
        bottom.append(values)
      }
    }
  }

  deinit {
    selected.deallocate()
    found.deallocate()
    past.deallocate()
  }

  // MARK: Stage games

  /// Solves the stage game at (i, j) of layer l; equilibria are in `found`.
  @inline(__always)
  private func stage(_ i: Int, _ j: Int, _ l: Int) throws -> Int {
    let point = tables.index(i, j, l)
    let outcome = try solver.solve(point, selected: selected, into: found, capacity: capacity)
    guard outcome.count > 0, outcome.count <= capacity else {
      throw EquilibriumStringError(point: point, digit: 0, base: outcome.count)
    }
    solveCount += 1
    stageMaximum = max(stageMaximum, outcome.count)
    if outcome.isDegenerate { firstDegenerate = min(firstDegenerate ?? point, point) }
    return outcome.count
  }

  /// Puts values of equilibrium `index` into the layer's place of `past`.
  @inline(__always)
  private func write(_ index: Int, layer: Int) {
    let to = span == 1 ? 0 : layer * valueCount
    for place in 0..<valueCount { past[to + place] = found[index * width + place] }
  }

  /// Selects the past of (i, j) up to a layer.
  @inline(__always)
  private func place(_ values: UnsafePointer<Double>, _ i: Int, _ j: Int, upTo layer: Int) {
    for l in (span == 1 ? layer : 0)...layer {
      let to = selected + tables.index(i, j, l) * width
      let from = values + (span == 1 ? 0 : l * valueCount)
      for place in 0..<valueCount { to[place] = from[place] }
    }
  }

  private func place(_ values: [Double], _ i: Int, _ j: Int, upTo layer: Int) {
    values.withUnsafeBufferPointer { place($0.baseAddress!, i, j, upTo: layer) }
  }

  /// Solves a state with one equilibrium and selects it.
  private func solveOnly(_ i: Int, _ j: Int, _ l: Int) throws {
    _ = try stage(i, j, l)
    let to = selected + tables.index(i, j, l) * width
    for place in 0..<width { to[place] = found[place] }
  }

  /// The corner and all edges of a layer.
  private func solveFrame(_ l: Int) throws {
    try solveOnly(l, l, l)
    for i in l + 1..<max(tables.levels, l + 1) {
      try solveOnly(i, l, l)
      try solveOnly(l, i, l)
    }
  }

  /// The pasts of (i, j) through layer `last`, given heads and pivots of the layers up to there.
  private func chain(
    _ i: Int, _ j: Int, through last: Int, row: [[Double]], column: [[Double]]
  ) throws -> MergedDistribution {
    var present = bottom[i * tables.levels + j]
    for l in 1..<(last + 1) {
      place(row[l], i, l, upTo: l - 1)
      place(column[l], l, j, upTo: l - 1)
      place(trunk.pivots[l], l, l, upTo: l - 1)
      if tables.stays[l] > 0 {
        try solveOnly(l, l, l)
        try solveOnly(i, l, l)
        try solveOnly(l, j, l)
      }
      var next = MergedDistribution(size: size)
      try present.values.withUnsafeBufferPointer { values in
        for entry in 0..<present.count {
          let own = values.baseAddress! + entry * size
          place(own, i, j, upTo: l - 1)
          for index in 0..<(try stage(i, j, l)) {
            if span > 1 { for place in 0..<size { past[place] = own[place] } }
            write(index, layer: l)
            next.add(past, weight: present.weights[entry])
          }
        }
      }
      present = next
    }
    return present
  }

  // MARK: Trunks

  /// Every trunk, in a fixed order.
  func trunks() throws -> [Trunk] {
    try extend(1)
    return listed
  }

  private func extend(_ m: Int) throws {
    guard m < tables.levels - 2 else {
      listed.append(trunk)
      return
    }
    let rows = try heads(m, layers: m - 1, isColumn: false)
    let columns = try heads(m, layers: m - 1, isColumn: true)
    let weight = trunk.weight
    for row in rows {
      trunk.rows[m] = row.heads
      for column in columns {
        trunk.columns[m] = column.heads
        let pivots = try chain(m, m, through: m - 1, row: row.heads, column: column.heads)
        for entry in 0..<pivots.count {
          trunk.pivots[m] = Array(pivots.values[entry * size..<(entry + 1) * size])
          trunk.weight = weight * row.weight * column.weight * pivots.weights[entry]
          try extend(m + 1)
        }
      }
    }
    trunk.weight = weight
  }

  /// The heads of row or column `index` in layers 1 to `layers`, given the trunk.
  private func heads(_ index: Int, layers: Int, isColumn: Bool) throws -> [Heads] {
    var all: [Heads] = []
    var present: [[Double]] = [[]]
    func add(_ layer: Int, _ weight: UInt128) throws {
      guard layer <= layers else {
        all.append(Heads(heads: present, weight: weight))
        return
      }
      let next =
        isColumn
        ? try chain(
          layer, index, through: layer - 1, row: trunk.rows[layer], column: present)
        : try chain(
          index, layer, through: layer - 1, row: present, column: trunk.columns[layer])
      for entry in 0..<next.count {
        present.append(Array(next.values[entry * size..<(entry + 1) * size]))
        try add(layer + 1, weight * next.weights[entry])
        present.removeLast()
      }
    }
    try add(1, 1)
    return all
  }

  // MARK: The last two rows and columns

  /// Empties `tally`.
  func forget() {
    tally.removeAll()
    solveCount = 0
  }

  /// Adds what a trunk leaves open up to `tally`.
  func finish(_ trunk: Trunk) throws {
    self.trunk = trunk
    let n = tables.levels
    let (a, b) = (n - 2, n - 1)
    let layers = n - 3
    let (rowsA, rowsB) = (
      try heads(a, layers: layers, isColumn: false), try heads(b, layers: layers, isColumn: false)
    )
    let (columnsA, columnsB) = (
      try heads(a, layers: layers, isColumn: true), try heads(b, layers: layers, isColumn: true)
    )
    func cells(_ i: Int, _ j: Int, _ rows: [Heads], _ columns: [Heads]) throws
      -> [[MergedDistribution]]
    {
      try rows.map { row in
        try columns.map {
          try chain(i, j, through: layers, row: row.heads, column: $0.heads)
        }
      }
    }
    let pivots = try cells(a, a, rowsA, columnsA)
    let rowHeads = try cells(b, a, rowsB, columnsA)
    let columnHeads = try cells(a, b, rowsA, columnsB)
    let own = try cells(b, b, rowsB, columnsB)
    for (x, rowA) in rowsA.enumerated() {
      for (z, rowB) in rowsB.enumerated() {
        let first = pairs(pivots[x], rowHeads[z], columnsA)
        let second = pairs(columnHeads[x], own[z], columnsB)
        let weight = trunk.weight * rowA.weight * rowB.weight
        if !(job.isLinear && addLinear(first, second, weight: weight)) {
          try add(first, second, weight: weight)
        }
      }
    }
    tally.solveCount = solveCount
    tally.stageMaximum = stageMaximum
    tally.firstDegenerate = firstDegenerate
  }

  /// Takes the sums of payoffs out of the tally.
  func takeSums() -> [CompensatedSum] { tally.takeSums() }

  /// The states of one column in rows a and b together.
  private func pairs(
    _ upper: [MergedDistribution], _ lower: [MergedDistribution], _ columns: [Heads]
  ) -> MergedDistribution {
    var merged = MergedDistribution(size: 2 * size)
    for (y, column) in columns.enumerated() {
      for u in 0..<upper[y].count {
        for place in 0..<size { past[place] = upper[y].values[u * size + place] }
        let weight = column.weight * upper[y].weights[u]
        for l in 0..<lower[y].count {
          for place in 0..<size { past[size + place] = lower[y].values[l * size + place] }
          merged.add(past, weight: weight * lower[y].weights[l])
        }
      }
    }
    return merged
  }

  /// Solves the last stage game for every pair.
  private func add(
    _ first: MergedDistribution, _ second: MergedDistribution, weight: UInt128
  ) throws {
    let n = tables.levels
    let (a, b) = (n - 2, n - 1)
    for f in 0..<first.count {
      first.values.withUnsafeBufferPointer {
        place($0.baseAddress! + f * 2 * size, a, a, upTo: a - 1)
        place($0.baseAddress! + (f * 2 + 1) * size, b, a, upTo: a - 1)
      }
      for s in 0..<second.count {
        second.values.withUnsafeBufferPointer {
          place($0.baseAddress! + s * 2 * size, a, b, upTo: a - 1)
          place($0.baseAddress! + (s * 2 + 1) * size, b, b, upTo: a - 1)
        }
        if tables.stays[a] > 0 {
          try solveOnly(a, a, a)
          try solveOnly(b, a, a)
          try solveOnly(a, b, a)
        }
        let count = try stage(b, b, a)
        let times = weight * first.weights[f] * second.weights[s]
        // The apex is a corner: one equilibrium for each of these.
        let last = Array(UnsafeBufferPointer(start: found, count: count * width))
        for index in 0..<count {
          let to = selected + tables.index(b, b, a) * width
          for place in 0..<width { to[place] = last[index * width + place] }
          _ = try stage(b, b, b)
          tally.add(found[0], found[1], times: times)
        }
      }
    }
  }

  /// The same where stage games are linear, in which pure equilibria need not be looked at pair by pair.
  private func addLinear(
    _ first: MergedDistribution, _ second: MergedDistribution, weight: UInt128
  ) -> Bool {
    let n = tables.levels
    guard
      let game = LinearLastStage(tables, first, second, outlay: tables.outlays[n - 2])
    else { return false }
    game.add(to: &tally, weight: weight)
    solveCount += UInt128(first.count) * UInt128(second.count)
    if game.hasMixed { stageMaximum = max(stageMaximum, 3) }
    if game.isDegenerate { firstDegenerate = firstDegenerate ?? tables.index(n - 1, n - 1, n - 2) }
    return true
  }
}
