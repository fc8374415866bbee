internal import Agents
internal import Environments
internal import Statistics

/// Plays blocks of markets on one thread.
///
/// Owned by one thread at a time; between rounds, when all threads rest, its counts are read. Nothing
/// is allocated while a market is played.
final class MarketWorker: BlockWorker, @unchecked Sendable {
  private let plan: MarketPlan
  private let empty: [PathSums]
  private let memory = TableMemory()
  private var market: MeanFieldMarket
  private let recorders: [MarketRecorder]
  private let streams: [PathStreams]
  /// Uniforms of a piece of the agents.
  private let uniforms: UnsafeMutablePointer<Double>
  /// `[played]`: the row taken at each state; empty for policies that mix.
  private let takenRows: [[Int32]]
  /// `[played]`: σ(a | x) of each row.
  private let weights: [[Double]]
  /// First coordinate of each state.
  private let coordinates: [Double]
  private let rows: [UnitRows]
  private let longRows: [UnitRows]
  private let dateRows: [UnitRows]
  private let differences: UnitRows?
  private let capacity: Int
  /// One quantity at one date, path by path.
  private let lined: UnsafeMutablePointer<Double>
  /// `[played]` of `[quantity × date × level × 2]`: paths of a block up to the reference, and below.
  private var shares: [[Int]]
  /// Ends of the events' ranges.
  private let ends: [(quantity: Int, low: Double, high: Double)]

  /// Agents whose uniforms are drawn at once: 16 KB.
  private static let piece = 1 << 11

  private enum Channel {
    static let move = 0
    static let choice = 1
    static let renewal = 2
    static let start = 3
  }

  init(_ plan: MarketPlan) {
    self.plan = plan
    let empty = plan.empty
    self.empty = empty
    do {
      market = try MeanFieldMarket(plan.game, agents: plan.agents, initial: plan.initial)
    } catch {
      preconditionFailure("\(error)")  // The plan's law and number of agents have been checked.
    }
    let frame = plan.frame
    recorders = plan.played.map { _ in MarketRecorder(plan) }
    streams = plan.played.indices.map { index in
      PathStreams(
        [.init(.pathNature), .init(.pathPlayer), .init(.pathRenewal), .init(.pathStart)],
        seed: plan.seed, generator: plan.generator,
        family: plan.settings.commonRandomNumbers ? 0 : index, vectors: plan.vectorsPerStream)
    }
    takenRows = plan.played.map { $0.rows ?? [] }
    weights = plan.played.map(\.weights)
    uniforms = memory.block(of: Self.piece, repeating: 0)
    coordinates = plan.game.layout.coordinates.map { $0[0] }
    ends = plan.events.map { (1 + $0.scalar, $0.range.lowerBound, $0.range.upperBound) }
    let joining: UnitRows.Joining = plan.isPaired ? .pairs : .none
    let charted = frame.quantities.count * frame.dates.count
    let widest = max(frame.columns.count, frame.longRun.count * frame.batches, charted)
    // An even number, so that pairs stay together.
    let capacity = max(2, min(1024, (1 << 20) / widest) / 2 * 2)
    self.capacity = capacity
    lined = memory.block(of: capacity, repeating: 0)
    let places = plan.references.isEmpty ? 0 : 2 * charted * plan.settings.quantiles.count
    shares = plan.played.map { _ in [Int](repeating: 0, count: places) }
    rows = plan.played.map { _ in
      UnitRows(columns: frame.columns.count, capacity: capacity, joining: joining)
    }
    longRows = plan.played.map { _ in
      UnitRows(
        columns: frame.longRun.count, capacity: capacity * frame.batches,
        joining: frame.batches > 1 ? .none : joining)
    }
    dateRows = plan.played.map { _ in
      UnitRows(columns: charted, capacity: capacity, joining: joining)
    }
    differences =
      plan.played.count > 1
      ? UnitRows(columns: frame.columns.count, capacity: capacity, joining: joining) : nil
  }

  var counts: [PathCounts] { recorders.map(\.counts) }

  func play(_ block: Int) throws -> [PathSums] {
    var sums = empty
    let paths = plan.paths(of: block)
    for index in plan.played.indices {
      recorders[index].totals?.beginBlock()
      for place in shares[index].indices { shares[index][place] = 0 }
    }
    var filled = 0
    for path in paths {
      for index in plan.played.indices { try play(path, index, at: filled) }
      filled += 1
      if filled == capacity || path == paths.upperBound - 1 {
        try flush(filled, into: &sums)
        filled = 0
      }
    }
    for index in plan.played.indices {
      if let totals = recorders[index].totals {
        try totals.endBlock()
        sums[index].totals = totals.sketches
      }
      // A last block of fewer paths, whose shares scatter more, is left out.
      if !plan.references.isEmpty, plan.blocks == 1 || paths.count == plan.blockSize {
        try sums[index].sections!.add(shares[index].map { Double($0) / Double(paths.count) })
      }
    }
    return sums
  }

