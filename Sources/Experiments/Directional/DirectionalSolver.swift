internal import Configuration
internal import Equilibria

/// `solver: {kind: recursive-lexicographical-search}`: every Markov perfect equilibrium of a
/// directional game, as configurations name it.
struct DirectionalSolver: Sendable {
  /// The word after `solver.kind`.
  static let name = "recursive-lexicographical-search"
  /// One line.
  static let summary =
    "every Markov perfect equilibrium of a directional game, such as leapfrogging"

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
      "distinct payoff pairs held in memory, at most 128 bytes each; further ones are not told apart"
    ),
  ]

  static let auto = "auto"

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
