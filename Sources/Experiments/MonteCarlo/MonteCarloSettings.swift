internal import Configuration
internal import Environments
internal import Foundation
internal import Statistics

/// The `montecarlo` section, of either kind of study.
struct MonteCarloSettings: Sendable {
  /// How uniforms are drawn.
  enum Draws: Sendable, Equatable {
    /// Every path on its own.
    case independent
    /// Paths in pairs: the second draws 1 − u wherever the first draws u.
    case antithetic
    /// Replicates of a randomly shifted Sobol sequence over the first draws of a path.
    case sobol(replicates: Int)
    /// Replicates of paths that share every date's draws out by rank: array-RQMC.
    case arraySobol(replicates: Int)

    var name: String {
      switch self {
      case .independent: "independent"
      case .antithetic: "antithetic"
      case .sobol: "sobol"
      case .arraySobol: "array-sobol"
      }
    }

    /// Replicates of randomised quasi-Monte Carlo; nil for pseudo-random draws.
    var replicates: Int? {
      switch self {
      case .sobol(let count), .arraySobol(let count): count
      default: nil
      }
    }
  }

  /// Where paths begin.
  enum Start: Sendable, Equatable {
    case initial, uniform, longRun
    case state(String)
    /// In markets: draws from the first profile's population.
    case equilibrium
  }

  /// When to stop before all paths are played.
  struct Until: Sendable, Equatable {
    var statistic: String
    var halfWidth: Double
  }

  /// A departure that is forced on one player at one date.
  struct Departure: Sendable, Equatable {
    var player: Int
    /// From 1.
    var period: Int
    /// An action's label, or nil for the best reply of the moment.
    var action: String?
    /// Periods followed after it.
    var followed: Int
  }

  /// N, in markets of N agents; 1 elsewhere.
  let agents: Int
  let paths: Int
  private(set) var periods: Int
  let burnIn: Int
  let start: Start
  let draws: Draws
  let commonRandomNumbers: Bool
  let controlVariates: Bool
  let confidence: Double
  let quantiles: [Double]
  let fanDates: Int
  let fanTotals: Bool
  let lags: Int
  let quantities: [String]
  let until: Until?
  let departure: Departure?

  static let bestReply = "best-reply"

  /// Reads a resolved section of either kind; markets have no departures, quantities of choice or
  /// control variates.
  init(_ set: ParameterSet) {
    agents = set["agents"] == nil ? 1 : set.integer("agents")
    paths = set.integer("paths")
    periods = set.integer("periods")
    burnIn = set.integer("burn_in")
    let start = set.group("start")!
    self.start =
      switch start.kind {
      case "uniform": .uniform
      case "long-run": .longRun
      case "state": .state(start.text("label"))
      case "equilibrium": .equilibrium
      default: .initial
      }
    let draws = set.group("draws")!
    self.draws =
      switch draws.kind {
      case "antithetic": .antithetic
      case "sobol": .sobol(replicates: draws.integer("replicates"))
      case "array-sobol": .arraySobol(replicates: draws.integer("replicates"))
      default: .independent
      }
    commonRandomNumbers = set.boolean("common_random_numbers")
    controlVariates = set["control_variates"] == nil ? false : set.boolean("control_variates")
    confidence = set.real("confidence")
    let fan = set.group("fan")!
    quantiles = fan.reals("quantiles").sorted()
    fanDates = fan.integer("dates")
    fanTotals = fan.boolean("totals")
    lags = set.integer("autocorrelation_lags")
    quantities = Self.words(set["quantities"])
    until = set.group("until").map {
      Until(statistic: $0.text("statistic"), halfWidth: $0.real("half_width"))
    }
    departure = set.group("departure").map {
      Departure(
        player: $0.integer("player") - 1, period: $0.integer("period"),
        action: $0.text("action") == Self.bestReply ? nil : $0.text("action"),
        followed: $0.integer("followed"))
    }
  }

