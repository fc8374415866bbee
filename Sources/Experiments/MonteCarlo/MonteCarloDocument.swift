internal import Configuration
public import Environments
internal import Statistics

/// Quantiles by date.
public struct PathFan: Codable, Sendable {
  /// One quantile with its interval.
  public struct Quantile: Codable, Sendable {
    /// The estimate.
    public var value: Double
    /// Lower end of its interval; null where too few paths tell.
    @OrNull public var low: Double?
    /// Upper end.
    @OrNull public var high: Double?
    /// The exact quantile, where known.
    @OrNull public var exact: Double?
  }

  /// One date.
  public struct Date: Codable, Sendable {
    /// From 1.
    public var date: Int
    /// Mean over paths; null for running totals.
    @OrNull public var mean: Double?
    /// Its standard error.
    @OrNull public var standardError: Double?
    /// Lower end of its interval.
    @OrNull public var low: Double?
    /// Upper end.
    @OrNull public var high: Double?
    /// The exact mean, where known.
    @OrNull public var exactMean: Double?
    /// One entry per level.
    public var quantiles: [Quantile]
    /// In markets of N agents: the mean in a continuum.
    public var limitMean: Double?

    enum CodingKeys: String, CodingKey {
      case date, mean, low, high, quantiles
      case standardError = "standard_error"
      case exactMean = "exact_mean"
      case limitMean = "limit_mean"
    }
  }

  /// What is charted.
  public var name: String
  /// Its unit.
  public var unit: String
  /// How quantiles and intervals were found.
  public var method: String
  /// Bound on the error of ranks, as a share of paths: 0 for counts.
  public var errorBound: Double
  /// The levels.
  public var levels: [Double]
  /// By date.
  public var dates: [Date]

  enum CodingKeys: String, CodingKey {
    case name, unit, method, levels, dates
    case errorBound = "error_bound"
  }
}

/// Quantiles over paths of a number per path.
public struct PathDistribution: Codable, Sendable {
  /// Of what.
  public var name: String
  /// The smallest over all paths.
  public var minimum: Double
  /// The largest.
  public var maximum: Double
  /// The levels.
  public var levels: [Double]
  /// One entry per level.
  public var quantiles: [PathFan.Quantile]
  /// Bound on the error of ranks, as a share of paths.
  public var errorBound: Double

  enum CodingKeys: String, CodingKey {
    case name, minimum, maximum, levels, quantiles
    case errorBound = "error_bound"
  }
}

/// Laws of the first passage into a set of states and of the time spent there.
public struct PathEventLaw: Codable, Sendable {
  /// The event.
  public var name: String
  /// In words.
  public var meaning: String
  /// Paths that reached it.
  public var reached: Int
  /// Paths played.
  public var paths: Int
  /// Spells that began after the first date and ended before the last.
  public var spells: Int
  /// Levels of the quantiles.
  public var levels: [Double]
  /// Periods to which quantiles are resolved: 1 unless paths are very long.
  public var binWidth: Int
  /// Quantiles of the first passage over all paths, in periods after the first; null where too few
  /// arrive.
  public var firstPassage: [Double?]
  /// Quantiles of the duration of spells.
  public var duration: [Double?]

  enum CodingKeys: String, CodingKey {
    case name, meaning, reached, paths, spells, levels, duration
    case binWidth = "bin_width"
    case firstPassage = "first_passage"
  }
}

/// Autocorrelations of one quantity.
public struct PathAutocorrelation: Codable, Sendable {
  /// One lag.
  public struct Row: Codable, Sendable {
    /// In periods.
    public var lag: Int
    /// The estimate.
    public var estimate: Double
    /// Its standard error.
    @OrNull public var standardError: Double?
    /// Lower end of its interval.
    @OrNull public var low: Double?
    /// Upper end.
    @OrNull public var high: Double?
    /// The exact one of the long run.
    @OrNull public var exact: Double?

    enum CodingKeys: String, CodingKey {
      case lag, estimate, low, high, exact
      case standardError = "standard_error"
    }
  }

  /// Of what.
  public var quantity: String
  /// From lag 0.
  public var lags: [Row]
}

/// Shares of dates by state.
public struct PathOccupancy: Codable, Sendable {
  /// One state.
  public struct Row: Codable, Sendable {
    /// Its label.
    public var state: Label
    /// The share of dates after the burn-in.
    public var share: Double
    /// Its standard error.
    @OrNull public var standardError: Double?
    /// Lower end of its interval.
    @OrNull public var low: Double?
    /// Upper end.
    @OrNull public var high: Double?
    /// The exact share of the long run.
    @OrNull public var exact: Double?
    /// (share − exact) / standard error.
    @OrNull public var z: Double?
    /// In markets of N agents: the share in a continuum.
    public var limit: Double?

    enum CodingKeys: String, CodingKey {
      case state, share, low, high, exact, z, limit
      case standardError = "standard_error"
    }
  }

  /// Dates left out at the beginning of each path.
  public var burnIn: Int
  /// Where errors come from.
  public var method: String
  /// Independent units.
  public var units: Int
  /// Every state.
  public var states: [Row]
  /// Half the sum of distances to the exact law.
  @OrNull public var totalVariation: Double?
  /// In markets of N agents: half the sum of distances to the law of a continuum.
  public var limitVariation: Double?

  enum CodingKeys: String, CodingKey {
    case method, units, states
    case burnIn = "burn_in"
    case totalVariation = "total_variation"
    case limitVariation = "limit_variation"
  }
}

