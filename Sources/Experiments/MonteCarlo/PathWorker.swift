internal import Agents
internal import Environments
internal import Statistics

/// Plays blocks of paths on one thread.
///
/// Owned by one thread at a time; between rounds, when all threads rest, its counts are read.
final class PathWorker: BlockWorker, @unchecked Sendable {
  private let plan: PathPlan
  private let empty: [PathSums]
  private let memory = TableMemory()
  private let recorders: [PathRecorder]
  private let draws: [PathDraws]
  private let quasi: [QuasiDraws?]
  private let array: ArrayPaths?
  private let uniforms: [UnsafeMutablePointer<Double>]
  private let states: [UnsafeMutablePointer<Int32>]
  private let cells: [UnsafeMutablePointer<Int32>]
  private let rows: [UnitRows]
  private let longRows: [UnitRows]
  private let differences: UnitRows?
  private let departures: UnitRows?
  private let capacity: Int
  /// One column of the rows, on its way into a sketch.
  private let gathered: UnsafeMutablePointer<Double>
  /// Dates counted in blocks that are done, where `DateCounts` is cleared after each.
  private var dates: [[Int]]
  /// Quantiles of a block played before there are references.
  private var pilot: [[Double]]

  private var isIndependent: Bool { plan.settings.draws == .independent }

  /// Paths whose rows are kept at once: whole groups of lanes, of some 8 MB at most, and an even number,
  /// so that pairs stay together.
  static func capacity(columns: Int, lanes: Int) -> Int {
    let unit = lanes.isMultiple(of: 2) ? lanes : 2 * lanes
    return max(unit, min(1024, (1 << 20) / max(columns, 1)) / unit * unit)
  }

  /// - Parameter capacity: paths whose rows are kept at once, if not as many as fit; an even multiple of
  ///   the plan's lanes.
  init(_ plan: PathPlan, empty: [PathSums], capacity wanted: Int? = nil) {
    self.plan = plan
    self.empty = empty
    let widest = max(plan.columns.count, plan.longRun.count * plan.batches, 1)
    capacity = wanted ?? Self.capacity(columns: widest, lanes: plan.lanes)
    let joining: UnitRows.Joining =
      switch plan.settings.draws {
      case .independent: .none
      case .antithetic: .pairs
      case .sobol, .arraySobol: .all
      }
    recorders = plan.played.map { PathRecorder(plan, $0) }
    let common = plan.settings.commonRandomNumbers
    draws = plan.played.indices.map { index in
      PathDraws(
        plan.played[index].tables, seed: plan.seed, generator: plan.generator,
        periods: plan.periods,
        // A departure is followed on the paths of the profile that it departs from.
        family: common || index >= plan.profileCount ? 0 : index)
    }
    if case .sobol = plan.settings.draws {
      quasi = plan.played.indices.map { index in
        QuasiDraws(
          plan, plan.played[index].tables, family: common || index >= plan.profileCount ? 0 : index)
      }
    } else {
      quasi = plan.played.map { _ in nil }
    }
    if case .arraySobol = plan.settings.draws { array = ArrayPaths(plan) } else { array = nil }
    let memory = memory
    uniforms = plan.played.map {
      memory.block(of: plan.lanes * $0.tables.drawsPerPeriod * plan.chunk, repeating: 0)
    }
    states = plan.played.map { _ in memory.block(of: plan.lanes, repeating: 0) }
    cells = plan.played.map { _ in memory.block(of: plan.lanes * plan.chunk, repeating: 0) }
    let capacity = capacity
    gathered = memory.block(of: capacity, repeating: 0)
    rows = plan.played.map { _ in
      UnitRows(columns: plan.columns.count, capacity: capacity, joining: joining)
    }
    longRows = plan.played.map { _ in
      UnitRows(
        columns: plan.longRun.count, capacity: capacity * plan.batches,
        joining: plan.batches > 1 ? .none : joining)
    }
    differences =
      plan.played.count > 1
      ? UnitRows(columns: plan.columns.count, capacity: capacity, joining: joining) : nil
    departures =
      plan.hasDeparture
      ? UnitRows(
        columns: plan.quantities.count * plan.departureDates.count, capacity: capacity,
        joining: joining) : nil
    dates = plan.played.map { Array(repeating: 0, count: plan.dates.count * $0.tables.cellCount) }
    pilot = plan.played.map { _ in [] }
  }

  /// Everything counted by this worker since it was made.
  var counts: [PathCounts] {
    recorders.indices.map { index in
      var dates = dates[index]
      let recorder = recorders[index]
      if isIndependent {
        for place in dates.indices { dates[place] = recorder.dates.counts[place] }
      }
      return recorder.counts(dates)
    }
  }

