internal import Configuration
internal import Equilibria

/// The `market` section: finite populations that a mean-field equilibrium is placed in.
enum MarketSettings {
  static let parameters: [Parameter] = {
    let usual = MarketGap()
    return [
      Parameter(
        "agents", .list(.integer(2...10_000_000)),
        .defaulted(.list(usual.agents.map { .integer($0) })), "sizes of the population"),
      .integer(
        "replications", usual.replications, 2...100_000_000,
        "independent markets behind each simulated figure"),
      .choice(
        "start", usual.start.rawValue, MarketGap.Start.allCases.map(\.rawValue),
        "where agents begin: at draws from the population's law, at any state, or where new ones enter"
      ),
    ]
  }()

  /// How markets are judged: by a resolved section, or by its defaults.
  static func gap(_ section: ParameterSet?, seed: UInt64) -> MarketGap {
    var gap = MarketGap()
    gap.seed = seed
    guard let section else { return gap }
    if case .list(let sizes) = section["agents"] {
      gap.agents = sizes.compactMap { size in
        if case .integer(let count) = size { count } else { nil }
      }
    }
    gap.replications = section.integer("replications")
    gap.start = MarketGap.Start(rawValue: section.text("start"))!
    return gap
  }
}

/// What the command line says of markets, where it differs from the configuration.
public struct MarketOptions: Sendable {
  /// The sizes of markets; nil as configured.
  public var agents: [Int]?
  /// Replications behind each simulated figure; nil as configured.
  public var replications: Int?
  /// Their seed; nil for the configuration's.
  public var seed: UInt64?
  /// Worker threads; results do not depend on it.
  public var threads: Int

  /// Nothing said.
  public init(threads: Int) { self.threads = threads }

  func applied(to gap: MarketGap) -> MarketGap {
    var gap = gap
    if let agents { gap.agents = agents }
    if let replications { gap.replications = replications }
    if let seed { gap.seed = seed }
    gap.threads = threads
    return gap
  }
}
