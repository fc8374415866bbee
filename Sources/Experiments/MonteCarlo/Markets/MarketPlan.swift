internal import Environments
internal import Equilibria
internal import Statistics

extension StreamRole {
  /// Who leaves a market, along simulated paths.
  static let pathRenewal = StreamRole(rawValue: "paths/renewal")
}

/// What every worker of a study of markets reads: policies compiled, columns numbered, blocks cut.
///
/// A path is a market of N agents who all follow one policy. Followed date by date are what the
/// average agent earns, every scalar of M_t, and the average of the first coordinate of the agents'
/// states.
struct MarketPlan: Sendable {
  /// One policy that is played.
  struct Played: Sendable {
    let name: String
    let subject: MarketSubject
    /// σ(a | x) of each row of the layout.
    let weights: [Double]
    /// The row taken at each state, where the policy is pure.
    let rows: [Int32]?
  }

  let game: any MeanFieldGame
  /// N.
  let agents: Int
  /// Scalars of the interaction.
  let scalars: Int
  let settings: MonteCarloSettings
  var seed: UInt64
  let generator: GeneratorKind
  let events: [MarketEvent]
  let played: [Played]
  /// The law of each agent's first state.
  let initial: [Double]
  let frame: StudyFrame
  /// Dates recorded at once.
  let chunk: Int
  /// Paths of a block, except for the last.
  let blockSize: Int
  let paths: Int
  /// `[played]` of `[quantity × date × level]`: values near the quantiles of fan charts, at which blocks
  /// of pairs compare their shares of paths; empty while they are not known, and for single paths.
  var references: [[Double]] = []
  /// Paths, or pairs, that one set of random streams feeds.
  let vectorsPerStream: Int

  var periods: Int { frame.periods }
  var columns: PathColumns { frame.columns }
  /// Where the average state stands among the quantities; payoffs and the scalars come before it.
  var stateQuantity: Int { 1 + scalars }
  var isPaired: Bool { settings.draws == .antithetic }

  /// The vector of draws of a path: pairs share one.
  func vector(_ path: Int) -> Int { isPaired ? path / 2 : path }

  /// Moves of agents that one block should take at least: some milliseconds of work.
  private static let blockSteps = 1 << 18
  private static let longestChunk = 1 << 12

  init(_ configuration: MarketStudyConfiguration, profiles: [MarketProfile]) {
    let (game, settings) = (configuration.game, configuration.settings)
    let layout = game.layout
    self.game = game
    self.settings = settings
    agents = settings.agents
    let scalars = layout.scalarCount
    self.scalars = scalars
    seed = configuration.experiment.seed
    generator = configuration.experiment.header.generator
    events = configuration.events
    played = profiles.map { profile in
      let policy = profile.subject.policy
      return Played(
        name: profile.name, subject: profile.subject, weights: policy.weights,
        rows: policy.rows(in: layout))
    }
    initial =
      settings.start == .uniform
      ? [Double](repeating: 1 / Double(layout.stateCount), count: layout.stateCount)
      : profiles[0].subject.law
    let isPaired = settings.draws == .antithetic
    paths = isPaired ? (settings.paths + 1) / 2 * 2 : settings.paths
    let steps = settings.agents * settings.periods
    // The second of a pair opens its streams anew.
    vectorsPerStream = isPaired ? 1 : PathStreams.vectors(of: steps)
    let unit = vectorsPerStream * (isPaired ? 2 : 1)
    // Enough blocks for every core; not so small that merging is felt.
    var wanted = min(max(1, Self.blockSteps / steps), max(1, paths / 64), 1024)
    // Shares of a block tell errors of quantiles where paths are paired.
    if isPaired { wanted = max(wanted, min(32, paths / 8)) }
    blockSize = (wanted + unit - 1) / unit * unit
    chunk = min(settings.periods, Self.longestChunk)

    let names = layout.interactionNames
    let quantities =
      [StudyFrame.Quantity(name: "payoff", unit: "payoff per period")]
      + names.indices.map {
        StudyFrame.Quantity(
          name: scalars == 1 ? "M" : "M/\($0 + 1)", unit: names[$0], isSummed: false,
          range: layout.interactionRange[$0])
      }
      + [StudyFrame.Quantity(name: "state", unit: game.stateQuantity, isSummed: false)]
    var longRun = LongRunColumns(
      quantityCount: quantities.count, eventCount: events.count,
      correlated: Array(quantities.indices), lags: settings.lags)
    longRun.stateCount = layout.stateCount
    longRun.agents = settings.agents
    frame = StudyFrame(
      quantities: quantities, values: ["value"],
      events: events.map { ($0.name, $0.meaning) }, states: layout.stateLabels,
      columns: PathColumns(
        quantityCount: quantities.count, players: 1, eventCount: events.count, controlCount: 0),
      longRun: longRun, settings: settings, periods: settings.periods, dates: settings.dates,
      batches: settings.batches(paths: paths, periods: settings.periods))
  }
}

extension MarketPlan: EnsemblePlan {
  var blocks: Int { (paths + blockSize - 1) / blockSize }

  func paths(of block: Int) -> Range<Int> {
    block * blockSize..<min(paths, (block + 1) * blockSize)
  }

  var stepsPerPath: Int { agents * periods }

  var empty: [PathSums] {
    let pairs = columns.pairs
    let charted = frame.quantities.count * frame.dates.count
    let totals =
      settings.fanTotals ? min(periods, TotalsFeature.largestDateCount) : 0
    return played.indices.map { index in
      PathSums(
        paths: CrossMoments(columns: columns.count, pairs: isPaired ? [] : pairs),
        units: isPaired ? CrossMoments(columns: columns.count, pairs: pairs) : nil,
        longRun: CrossMoments(columns: frame.longRun.count, pairs: frame.longRun.pairs),
        batches: frame.emptyBatches,
        differences: index == 0 ? nil : CrossMoments(columns: columns.count),
        sketches: [QuantileSketch()],
        totals: Array(repeating: QuantileSketch(), count: totals),
        sections: isPaired ? CrossMoments(columns: 2 * charted * settings.quantiles.count) : nil,
        departures: nil, dates: CrossMoments(columns: charted),
        fans: Array(repeating: QuantileSketch(), count: charted))
    }
  }

  var emptyCounts: [PathCounts] {
    let bins = events.count * EventFeature.bins(periods: periods).count
    return played.map { _ in
      PathCounts(
        dates: [], passages: Array(repeating: 0, count: bins),
        durations: Array(repeating: 0, count: bins), visits: [], visitSquares: [])
    }
  }

  func worker() -> any BlockWorker { MarketWorker(self) }
}