  /// Plays one block.
  ///
  /// - Throws: `NumericalError` if a statistic is not finite.
  func play(_ block: Int) throws -> [PathSums] {
    var sums = empty
    let paths = plan.paths(of: block)
    for index in plan.played.indices {
      rows[index].beginBlock()
      longRows[index].beginBlock()
      recorders[index].totals?.beginBlock()
      quasi[index]?.begin(block)
    }
    departures?.beginBlock()
    try array?.play(block)
    // Differences of several profiles share one buffer, one after the other.
    var path = paths.lowerBound
    var filled = 0
    while path < paths.upperBound {
      let count = min(plan.lanes, paths.upperBound - path)
      try playGroup(path, count, inBlock: path - paths.lowerBound, at: filled)
      filled += count
      path += count
      if filled + plan.lanes > capacity || path == paths.upperBound {
        try flush(filled, into: &sums)
        filled = 0
      }
    }
    for index in plan.played.indices {
      if sums[index].units != nil { try rows[index].endBlock(to: &sums[index].units!) }
      if plan.batches == 1 { try longRows[index].endBlock(to: &sums[index].longRun) }
      if !isIndependent {
        if plan.settings.draws != .antithetic { recorders[index].longRun.endUnit() }
        let isWhole = plan.blocks == 1 || paths.count == plan.blockSize
        try endSection(index, isWhole: isWhole, into: &sums[index])
      }
      if let totals = recorders[index].totals {
        try totals.endBlock()
        sums[index].totals = totals.sketches
      }
    }
    if let departures { try departures.endBlock(to: &sums[plan.played.count - 1].departures!) }
    // The means of replicates differ as their units do.
    if plan.settings.draws.replicates != nil, plan.played.count > 1 {
      try addReplicateDifferences(&sums)
    }
    return sums
  }

  private func playGroup(_ path: Int, _ count: Int, inBlock: Int, at row: Int) throws {
    let periods = plan.periods
    if plan.chunk == periods {
      for index in plan.played.indices {
        let own: UnsafeMutablePointer<Int32>
        let next: UnsafeMutablePointer<Int32>
        if let array {
          own = array.cells[index] + inBlock * periods
          next = array.states[index] + inBlock
        } else {
          (own, next) = (cells[index], states[index])
          draw(index, path, count)
          plan.played[index].tables.play(
            count, periods: periods, uniforms: uniforms[index], states: next, cells: own)
        }
        for lane in 0..<count {
          let place = row + lane
          recorders[index].begin()
          let lanes = own + lane * periods
          let longRow = longRows[index].rows + place * plan.batches * plan.longRun.count
          recorders[index].consume(
            lanes, count: periods, next: Int(next[lane]), longRows: longRow,
            endsUnits: isIndependent)
          try recorders[index].end(
            into: rows[index].rows + place * plan.columns.count, longRow: longRow,
            first: Int(lanes[0]))
          if plan.settings.draws == .antithetic, lane % 2 == 1 {
            recorders[index].longRun.endUnit()
          }
        }
      }
      if let departures { recordDeparture(departures, count, inBlock: inBlock, at: row) }
    } else {
      for index in plan.played.indices { try playLong(index, path, at: row) }
    }
  }

  /// One path in chunks.
  private func playLong(_ index: Int, _ path: Int, at row: Int) throws {
    let tables = plan.played[index].tables
    let isMirror = plan.settings.draws == .antithetic && path % 2 == 1
    let recorder = recorders[index]
    let draws = draws[index]
    var u = draws.restart(plan.vector(path))
    if isMirror { u = mirrored(u) }
    if let quasi = quasi[index] { u = quasi.next() ?? u }
    states[index][0] = Int32(tables.firstState(u))
    recorder.begin()
    let longRow = longRows[index].rows + row * plan.batches * plan.longRun.count
    var done = 0
    var first = 0
    while done < plan.periods {
      let count = min(plan.chunk, plan.periods - done)
      let memory = uniforms[index]
      draws.draw(count, into: memory, stride: count)
      if isMirror {
        for at in 0..<(count * tables.drawsPerPeriod) { memory[at] = mirrored(memory[at]) }
      }
      if done == 0 { quasi[index]?.override(memory, periods: count) }
      tables.play(
        1, periods: count, from: done, uniforms: memory, states: states[index],
        cells: cells[index])
      if done == 0 { first = Int(cells[index][0]) }
      recorder.consume(
        cells[index], count: count, next: Int(states[index][0]), longRows: longRow,
        endsUnits: isIndependent)
      done += count
    }
    try recorder.end(
      into: rows[index].rows + row * plan.columns.count, longRow: longRow, first: first)
    if plan.settings.draws == .antithetic, isMirror { recorder.longRun.endUnit() }
  }

  /// First states and uniforms of a group of whole paths.
  private func draw(_ index: Int, _ path: Int, _ count: Int) {
    let tables = plan.played[index].tables
    let width = tables.drawsPerPeriod * plan.periods
    let memory = uniforms[index]
    let isPaired = plan.settings.draws == .antithetic
    var start = 0.0
    for lane in 0..<count {
      let own = memory + lane * width
      if isPaired, lane % 2 == 1 {
        let other = own - width
        for at in 0..<width { own[at] = mirrored(other[at]) }
        start = mirrored(start)
      } else {
        start = draws[index].begin(plan.vector(path + lane))
        draws[index].draw(plan.periods, into: own, stride: plan.periods)
        if let quasi = quasi[index] {
          start = quasi.next() ?? start
          quasi.override(own, periods: plan.periods)
        }
      }
      states[index][lane] = Int32(tables.firstState(start))
    }
  }

