internal import Configuration
internal import Environments

/// What `lab check --json` prints of a configuration that was read without error.
public struct CheckDocument: Encodable, Sendable {
  var schema = "equilibrium-lab/check/1"
  var command = "check"
  var configuration: ParameterSet
  var fingerprint: String
  var states: Int
  var players: Int?
  var joint_actions: Int?
  var actions: Int?
  var interaction: [Scalar]?

  /// A scalar of the interaction of a mean-field game.
  struct Scalar: Encodable, Sendable {
    var name: String
    var bounds: [Double]
  }

  private let text: String

  enum CodingKeys: String, CodingKey {
    case schema, command, configuration, fingerprint, states, players, joint_actions, actions
    case interaction
  }

  /// Describes a configuration.
  public init(_ configuration: LabConfiguration) {
    switch configuration {
    case .game(let configuration): self.init(configuration)
    case .meanField(let configuration): self.init(configuration)
    case .directional(let configuration): self.init(configuration)
    }
  }

  init(_ configuration: ExperimentConfiguration) {
    self.configuration = configuration.resolved
    fingerprint = configuration.hash
    states = configuration.game.stateCount
    players = configuration.game.playerCount
    joint_actions = configuration.game.rowCount
    text =
      "ok: \(configuration.family.name) with \(configuration.game.stateCount) states, "
      + "\(configuration.game.playerCount) players, \(configuration.game.rowCount) joint actions"
  }

  init(_ configuration: DirectionalConfiguration) {
    self.configuration = configuration.resolved
    fingerprint = configuration.hash
    let subject = configuration.subject
    states = subject.stateCount
    players = subject.playerCount
    text =
      "ok: \(configuration.title) with \(subject.stateCount) states in \(subject.stageCount) stages, "
      + subject.summary
  }

  init(_ configuration: MeanFieldConfiguration) {
    let model = configuration.model
    self.configuration = configuration.resolved
    fingerprint = configuration.hash
    states = model.stateLabels.count
    if case .finite(let game) = model { actions = game.layout.rowCount }
    interaction = zip(model.interactionNames, model.interactionBounds).map {
      Scalar(name: $0, bounds: [$1.lowerBound, $1.upperBound])
    }
    let scalars = zip(model.interactionNames, model.interactionBounds).map {
      "\($0) in [\(compactDecimal($1.lowerBound)), \(compactDecimal($1.upperBound))]"
    }
    text =
      "ok: \(configuration.title) with \(model.size), interacting through "
      + scalars.joined(separator: " and ")
  }

  /// The resolved configuration as YAML.
  ///
  /// - Throws: what the writer of YAML throws.
  public func yaml() throws -> String { try configuration.yaml() }

  /// One line for a person.
  public var summary: String { "\(text); fingerprint \(fingerprint)" }
}