  /// Refuses what no study can do, whatever is played: levels that stand twice, pairs and replicates of
  /// too few paths, rules that could never be met.
  ///
  /// - Throws: `ConfigurationError`.
  func check(_ set: ParameterSet, source: String) throws {
    func refusal(_ key: String, _ value: String?, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        set.position(of: key) ?? Position(source: source), key: "montecarlo.\(key)", value: value,
        rule: rule)
    }
    guard !quantiles.isEmpty else {
      throw refusal("fan.quantiles", "[]", "needs at least one level, such as 0.5")
    }
    if let twice = zip(quantiles, quantiles.dropFirst()).first(where: { $0 == $1 }) {
      throw refusal("fan.quantiles", "\(twice.0)", "stands twice: name every level once")
    }
    guard burnIn < periods else {
      throw refusal("burn_in", "\(burnIn)", "must be below periods = \(periods)")
    }
    if draws != .independent, paths < 64 {
      throw refusal(
        "paths", "\(paths)",
        "must be at least 64 with \(draws.name) draws: errors come from differences between "
          + "pairs or replicates")
    }
    if let replicates = draws.replicates, paths < replicates {
      throw refusal(
        "paths", "\(paths)",
        "must be at least draws.replicates = \(replicates): every replicate has a path")
    }
    guard until != nil else { return }
    let fewest = PrecisionRule.fewestUnits
    if let replicates = draws.replicates, replicates < fewest {
      throw refusal(
        "until", nil,
        "needs at least \(fewest) independent units to judge by, and draws.replicates is "
          + "\(replicates): raise it to \(fewest) or more")
    }
    if draws == .independent, paths < fewest {
      throw refusal(
        "until", nil,
        "needs at least \(fewest) independent paths to judge by, and paths, the most that are "
          + "played, is \(paths): raise it to \(fewest) or more")
    }
  }

  /// Refuses a second event of a name.
  ///
  /// - Parameter entries: the events as they were written.
  /// - Throws: `ConfigurationError` naming both places.
  static func checkNames(ofEvents entries: [ParameterValue], source: String) throws {
    var known: [String: Position] = [:]
    for (index, entry) in entries.enumerated() {
      guard case .group(let rule) = entry else { continue }
      let position = rule.position(of: "name") ?? Position(source: source)
      let name = rule.text("name")
      if let first = known.updateValue(position, forKey: name) {
        throw ConfigurationError(
          position, key: "montecarlo.events[\(index)].name", value: name,
          rule: "names two events, the other at \(first): give one of them another name")
      }
    }
  }

  static func words(_ value: ParameterValue?) -> [String] {
    guard case .list(let values) = value else { return [] }
    return values.compactMap { if case .text(let word) = $0 { word } else { nil } }
  }

  /// Batches that a single path's dates are cut into, so that 32 numbers tell the error of a mean; 1
  /// where there are other paths to differ from, or too few dates for batches that forget each other.
  func batches(paths: Int, periods: Int) -> Int {
    let enough = max(Self.shortestBatch, 2 * lags)
    return draws == .independent && paths == 1 && periods - burnIn >= 32 * enough ? 32 : 1
  }

  /// Dates of a batch at least.
  private static let shortestBatch = 100

  /// Shortens paths to a horizon.
  mutating func limit(_ periods: Int) { self.periods = min(self.periods, periods) }

  /// Dates of the fan charts, from 0: all of them, or evenly spaced with both ends.
  var dates: [Int] {
    guard periods > fanDates else { return Array(0..<periods) }
    guard fanDates > 1 else { return [periods - 1] }
    return (0..<fanDates).map { $0 * (periods - 1) / (fanDates - 1) }
  }
}

/// A set of states as a configuration writes it: by labels, or by a range of one coordinate.
enum PathEventRule {
  static let parameters: [Parameter] = [
    Parameter("name", .text, .required, "a short name"),
    Parameter("states", .list(.text), .optional, "labels of its states"),
    .integer("coordinate", 1, 1...1000, "which coordinate of the state, if not by labels"),
    Parameter("from", .real(.any), .optional, "its lowest value"),
    Parameter("to", .real(.any), .optional, "its highest value"),
  ]

  /// The event of one entry.
  ///
  /// - Throws: `ConfigurationError` for labels or coordinates that the game does not have.
  static func event(
    _ set: ParameterSet, index: Int, game: StochasticGame, source: String
  ) throws -> PathEvent {
    let key = "montecarlo.events[\(index)]"
    func refusal(_ part: String, _ value: String?, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        set.position(of: part) ?? set.position(of: "name") ?? Position(source: source),
        key: "\(key).\(part)", value: value, rule: rule)
    }
    let name = set.text("name")
    guard !name.isEmpty, !name.contains(","), !name.contains("\n") else {
      throw refusal("name", name, "must not be empty or contain commas")
    }
    if set["states"] != nil {
      guard set["from"] == nil, set["to"] == nil else {
        throw refusal("states", nil, "stands beside from or to: choose labels or a range")
      }
      var states = [Bool](repeating: false, count: game.stateCount)
      for label in MonteCarloSettings.words(set["states"]) {
        states[try state(label, of: game, key: "\(key).states", set.position(of: "states"))] = true
      }
      return PathEvent(name, "as configured", states: states)
    }
    let coordinates = game.stateCoordinates
    let coordinate = set.integer("coordinate")
    guard coordinate <= coordinates[0].count else {
      throw refusal(
        "coordinate", "\(coordinate)", "must be from 1 to \(coordinates[0].count) in this game")
    }
    guard set["from"] != nil || set["to"] != nil else {
      throw refusal("name", name, "needs states, from or to")
    }
    let low = set["from"] == nil ? -Double.infinity : set.real("from")
    let high = set["to"] == nil ? Double.infinity : set.real("to")
    // A grid point that was meant may differ in its last digits.
    let slack = 1e-9 * max(1, coordinates.map { abs($0[coordinate - 1]) }.max() ?? 1)
    let states = coordinates.map {
      $0[coordinate - 1] >= low - slack && $0[coordinate - 1] <= high + slack
    }
    guard states.contains(true) else { throw refusal("name", name, "contains no state") }
    return PathEvent(name, "as configured", states: states)
  }

  /// The state of a label, however its number is written.
  ///
  /// - Throws: `ConfigurationError` with the nearest label.
  static func state(
    _ label: String, of game: StochasticGame, key: String, _ position: Position?
  ) throws -> Int {
    let names = game.stateLabels.map(\.description)
    if let found = names.firstIndex(of: label) { return found }
    if let number = Double(label) {
      let found = game.stateLabels.firstIndex {
        if case .number(let value) = $0 {
          abs(value - number) <= 1e-9 * max(1, abs(number))
        } else {
          false
        }
      }
      if let found { return found }
    }
    let advice = nearest(to: label, among: names).map { "; did you mean \($0)?" } ?? ""
    throw ConfigurationError(
      position ?? Position(source: "configuration"), key: key, value: label,
      rule: "is no state of this game; labels run from \(names.first!) to \(names.last!)\(advice)")
  }
}
