internal import Environments
internal import Equilibria
internal import Statistics

/// What every worker of a path study reads: profiles compiled, columns numbered, blocks cut.
struct PathPlan: Sendable {
  /// One profile that is played.
  struct Played: Sendable {
    let name: String
    let tables: PathTables
    let control: PathControl?
    let reader: FanReader
  }

  let game: StochasticGame
  let settings: MonteCarloSettings
  var seed: UInt64
  let generator: GeneratorKind
  let events: [PathEvent]
  let quantities: [PathQuantity]
  /// The profiles in order; after them the first with its departure, if there is one.
  let played: [Played]
  /// Whether the last of `played` is the first with a departure.
  let hasDeparture: Bool
  let columns: PathColumns
  let longRun: LongRunColumns
  /// Length of a path: a finite horizon may be shorter than was asked for.
  let periods: Int
  /// Dates that fan charts show, from 0.
  let dates: [Int]
  /// Periods played at once.
  let chunk: Int
  /// Paths played at once.
  let lanes: Int
  /// Paths of a block, except for the last.
  let blockSize: Int
  /// Paths planned at most: those asked for, as far as they make whole pairs or replicates.
  let paths: Int
  /// Batches that a path's dates are cut into, for long-run statistics.
  let batches: Int
  /// Players that mix in some profile: what a date's quasi-random coordinates are numbered by.
  let mixing: [Int]
  let isCertain: Bool
  /// `[state]`: where it stands in the order of coordinates.
  let stateRanks: [Int]
  /// `[played]` of `[quantity × date × level]`: values near the quantiles of fan charts, at which blocks
  /// compare their shares of paths; empty while they are not known, and for independent paths.
  var references: [[Double]] = []

  var blocks: Int { (paths + blockSize - 1) / blockSize }
  /// Profiles as configured, without the departure.
  var profileCount: Int { played.count - (hasDeparture ? 1 : 0) }
  /// Quasi-random coordinates of one date.
  var coordinatesPerPeriod: Int { mixing.count + (isCertain ? 0 : 1) }
  /// The dates after a departure, from the one before it, as far as paths go.
  var departureDates: Range<Int> {
    guard let departure = settings.departure else { return 0..<0 }
    let first = max(0, departure.period - 2)
    return first..<min(periods, departure.period + departure.followed)
  }

  func paths(of block: Int) -> Range<Int> {
    block * blockSize..<min(paths, (block + 1) * blockSize)
  }

  /// The next number of paths that would all be played, where some of those asked for are not.
  var pathsFitting: Int? {
    guard settings.draws.replicates != nil, paths < settings.paths else { return nil }
    // Replicates of a power of two each: one more of them fits, or as many of twice the size.
    return paths + blockSize
  }

  /// The vector of draws of a path: pairs share one, and a replicate begins where streams do.
  func vector(_ path: Int) -> Int {
    switch settings.draws {
    case .antithetic: return path / 2
    case .independent, .arraySobol: return path
    case .sobol:
      let unit = PathDraws.perStream(periods: periods)
      return path / blockSize * ((blockSize + unit - 1) / unit * unit) + path % blockSize
    }
  }

  /// Uniforms that one block should take at least: some milliseconds of work.
  private static let blockSteps = 1 << 18
  private static let longestChunk = 1 << 14
  /// Cells that one replicate of array-RQMC may hold, over all profiles.
  private static let arrayCells = 1 << 24