  private func recordDeparture(
    _ departures: UnitRows, _ count: Int, inBlock: Int, at row: Int
  ) {
    let (dates, periods) = (plan.departureDates, plan.periods)
    let last = plan.played.count - 1
    func path(_ index: Int, _ lane: Int) -> UnsafeMutablePointer<Int32> {
      array.map { $0.cells[index] + (inBlock + lane) * periods } ?? cells[index] + lane * periods
    }
    let (usual, departed) = (plan.played[0].tables, plan.played[last].tables)
    for lane in 0..<count {
      let (base, other) = (path(0, lane), path(last, lane))
      let target = departures.rows + (row + lane) * departures.columns
      for (index, quantity) in plan.quantities.enumerated() {
        for (place, date) in dates.enumerated() {
          target[index * dates.count + place] =
            quantity.values[departed.rows[Int(other[date])]]
            - quantity.values[usual.rows[Int(base[date])]]
        }
      }
    }
  }

  private func flush(_ count: Int, into sums: inout [PathSums]) throws {
    for index in plan.played.indices {
      try sums[index].paths.add(
        UnsafeBufferPointer(start: rows[index].rows, count: count * plan.columns.count),
        count: count)
      if sums[index].units != nil { try rows[index].add(count, to: &sums[index].units!) }
      try longRows[index].add(count * plan.batches, to: &sums[index].longRun)
      sums[index].addBatches(longRows[index].rows, count * plan.batches, columns: plan.longRun)
      let (columns, own) = (plan.columns, rows[index].rows)
      for player in 0...columns.players {
        let column = player < columns.players ? columns.discounted(player) : columns.welfare
        for path in 0..<count { gathered[path] = own[path * columns.count + column] }
        try sums[index].sketches[player].add(
          UnsafeBufferPointer(start: gathered, count: count))
      }
      if index > 0, let differences, plan.settings.draws.replicates == nil {
        let (own, first) = (rows[index].rows, rows[0].rows)
        for at in 0..<(count * columns.count) { differences.rows[at] = own[at] - first[at] }
        try differences.add(count, to: &sums[index].differences!)
      }
    }
    if let departures {
      try departures.add(count, to: &sums[plan.played.count - 1].departures!)
    }
  }

  private func addReplicateDifferences(_ sums: inout [PathSums]) throws {
    for index in 1..<plan.played.count {
      let (own, first) = (sums[index].units!, sums[0].units!)
      try sums[index].differences!.add(
        (0..<plan.columns.count).map { own.mean($0) - first.mean($0) })
    }
  }

  /// Means of this block's dates and its shares of paths at the references, and a clean slate.
  ///
  /// A last block of fewer paths, whose means scatter more, is left out.
  private func endSection(_ index: Int, isWhole: Bool, into sums: inout PathSums) throws {
    let counts = recorders[index].dates
    let reader = plan.played[index].reader
    let levels = reader.levels.count
    if plan.references.isEmpty {
      pilot[index] = (0..<reader.quantityCount).flatMap { quantity in
        plan.dates.indices.flatMap { date -> [Double] in
          let own = counts.counts + date * counts.cellCount
          let n = (0..<counts.cellCount).reduce(0) { $0 + own[$1] }
          return reader.values(
            quantity, own, atRanks: reader.levels.map { quantileRank($0, count: n) })
        }
      }
    } else if isWhole {
      let width = 1 + 2 * levels
      var row = [Double](repeating: 0, count: reader.quantityCount * plan.dates.count * width)
      row.withUnsafeMutableBufferPointer { row in
        for date in plan.dates.indices {
          let own = counts.counts + date * counts.cellCount
          let occupied = (0..<counts.cellCount).filter { own[$0] > 0 }
          for quantity in 0..<reader.quantityCount {
            let place = quantity * plan.dates.count + date
            reader.summarise(
              quantity, own, occupied,
              references: plan.references[index][(place * levels)..<((place + 1) * levels)],
              into: row.baseAddress! + place * width)
          }
        }
      }
      try sums.sections!.add(row)
    }
    for place in dates[index].indices { dates[index][place] += counts.counts[place] }
    counts.clear()
  }

  /// Quantiles of the first block, `[played]` of `[quantity × date × level]`: references where exact
  /// ones are not to be had.
  ///
  /// - Throws: `NumericalError` if a statistic is not finite.
  static func references(_ plan: PathPlan) throws -> [[Double]] {
    let worker = PathWorker(plan, empty: plan.empty)
    _ = try worker.play(0)
    return worker.pilot
  }
}

extension PathDraws {
  /// Begins the draws of a vector that has a set of streams of its own.
  func restart(_ index: Int) -> Double {
    forget()
    return begin(index)
  }
}
