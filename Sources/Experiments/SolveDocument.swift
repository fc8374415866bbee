internal import Configuration
internal import Environments
public import Equilibria

/// What `lab solve --json` prints.
public struct SolveDocument: Encodable, Sendable {
  /// How stage games with several equilibria were settled.
  public struct Selection: Encodable, Sendable {
    var rule: String
    var states_with_several: Int
    var states_with_none: Int
  }

  /// A cycle of value iteration.
  struct Cycle: Encodable, Sendable {
    var period: Int
    var amplitude: Double
  }

  /// One period of a finite horizon.
  struct Period: Encodable, Sendable {
    var period: Int
    var values: [[Double]]
    var policies: [[[Double]]]
  }

  /// All equilibria of the one-shot game at a state.
  struct Stage: Encodable, Sendable {
    struct Equilibrium: Encodable, Sendable {
      var strategies: [[Double]]
      var values: [Double]
    }
    var equilibria: [Equilibrium]
    var complete: Bool
    var degenerate: Bool
  }

  var schema = "equilibrium-lab/solve/1"
  var command = "solve"
  var game: String
  var scenario: String?
  var parameters: ParameterSet
  var solver: ParameterSet
  var status: SolverStatus
  var note: String
  var iterations: Int
  var seconds: Double
  @OrNull var certificate: CertificateDocument?
  @OrNull var nash_conv: [Double]?
  var states: [Label]
  var actions: Actions
  @OrNull var values: [[Double]]?
  /// Of each player under the game's initial law.
  @OrNull var value_initial: [Double]?
  @OrNull var policies: [[[Double]]]?
  var selection: Selection
  var cycle: Cycle?
  var periods: [Period]?
  var report: RaceReport?
  var stage_equilibria: [[Stage.Equilibrium]]?
  var complete: [Bool]?
  var degenerate: [Bool]?

  /// `[player][action]`, or `[state][player][action]` where actions differ by state.
  enum Actions: Encodable, Sendable {
    case labels(ActionLabels)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      guard case .labels(let labels) = self else { return }
      switch labels {
      case .uniform(let labels): try container.encode(labels)
      case .byState(let labels):
        if let first = labels.first, labels.allSatisfy({ $0 == first }) {
          try container.encode(first)
        } else {
          try container.encode(labels)
        }
      }
    }
  }

  /// Fills the document in.
  ///
  /// - Parameter allPeriods: include every period of a finite horizon.
  /// - Throws: what the game's own report throws.
  public init(
    _ configuration: ExperimentConfiguration, _ solution: BellmanNashSolution, seconds: Double,
    allPeriods: Bool
  ) throws {
    let game = configuration.game
    self.game = configuration.family.name
    if case .text(let name) = configuration.resolved.group("game")?["scenario"] { scenario = name }
    parameters = configuration.gameParameters
    let solver = configuration.resolved.group("solver")!
    self.solver = solver
    status = solution.status
    note = solution.note
    iterations = solution.iterations
    self.seconds = seconds
    certificate = solution.certificate.map(CertificateDocument.init)
    nash_conv = solution.certificate?.nashConv
    states = game.stateLabels
    actions = .labels(game.actionLabels)
    values = solution.values.first
    value_initial = solution.values.first.map { $0.map { dot(game.initial, $0) } }
    policies = solution.profiles.first.map { $0.policies.map(\.laws) }
    selection = Selection(
      rule: solver.text("selection"), states_with_several: solution.counts.several,
      states_with_none: solution.counts.none)
    cycle = solution.cycle.map { Cycle(period: $0.period, amplitude: $0.amplitude) }
    report = try RaceSummary.report(configuration, solution)
    if allPeriods, !solution.isStationary {
      periods = solution.profiles.indices.map { index in
        Period(
          period: index + 1, values: solution.values[index],
          policies: solution.profiles[index].policies.map(\.laws))
      }
    }
    if let stages = solution.stageEquilibria {
      stage_equilibria = stages.map { stage in
        stage.equilibria.map { .init(strategies: $0.strategies, values: $0.values) }
      }
      complete = stages.map(\.isComplete)
      degenerate = stages.map(\.isDegenerate)
    }
  }
}