/// How play answers a forced departure.
public struct PathDeparture: Codable, Sendable {
  /// One date.
  public struct Row: Codable, Sendable {
    /// From 1.
    public var date: Int
    /// Mean difference that the departure makes.
    public var mean: Double
    /// Its standard error.
    @OrNull public var standardError: Double?
    /// Lower end of its interval.
    @OrNull public var low: Double?
    /// Upper end.
    @OrNull public var high: Double?
    /// The exact difference.
    @OrNull public var exact: Double?

    enum CodingKeys: String, CodingKey {
      case date, mean, low, high, exact
      case standardError = "standard_error"
    }
  }

  /// One quantity.
  public struct Quantity: Codable, Sendable {
    /// Its name.
    public var name: String
    /// Its unit.
    public var unit: String
    /// By date, from the one before the departure.
    public var dates: [Row]
  }

  /// Who departs, from 1.
  public var player: Int
  /// When, from 1.
  public var period: Int
  /// To what.
  public var action: String
  /// What every player gains in discounted payoffs, and welfare.
  public var gains: [PathStatistic]
  /// The answer.
  public var quantities: [Quantity]
}

/// What `lab montecarlo --json` prints and `summary.json` keeps.
public struct MonteCarloDocument: Codable, Sendable {
  /// One profile's play.
  public struct Played: Codable, Sendable {
    /// Its name.
    public var name: String
    /// Where it comes from.
    public var origin: String
    /// Means over paths: values, welfare, means and totals.
    public var statistics: [PathStatistic]
    /// First passages, shares and spells.
    public var events: [PathStatistic]
    /// Laws of first passages and durations.
    public var eventLaws: [PathEventLaw]
    /// Means over dates after the burn-in.
    public var longRun: [PathStatistic]
    /// Shares of dates by state.
    public var occupancy: PathOccupancy
    /// Autocorrelations, if lags were asked for.
    public var autocorrelations: [PathAutocorrelation]
    /// Quantiles of payoffs over paths.
    public var distributions: [PathDistribution]
    /// Quantiles by date.
    public var fans: [PathFan]
    /// Quantiles of running totals by date.
    public var totals: [PathFan]
    /// In markets of N agents: the interaction that a population following the policy keeps up.
    public var m: [Double]?
    /// In markets of N agents: by how much it misses it.
    public var consistency: Double?

    enum CodingKeys: String, CodingKey {
      case name, origin, statistics, events, occupancy, autocorrelations, distributions, fans,
        totals, m, consistency
      case eventLaws = "event_laws"
      case longRun = "long_run"
    }
  }

  /// One profile against the first.
  public struct Difference: Codable, Sendable {
    /// The profile.
    public var profile: String
    /// What it is held against.
    public var against: String
    /// Differences of means; their gain is that of common random numbers.
    public var statistics: [PathStatistic]
  }

  /// How a precision rule ended.
  public struct Precision: Codable, Sendable {
    /// What was to be known.
    public var statistic: String
    /// How precisely.
    public var wanted: Double
    /// How precisely it is.
    @OrNull public var reached: Double?
    /// Whether that is enough.
    public var isMet: Bool
    /// Independent units behind it.
    public var units: Int?
    /// About how many paths would be enough; nil where that is not known.
    public var pathsNeeded: Int?

    enum CodingKeys: String, CodingKey {
      case statistic, wanted, reached, units
      case pathsNeeded = "paths_needed"
      case isMet = "met"
    }
  }

  var schema = "equilibrium-lab/montecarlo/1"
  var command = "montecarlo"
  /// The experiment's name.
  public var experiment: String
  /// The game's family.
  public var game: String
  /// The game's scenario, if it has one.
  public var scenario: String?
  /// The seed.
  public var seed: UInt64
  /// The generator.
  public var generator: String
  /// How uniforms were drawn.
  public var draws: String
  /// Whether profiles met the same chance.
  public var commonRandomNumbers: Bool
  /// In markets of N agents: N.
  public var agents: Int?
  /// In markets of N agents: what the scalars of the interaction are called, in the order of `M/1`,
  /// `M/2`, ….
  public var interaction: [String]?
  /// Paths played.
  public var paths: Int
  /// Paths that the configuration asks for, at most.
  public var pathsAsked: Int?
  /// Where paths come in pairs or replicates and not all that were asked for were played: the next
  /// number that is.
  public var pathsFitting: Int?
  /// Their length.
  public var periods: Int
  /// Dates left out of long-run statistics.
  public var burnIn: Int
  /// Confidence of every interval.
  public var confidence: Double
  /// `complete`, or `precise` if the precision rule ended it.
  public var status: String
  /// How the precision rule ended; null if there was none.
  @OrNull public var until: Precision?
  /// The profiles.
  public var profiles: [Played]
  /// The others against the first.
  public var differences: [Difference]
  /// The answer to a departure; null if none was asked for.
  @OrNull public var departure: PathDeparture?
  /// Wall-clock time, in printed documents only.
  public var seconds: Double?
  /// Paths × periods × profiles per second, in printed documents only.
  public var rate: Double?
  /// The run's folder, in printed documents only.
  public var run: String?

  enum CodingKeys: String, CodingKey {
    case schema, command, experiment, game, scenario, seed, generator, draws, paths, periods
    case agents, interaction
    case confidence, status, until, profiles, differences, departure, seconds, rate, run
    case commonRandomNumbers = "common_random_numbers"
    case burnIn = "burn_in"
    case pathsAsked = "paths_asked"
    case pathsFitting = "paths_fitting"
  }
}
