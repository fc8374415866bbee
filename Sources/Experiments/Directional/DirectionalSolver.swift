internal import Configuration
internal import Environments
internal import Equilibria

/// `solver: {kind: recursive-lexicographical-search}`: every Markov perfect equilibrium of a
/// directional game, or of any game over finitely many periods, as configurations name it.
struct DirectionalSolver: Sendable {
  /// The word after `solver.kind`.
  static let name = "recursive-lexicographical-search"
  /// One line.
  static let summary =
    "every Markov perfect equilibrium of a directional game or a finite horizon"

  /// How equilibria are counted.
  enum Counting: String, CaseIterable {
    /// One by one.
    case enumerate
    /// Without visiting each.
    case merge
  }

  /// Whole numbers of equilibria beyond this have no use here.
  private static let most = 1_000_000_000_000_000_000

  static let parameters: [Parameter] = [
    .choice(
      "counting", Counting.enumerate.rawValue, Counting.allCases.map(\.rawValue),
      "enumerate visits each equilibrium; merge counts without visiting"),
    Parameter(
      "horizon", .integerOrWord(1...1_000_000, [infinite]), .defaulted(.text(infinite)),
      unit: "periods", "periods of play"),
    Parameter(
      "points", .list(.integer(0...1_000_000_000)), .optional,
      "the directional part of each state, a number; the finest there are unless set"),
    Parameter(
      "payoffs_at", .text, .optional,
      "label of the state whose payoffs are tallied, quoted if it has a colon; where play starts unless set"
    ),
    Parameter(
      "equilibrium", .integer(0...most), .optional,
      "one equilibrium only, numbered from 0; --equilibrium"),
    .real(
      "payoff_rounding", 1e-7, .positive, unit: "money",
      "payoffs at the apex count as equal if they round to the same multiple of this"),
    Parameter(
      "verify", .integerOrWord(0...1_000_000, [auto]), .defaulted(.text(auto)),
      "equilibria to certify; auto: all up to 1000, else 200 drawn with seed, fewer if states are many"
    ),
    Parameter(
      "max_equilibria", .integer(0...most), .optional,
      "stop after so many equilibria; --max-equilibria"),
    Parameter(
      "time_limit", .real(.positive), .optional, unit: "seconds", "stop then; --time-limit"),
    .integer(
      "max_payoffs", 100_000, 0...100_000_000,
      "distinct payoff pairs written, the most frequent; --max-payoffs"),
    .integer(
      "max_distinct", 4_000_000, 0...100_000_000,
      "distinct payoff pairs held, at most 128 bytes each; of more, a sample that ignores payoffs"
    ),
  ]

  static let auto = "auto"
  private static let infinite = "infinite"

  static let variant = Variant(name, summary, parameters)

  /// The resolved section.
  let settings: ParameterSet

  var counting: Counting { Counting(rawValue: settings.text("counting"))! }
  var payoffRounding: Double { settings.real("payoff_rounding") }
  /// Equilibria to certify; nil for the usual number.
  var verified: Int? { number("verify") }

  private func number(_ key: String) -> Int? {
    if case .integer(let value) = settings[key] { value } else { nil }
  }

  /// The number of the only equilibrium that is wanted, from 0.
  var equilibrium: Int? { number("equilibrium") }
  /// Where the number of the equilibrium comes from: the section, or the command line.
  func asked() -> (key: String, position: Position) {
    settings.position(of: "equilibrium").map { ("solver.equilibrium", $0) }
      ?? ("--equilibrium", Position(source: "command line"))
  }
  /// Periods of play; nil for ever.
  var horizon: Int? { number("horizon") }

  /// Whether a game must be written out for what is asked.
  var writesOut: Bool {
    horizon != nil || settings["points"] != nil || settings["payoffs_at"] != nil
  }

  /// All equilibria of a game that is written out.
  ///
  /// - Parameter position: where the section is.
  /// - Throws: `ConfigurationError` if they cannot all be found.
  func equilibria(_ game: StochasticGame, at position: Position) throws -> DirectionalEquilibria {
    func refusal(_ key: String, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        settings.position(of: key) ?? position, key: "solver.\(key)", value: settings[key]?.text,
        rule: rule)
    }
    var points: [Int]?
    if case .list(let values) = settings["points"] {
      points = values.map { if case .integer(let value) = $0 { value } else { -1 } }
    }
    do {
      return try DirectionalEquilibria(game, points: points, horizon: horizon)
    } catch let loop as DirectionalGameLoop {
      throw refusal("points", "\(loop)")
    } catch let point as UnsolvablePoint {
      let why = point.description(isOwnPoint: points != nil, isFinite: horizon != nil)
      throw refusal("kind", "cannot find every equilibrium of this game: \(why)")
    } catch let error as GameError {
      throw refusal(error.subject, error.rule)
    }
  }

  /// What is searched: a leapfrogging duopoly as it is, if nothing asks for more.
  ///
  /// - Parameters:
  ///   - game: written out.
  ///   - position: where the section is.
  /// - Throws: as `equilibria(_:at:)`.
  func subject(
    _ game: StochasticGame, of family: any GameKind.Type, _ parameters: ParameterSet,
    at position: Position
  ) throws -> any DirectionalSubject {
    family is LeapfroggingDuopoly.Type && !writesOut
      ? LeapfroggingSubject(try LeapfroggingDuopoly(parameters)) : try subject(game, at: position)
  }

  /// A game that is written out.
  ///
  /// - Parameter position: where the section is.
  /// - Throws: as `equilibria(_:at:)`, or if `payoffs_at` is no state.
  func subject(_ game: StochasticGame, at position: Position) throws -> WrittenSubject {
    let all = try equilibria(game, at: position)
    guard case .text(let label) = settings["payoffs_at"] else {
      return WrittenSubject(all: all, state: all.firstState)
    }
    let labels = all.game.stateLabels.map(\.description)
    guard let state = labels.firstIndex(of: label) else {
      let advice =
        nearest(to: label, among: labels).map { "did you mean \($0)?" }
        ?? "states are \(labels.prefix(5).joined(separator: "; "))"
        + (labels.count > 5 ? "; and \(labels.count - 5) more" : "")
      throw ConfigurationError(
        settings.position(of: "payoffs_at") ?? position, key: "solver.payoffs_at", value: label,
        rule: "is no state of this game; \(advice)")
    }
    return WrittenSubject(all: all, state: state)
  }

  /// The limits of the section.
  var limits: DirectionalLimits {
    var limits = DirectionalLimits()
    limits.equilibria = number("max_equilibria")
    if case .real(let seconds) = settings["time_limit"] { limits.seconds = seconds }
    limits.payoffs = settings.integer("max_payoffs")
    return limits
  }

  /// Whether a document asks for this solver.
  static func isAsked(_ document: DocumentNode) -> Bool {
    let solver = document.value(of: "solver")
    guard case .scalar(let kind, _) = (solver?.value(of: "kind") ?? solver)?.content else {
      return false
    }
    return kind == name
  }
}

/// Where a search of every equilibrium stops, and how much of it is written.
public struct DirectionalLimits: Sendable {
  /// Stop after so many equilibria.
  public var equilibria: Int?
  /// Stop after so many seconds.
  public var seconds: Double?
  /// Distinct payoff pairs written.
  public var payoffs: Int?

  /// None.
  public init() {}

  /// These, and where they say nothing, others.
  func or(_ other: DirectionalLimits) -> DirectionalLimits {
    var limits = self
    limits.equilibria = equilibria ?? other.equilibria
    limits.seconds = seconds ?? other.seconds
    limits.payoffs = payoffs ?? other.payoffs
    return limits
  }
}
