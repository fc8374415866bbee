internal import Configuration

/// The keys of the `montecarlo` section: those of games of N players, and those of markets of N agents
/// of a mean-field game.
enum MonteCarloKeys {
  /// Of a game of N players.
  static let game: [Parameter] = [
    Parameter(
      "profiles", .list(PathProfile.type), .defaulted(.list([PathProfile.exact])),
      "whose play is simulated; the others are held against the first"),
    .integer("paths", 10_000, 1...1_000_000_000, "number of paths; with `until`, the most"),
    periods, burnIn,
    Parameter(
      "start",
      .variant(
        [
          Variant("initial", "the game's own law", []),
          Variant("uniform", "every state alike, ends of play aside", []),
          Variant("long-run", "the long-run law of the first profile", []),
          Variant(
            "state", "one state", [Parameter("label", .text, .required, "the state's label")]),
        ], shorthand: nil), .defaulted(.group(kind("initial"))), "where paths begin"),
    Parameter(
      "draws",
      .variant(
        [
          independent, antithetic,
          Variant(
            "sobol", "randomly shifted Sobol points for the first 40 draws of a path",
            [.integer("replicates", 32, 8...4096, "independent shifts: what errors come from")]),
          Variant(
            "array-sobol", "array-RQMC: all paths of a replicate step together, sorted by state",
            [.integer("replicates", 32, 8...4096, "independent shifts: what errors come from")]),
        ], shorthand: nil), .defaulted(.group(kind("independent"))), "how uniforms are drawn"),
    commonRandomNumbers,
    Parameter(
      "control_variates", .boolean, .defaulted(.boolean(false)),
      "whether means are corrected by martingales of the exact solution"),
    confidence,
    Parameter(
      "quantities", .list(.text), .defaulted(.list([])),
      "what is followed besides payoffs; all that the game names if empty"),
    Parameter(
      "events", .list(.group(PathEventRule.parameters)), .defaulted(.list([])),
      "sets of states to wait for, besides those that the game names"),
    fan, lags, until,
    Parameter(
      "departure",
      .group([
        .integer("player", 1, 1...1000, "who departs"),
        .integer("period", 1, 1...10_000_000, "when, from 1"),
        Parameter(
          "action", .text, .defaulted(.text(MonteCarloSettings.bestReply)),
          "to which action, by its label, or best-reply: the best reply of the moment"),
        .integer("followed", 20, 1...1000, unit: "periods", "periods followed after it"),
      ]), .optional, "a forced departure whose answer is followed"),
  ]

  /// Of markets of N agents.
  static let market: [Parameter] = [
    .integer("agents", 100, 1...10_000_000, "N, the agents of a market"),
    Parameter(
      "profiles", .list(MarketProfile.type), .defaulted(.list([MarketProfile.exact])),
      "what all agents of a market do; the others are held against the first"),
    .integer("paths", 1000, 1...1_000_000_000, "number of markets; with `until`, the most"),
    periods, burnIn,
    Parameter(
      "start",
      .variant(
        [
          Variant("equilibrium", "draws from the population of the first profile, at rest", []),
          Variant("uniform", "every state alike", []),
        ], shorthand: nil), .defaulted(.group(kind("equilibrium"))),
      "where agents begin, each for itself"),
    Parameter(
      "draws", .variant([independent, antithetic], shorthand: nil),
      .defaulted(.group(kind("independent"))), "how uniforms are drawn"),
    commonRandomNumbers, confidence,
    Parameter(
      "events", .list(.group(MarketEvent.parameters)), .defaulted(.list([])),
      "ranges of the interaction to wait for"),
    fan, lags, until,
  ]

  // MARK: What both have

  private static let periods = Parameter.integer(
    "periods", 100, 1...10_000_000, unit: "periods", "length of a path")
  private static let burnIn = Parameter.integer(
    "burn_in", 0, 0...10_000_000, unit: "periods",
    "first periods that long-run statistics leave out")
  private static let independent = Variant("independent", "every path on its own", [])
  private static let antithetic = Variant(
    "antithetic", "paths in pairs, the second with 1 - u for every u", [])
  private static let commonRandomNumbers = Parameter(
    "common_random_numbers", .boolean, .defaulted(.boolean(true)),
    "whether profiles are played with the same uniforms")
  private static let confidence = Parameter.real(
    "confidence", 0.95, .open(0, 1), "of every interval")
  private static let fan = Parameter(
    "fan",
    .group([
      Parameter(
        "quantiles", .list(.real(.open(0, 1))),
        .defaulted(.list([0.05, 0.25, 0.5, 0.75, 0.95].map(ParameterValue.real))),
        "levels of the fan charts"),
      .integer("dates", 101, 1...10_000, "dates at most, evenly spaced over the path"),
      Parameter(
        "totals", .boolean, .defaulted(.boolean(true)),
        "whether running discounted totals are charted too, from a sketch"),
    ]), .defaulted(.group(ParameterSet())), "quantiles by date")
  private static let lags = Parameter.integer(
    "autocorrelation_lags", 0, 0...10_000, unit: "periods", "lags of autocorrelations; 0 for none")
  private static let until = Parameter(
    "until",
    .group([
      Parameter("statistic", .text, .required, "its name, as the table shows it"),
      Parameter(
        "half_width", .real(.positive), .required, "of its interval, for the first profile"),
    ]), .optional, "stop as soon as a statistic is this precise")

  /// Says of keys that only games of N players have why markets have none.
  ///
  /// - Throws: `ConfigurationError` naming the key.
  static func refuseKeysOfGames(_ section: DocumentNode?) throws {
    let reasons = [
      "control_variates": "the martingales of an exact solution are of games of N players",
      "quantities": "the average payoff, every scalar of M and the average state are followed",
      "departure": "agents of a market all follow one policy; `lab compare` lets one depart",
    ]
    for entry in section?.entries ?? [] {
      guard let reason = reasons[entry.key] else { continue }
      throw ConfigurationError(
        entry.position, key: "montecarlo.\(entry.key)",
        rule: "is not for markets of N agents: \(reason)")
    }
  }

  private static func kind(_ word: String) -> ParameterSet {
    return ["kind": .text(word)]
  }
}