  /// Quantiles of the first block, `[played]` of `[quantity × date × level]`.
  ///
  /// - Throws: `NumericalError` if a statistic is not finite.
  static func references(_ plan: MarketPlan) throws -> [[Double]] {
    try MarketWorker(plan).play(0).map { sums in
      sums.fans!.flatMap { $0.quantiles(plan.settings.quantiles) }
    }
  }

  // MARK: - One market

  /// Plays one market and writes its columns into row number `row` of the buffers.
  private func play(_ path: Int, _ index: Int, at row: Int) throws {
    let (recorder, frame) = (recorders[index], plan.frame)
    let isMirror = plan.isPaired && path % 2 == 1
    streams[index].begin(plan.vector(path))
    forEachPiece(streams[index], Channel.start, isMirror) { market.place($0, uniforms: uniforms) }
    recorder.begin()
    let longRow = longRows[index].rows + row * frame.batches * frame.longRun.count
    let dateRow = dateRows[index].rows + row * dateRows[index].columns
    var done = 0
    while done < frame.periods {
      let (counts, dates) = recorder.stretch
      for date in 0..<dates { step(index, date, isMirror, tallies: counts) }
      recorder.consume(dates, dateRow: dateRow, longRows: longRow)
      done += dates
    }
    try recorder.end(into: rows[index].rows + row * frame.columns.count, longRow: longRow)
  }

  /// Plays one period and writes what it was like as date `date` of the stretch.
  private func step(_ index: Int, _ date: Int, _ isMirror: Bool, tallies: Bool) {
    let (recorder, streams) = (recorders[index], streams[index])
    if tallies { market.tally(into: recorder.longRun.tally) }
    let tables = recorder.tables
    let (values, width) = (tables.values + date, tables.cellCount)
    values[plan.stateQuantity * width] = market.mean(coordinates)
    if takenRows[index].isEmpty {
      forEachPiece(streams, Channel.choice, isMirror) {
        market.draw(weights[index], $0, uniforms: uniforms)
      }
    } else {
      market.take(takenRows[index])
    }
    market.meet()
    values[0] = market.meanPayoff
    for scalar in 0..<plan.scalars { values[(1 + scalar) * width] = market.interaction[scalar] }
    var mask: UInt64 = 0
    for (event, end) in ends.enumerated() {
      let value = values[end.quantity * width]
      if value >= end.low && value <= end.high { mask |= 1 << UInt64(event) }
    }
    tables.events[date] = mask
    forEachPiece(streams, Channel.move, isMirror) { market.move($0, uniforms: uniforms) }
    if market.hasTurnover {
      forEachPiece(streams, Channel.renewal, isMirror) { market.renew($0, uniforms: uniforms) }
    }
    market.endPeriod()
  }

  /// Draws the uniforms of all agents, piece by piece.
  @inline(__always)
  private func forEachPiece(
    _ streams: PathStreams, _ channel: Int, _ isMirror: Bool, _ body: (Range<Int>) -> Void
  ) {
    var first = 0
    while first < plan.agents {
      let count = min(Self.piece, plan.agents - first)
      streams[channel].pointee.fill(uniforms, count: count)
      if isMirror { for at in 0..<count { uniforms[at] = mirrored(uniforms[at]) } }
      body(first..<first + count)
      first += count
    }
  }

  // MARK: - Many markets

  /// Counts paths up to, and below, the references of one quantity at one date.
  private func share(_ index: Int, _ column: Int, _ count: Int) {
    let levels = plan.settings.quantiles.count
    for place in (column * levels)..<((column + 1) * levels) {
      let reference = plan.references[index][place]
      var (upTo, below) = (0, 0)
      for path in 0..<count {
        upTo += lined[path] <= reference ? 1 : 0
        below += lined[path] < reference ? 1 : 0
      }
      shares[index][2 * place] += upTo
      shares[index][2 * place + 1] += below
    }
  }

  private func flush(_ count: Int, into sums: inout [PathSums]) throws {
    let columns = plan.columns
    for index in plan.played.indices {
      let own = rows[index].rows
      try sums[index].paths.add(
        UnsafeBufferPointer(start: own, count: count * columns.count), count: count)
      if sums[index].units != nil { try rows[index].add(count, to: &sums[index].units!) }
      try longRows[index].add(count * plan.frame.batches, to: &sums[index].longRun)
      sums[index].addBatches(
        longRows[index].rows, count * plan.frame.batches, columns: plan.frame.longRun)
      try dateRows[index].add(count, to: &sums[index].dates!)
      let (dates, width) = (dateRows[index].rows, dateRows[index].columns)
      for column in 0..<width {
        for path in 0..<count { lined[path] = dates[path * width + column] }
        try sums[index].fans![column].add(UnsafeBufferPointer(start: lined, count: count))
        if !plan.references.isEmpty { share(index, column, count) }
      }
      for path in 0..<count {
        try sums[index].sketches[0].add(own[path * columns.count + columns.discounted(0)])
      }
      if index > 0, let differences {
        let first = rows[0].rows
        for at in 0..<(count * columns.count) { differences.rows[at] = own[at] - first[at] }
        try differences.add(count, to: &sums[index].differences!)
      }
    }
  }
}
