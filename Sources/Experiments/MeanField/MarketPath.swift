internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Statistics

/// One market of N agents, period by period: all follow the exact equilibrium of the `solver`
/// section, their first states drawn from its population.
public struct MarketPath: Encodable, Sendable {
  /// One period.
  public struct Step: Encodable, Sendable {
    /// From 0.
    public var period: Int
    /// M_t, one a scalar.
    public var interaction: [Double]
    /// The average of the first coordinate of the agents' states.
    public var meanState: Double
    /// What the average agent earns.
    public var meanPayoff: Double

    enum CodingKeys: String, CodingKey {
      case period, interaction
      case meanState = "mean_state"
      case meanPayoff = "mean_payoff"
    }
  }

  var schema = "equilibrium-lab/market-path/1"
  var command = "simulate"
  /// The game.
  public let game: String
  /// N.
  public let agents: Int
  /// The announced m of the equilibrium.
  public let m: [Double]
  /// What the scalars are called.
  public let names: [String]
  /// The seed.
  public let seed: UInt64
  /// The periods.
  public let steps: [Step]
  private let quantity: String

  enum CodingKeys: String, CodingKey {
    case schema, command, game, agents, m, seed, steps
    case names = "interaction_names"
  }

  /// Plays `steps` periods; draws come from (seed, simulation, 0).
  ///
  /// - Throws: `ConfigurationError` for continuous actions; `MeanFieldError` without an equilibrium;
  ///   `TrainingStop` if stopped.
  public init(
    _ configuration: MeanFieldConfiguration, agents: Int, steps: Int, interruption: Interruption
  ) throws {
    let game = try configuration.finiteGame()
    let solution = try configuration.solve(isCancelled: { interruption.isRequested })
    if interruption.isRequested { throw TrainingStop.stopped }
    guard let crossing = solution.principal else {
      throw MeanFieldError.unsuitable("no equilibrium was found that agents could play")
    }
    let subject = try MarketSubject(game, crossing)
    let weights = subject.policy.weights
    let layout = game.layout
    var market = try MeanFieldMarket(game, agents: agents, initial: subject.law)
    var stream = RandomStream(
      seed: configuration.seed, role: .simulation, generator: configuration.header.generator)
    market.reset(using: &stream)
    let draws = weights.contains { $0 > 0 && $0 < 1 }
    var path: [Step] = []
    for period in 0..<steps {
      if interruption.isRequested { break }
      let meanState =
        market.states.reduce(0) { $0 + layout.coordinates[Int($1)][0] } / Double(agents)
      market.draw(weights, agents: 0..<agents, draws: draws, using: &stream)
      market.meet()
      let payoff = (0..<agents).reduce(0) { $0 + market.payoff(of: $1) } / Double(agents)
      path.append(
        Step(
          period: period, interaction: market.interaction, meanState: meanState,
          meanPayoff: payoff))
      market.move(using: &stream)
    }
    self.game = configuration.title
    self.agents = agents
    m = subject.m
    names = layout.interactionNames
    seed = configuration.seed
    quantity = game.stateQuantity
    self.steps = path
  }

  /// `period`, M of each scalar, `mean_state`, `mean_payoff`.
  public var csv: String {
    let scalars = names.count == 1 ? ["M"] : names.indices.map { "M/\($0 + 1)" }
    let header = (["period"] + scalars + ["mean_state", "mean_payoff"]).joined(separator: ",")
    let lines = steps.map { step in
      (["\(step.period)"] + step.interaction.map { "\($0)" }
        + ["\(step.meanState)", "\(step.meanPayoff)"]).joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n") + "\n"
  }

  /// Writes the path as CSV.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws { try writeAtomically(csv, to: path) }

  /// The path as a table.
  public func text(quiet: Bool) -> String {
    var table = TextTable(
      ["period"] + (names.count == 1 ? ["M"] : names.indices.map { "M/\($0 + 1)" })
        + ["mean \(quantity)", "mean payoff"])
    for step in steps {
      table.add(
        ["\(step.period)"] + step.interaction.map(tableNumber) + [
          tableNumber(step.meanState), tableNumber(step.meanPayoff),
        ])
    }
    guard !quiet else { return table.text }
    let announced = m.map { compactDecimal($0) }.joined(separator: ", ")
    return "\(game), \(agents) agents, equilibrium m = \(announced), M = average of "
      + "\(names.joined(separator: " and ")), seed \(seed)\n\n\(table.text)"
  }
}