  init(
    _ configuration: MonteCarloConfiguration, profiles: [PathProfile], controls: [[[Double]]]?
  ) throws {
    let (game, settings) = (configuration.experiment.game, configuration.settings)
    self.game = game
    self.settings = settings
    seed = configuration.experiment.seed
    generator = configuration.experiment.generator
    events = configuration.events
    quantities = configuration.quantities
    let horizon = profiles.filter { !$0.isStationary }.map(\.schedule.count).min() ?? .max
    let periods = min(settings.periods, horizon)
    self.periods = periods
    guard settings.burnIn < periods else {
      throw GameError(
        "burn_in", "\(settings.burnIn) must be below the horizon of \(periods) periods")
    }
    var short = settings
    short.limit(periods)
    dates = short.dates
    let initial = try Self.start(settings, game, profiles[0])
    var tables = try profiles.map {
      try PathTables(game, $0.profiles, schedule: $0.schedule, initial: initial)
    }
    var names = profiles.map(\.name)
    hasDeparture = settings.departure != nil
    if let departure = settings.departure {
      tables.append(
        try Self.departing(departure, game, profiles[0], periods: periods, initial: initial))
      names.append("departure")
    }
    // A value function by periods fits only profiles with the same periods.
    func control(_ index: Int) -> PathControl? {
      guard let controls, index < profiles.count,
        controls.count == 1 || profiles[index].schedule.count == controls.count
      else { return nil }
      return PathControl(game, tables[index], values: controls, periods: periods)
    }
    let quantities = quantities
    played = tables.indices.map { index in
      Played(
        name: names[index], tables: tables[index], control: control(index),
        reader: FanReader(tables[index], quantities, levels: settings.quantiles))
    }
    columns = PathColumns(
      quantityCount: quantities.count, players: game.playerCount, eventCount: events.count,
      controlCount: controls == nil ? 0 : game.playerCount)
    longRun = LongRunColumns(
      quantityCount: quantities.count, eventCount: events.count,
      correlated: settings.lags > 0 ? Array(quantities.indices) : [], lags: settings.lags)
    mixing = (0..<game.playerCount).filter { player in
      tables.contains { $0.mixing.contains(player) }
    }
    isCertain = tables.allSatisfy(\.isCertain)
    let coordinates = game.stateCoordinates
    var ranks = [Int](repeating: 0, count: game.stateCount)
    let order = coordinates.indices.sorted {
      coordinates[$0] == coordinates[$1]
        ? $0 < $1 : coordinates[$0].lexicographicallyPrecedes(coordinates[$1])
    }
    for (rank, state) in order.enumerated() { ranks[state] = rank }
    stateRanks = ranks

    if periods <= Self.longestChunk {
      chunk = periods
      lanes = min(64, max(4, (1 << 16) / periods / 4 * 4))
    } else {
      chunk = Self.longestChunk
      lanes = 1
    }
    switch settings.draws {
    case .sobol(let replicates):
      blockSize = Self.powerOfTwo(atMost: settings.paths / replicates)
      paths = blockSize * max(replicates, settings.paths / blockSize)
    case .arraySobol(let replicates):
      let most = Self.arrayCells / tables.count / periods
      guard most >= 2, periods <= Self.longestChunk else {
        throw GameError(
          "draws",
          "array-sobol keeps the paths of a replicate in memory: \(periods) periods are too many; use "
            + "sobol or independent draws")
      }
      blockSize = Self.powerOfTwo(atMost: min(settings.paths / replicates, most))
      paths = blockSize * max(replicates, settings.paths / blockSize)
    case .independent, .antithetic:
      let isPaired = settings.draws == .antithetic
      let unit = PathDraws.perStream(periods: periods) * (isPaired ? 2 : 1)
      // Enough blocks for both cores and for sections; not so small that merging is felt.
      let wanted = min(max(1, Self.blockSteps / periods), max(1, settings.paths / 64), 1024)
      blockSize = max(1, (wanted + unit - 1) / unit) * unit
      paths = isPaired ? (settings.paths + 1) / 2 * 2 : settings.paths
    }
    batches = settings.batches(paths: paths, periods: periods)
  }

  private static func powerOfTwo(atMost count: Int) -> Int {
    var power = 1
    while 2 * power <= count { power *= 2 }
    return power
  }

  private static func start(
    _ settings: MonteCarloSettings, _ game: StochasticGame, _ profile: PathProfile
  ) throws -> [Double] {
    switch settings.start {
    case .initial: return game.initial
    case .equilibrium: preconditionFailure("markets have a plan of their own")
    case .uniform:
      let open = game.isTerminal.count(where: { !$0 })
      return game.isTerminal.map { $0 ? 0 : 1 / Double(open) }
    case .longRun:
      guard profile.isStationary else {
        throw GameError("start", "long-run needs a stationary first profile")
      }
      return try game.longRunPlay(of: profile.profiles[0]).stateLaw(in: game)
    case .state(let label):
      let state = try PathEventRule.state(
        label, of: game, key: "montecarlo.start.label", nil)
      return (0..<game.stateCount).map { $0 == state ? 1 : 0 }
    }
  }

  /// The first profile with one player's action forced in one period.
  private static func departing(
    _ departure: MonteCarloSettings.Departure, _ game: StochasticGame, _ profile: PathProfile,
    periods: Int, initial: [Double]
  ) throws -> PathTables {
    guard periods <= longestChunk else {
      throw GameError(
        "departure", "is followed on paths of at most \(longestChunk) periods, not \(periods)")
    }
    let period = departure.period - 1
    let schedule = profile.isStationary ? Array(repeating: 0, count: periods) : profile.schedule
    guard period < periods else {
      throw GameError("departure", "period \(departure.period) is beyond the horizon")
    }
    let usual = profile.profiles[schedule[period]]
    var departed = usual
    for state in 0..<game.stateCount {
      let count = game.actionCount(departure.player, at: state)
      let action: Int
      if let label = departure.action {
        let labels = game.actionLabels.labels(departure.player, at: state)
        guard let found = labels.index(of: label) ?? (count == 1 ? 0 : nil) else {
          throw GameError(
            "departure",
            "\(label) is no action of player \(departure.player + 1) at state "
              + "\(game.stateLabels[state]): \(labels.map(\.description).joined(separator: ", "))")
        }
        action = found
      } else {
        action = game.bestReplyOfTheMoment(
          of: departure.player, at: state, against: usual)
      }
      departed[departure.player].setLaw((0..<count).map { $0 == action ? 1 : 0 }, at: state)
    }
    var layers = schedule
    layers[period] = profile.profiles.count
    return try PathTables(
      game, profile.profiles + [departed], schedule: layers, initial: initial)
  }
}
