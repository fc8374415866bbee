internal import Configuration
internal import Environments
public import Equilibria

/// What `lab solve --json` prints of a mean-field game.
public struct MeanFieldSolveDocument: Encodable, Sendable {
  /// A scalar of the interaction.
  struct Scalar: Encodable, Sendable {
    var name: String
    /// Where it was searched for.
    var bounds: [Double]
  }

  /// The largest residuals over all equilibria.
  struct Certificate: Encodable, Sendable {
    var consistency: Double
    var invariance: Double
    var optimality: Double
    /// Optimality is held against 1e-9 times this.
    var payoff_scale: Double
    var certified: Bool
  }

  var schema = "equilibrium-lab/solve-mean-field/1"
  var command = "solve"
  var game: String
  var scenario: String?
  var parameters: ParameterSet
  var solver: ParameterSet
  /// How it ended; decides the exit code.
  public var status: SolverStatus
  var note: String
  /// `all` where every crossing is provably there, `found` where a scan looked for them.
  var counting: String
  /// Why the list is complete, or where the search looked.
  var proof: String
  var scan_points: Int
  var seconds: Double
  var scan_seconds: Double
  var evaluations: Int
  @OrNull var certificate: Certificate?
  var interaction: [Scalar]
  var states: [Label]
  var state_quantity: String
  var crossings: [CrossingDocument]

  /// Fills the document in.
  public init(_ configuration: MeanFieldConfiguration, _ solution: MeanFieldSolution) {
    let model = configuration.model
    game = configuration.family.name
    if case .text(let name) = configuration.resolved.group("game")?["scenario"] { scenario = name }
    parameters = configuration.gameParameters
    solver = configuration.resolved.group("solver")!
    let verdict = MeanFieldVerdict(solution)
    status = verdict.status
    note = verdict.note
    counting = verdict.counting
    proof = solution.counting
    scan_points = solution.scanPoints
    seconds = solution.seconds
    scan_seconds = solution.scanSeconds
    evaluations = solution.evaluations
    certificate = solution.certificate.map {
      Certificate(
        consistency: $0.consistency, invariance: $0.invariance, optimality: $0.optimality,
        payoff_scale: $0.payoffScale, certified: $0.isCertified)
    }
    interaction = zip(model.interactionNames, model.interactionBounds).map {
      Scalar(name: $0, bounds: [$1.lowerBound, $1.upperBound])
    }
    states = model.stateLabels
    state_quantity = model.stateQuantity
    crossings = solution.crossings.map { CrossingDocument($0, model: model) }
  }
}

/// A crossing as a document shows it.
struct CrossingDocument: Encodable, Sendable {
  /// m of a single scalar as a number, of several as a list.
  enum Interaction: Encodable, Sendable {
    case values([Double])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      guard case .values(let values) = self else { return }
      if values.count == 1 {
        try container.encode(values[0])
      } else {
        try container.encode(values)
      }
    }
  }

  /// How far the crossing is from satisfying the definition.
  struct Residuals: Encodable, Sendable {
    var consistency: Double
    var invariance: Double
    var optimality: Double

    init(_ residuals: MeanFieldResiduals) {
      consistency = residuals.consistency
      invariance = residuals.invariance
      optimality = residuals.optimality
    }
  }

  /// One way to mix the policies of the two sides.
  struct Mixture: Encodable, Sendable {
    var share: Double
    var law: [Double]
    var policy: [StateAction]?
    var residuals: Residuals
  }

  /// What the population does when m is announced just beside a jump.
  struct Side: Encodable, Sendable {
    var m: Interaction
    var phi: Interaction
    var policy: [StateAction]?
    var law: [Double]
  }

  /// The game whose payoffs and law blend the two sides of a jump, and its equilibrium.
  struct Blend: Encodable, Sendable {
    var weight: Double
    var action_share: Double?
    var law: [Double]
    var values: [Double]
    var policy: [StateAction]?
    var residuals: Residuals
  }

  var m: Interaction
  var kind: MeanFieldCrossing.Kind
  @OrNull var direction: MeanFieldCrossing.Direction?
  var mean_state: Double
  var variance: Double
  var law: [Double]
  var values: [Double]
  var policy: [StateAction]
  @OrNull var residuals: Residuals?
  var switching_states: [Label]?
  var everyone_mixes: Mixture?
  var two_groups: Mixture?
  var left: Side?
  var right: Side?
  var blend: Blend?

  init(_ crossing: MeanFieldCrossing, model: MeanFieldModel) {
    m = .values(crossing.m)
    kind = crossing.kind
    direction = crossing.direction
    mean_state = crossing.meanState
    variance = crossing.variance
    law = crossing.law
    values = crossing.values
    policy = StateAction.list(crossing, model: model)
    residuals = crossing.residuals.map(Residuals.init)
    if !crossing.switchingStates.isEmpty {
      switching_states = crossing.switchingStates.map { model.stateLabels[$0] }
    }
    func mixture(_ mixture: MeanFieldMixture) -> Mixture {
      Mixture(
        share: mixture.share, law: mixture.law,
        policy: StateAction.list(mixture.policy, model: model),
        residuals: Residuals(mixture.residuals))
    }
    everyone_mixes = crossing.everyoneMixes.map(mixture)
    two_groups = crossing.twoGroups.map(mixture)
    blend = crossing.blend.map {
      Blend(
        weight: $0.weight, action_share: $0.actionShare, law: $0.law, values: $0.values,
        policy: StateAction.list($0.policy, model: model), residuals: Residuals($0.residuals))
    }
    if let sides = crossing.sides {
      func side(_ response: MeanFieldResponse) -> Side {
        var policy: [StateAction]?
        if case .finite(let game) = model {
          policy = response.rows.map { .pure(game.layout.actionLabels[Int($0)]) }
        }
        return Side(
          m: .values(response.m), phi: .values(response.mapped), policy: policy, law: response.law)
      }
      left = side(sides.left)
      right = side(sides.right)
    }
  }
}

/// What agents do at a state: an action, or each with its probability.
enum StateAction: Encodable, Sendable, Equatable {
  /// One action.
  case pure(Label)
  /// Several, each with its probability.
  case mixed([(label: Label, probability: Double)])

  static func == (a: StateAction, b: StateAction) -> Bool {
    switch (a, b) {
    case (.pure(let a), .pure(let b)): a == b
    case (.mixed(let a), .mixed(let b)):
      a.elementsEqual(b) { $0.label == $1.label && $0.probability == $1.probability }
    default: false
    }
  }

  /// What a crossing's agents do at every state; investments are actions of a ladder.
  static func list(_ crossing: MeanFieldCrossing, model: MeanFieldModel) -> [StateAction] {
    if let actions = crossing.actions { return actions.map { .pure(.number($0)) } }
    return crossing.policy.flatMap { list($0, model: model) } ?? []
  }

  /// What a policy does at every state; nil for ladders.
  static func list(_ policy: MeanFieldPolicy, model: MeanFieldModel) -> [StateAction]? {
    guard case .finite(let game) = model else { return nil }
    let layout = game.layout
    return (0..<layout.stateCount).map { state in
      let rows = layout.rows(of: state).filter { policy.weights[$0] > 0 }
      if rows.count == 1 { return .pure(layout.actionLabels[rows[0]]) }
      return .mixed(rows.map { (layout.actionLabels[$0], policy.weights[$0]) })
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .pure(let label):
      var container = encoder.singleValueContainer()
      try container.encode(label)
    case .mixed(let parts):
      var container = encoder.container(keyedBy: Key.self)
      for part in parts {
        try container.encode(part.probability, forKey: Key(stringValue: part.label.description))
      }
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// `6`, or `11: 40% 12: 60%`.
  var text: String {
    switch self {
    case .pure(let label): label.description
    case .mixed(let parts):
      parts.map { "\($0.label): \(decimal(100 * $0.probability, 1))%" }.joined(separator: " ")
    }
  }
}

/// How a solution counts: a jump over the diagonal is no equilibrium.
struct MeanFieldVerdict {
  let status: SolverStatus
  let note: String
  let counting: String

  init(_ solution: MeanFieldSolution) {
    counting = solution.isComplete ? "all" : "found"
    let jumps = solution.crossings.filter { !$0.isEquilibrium }
    guard !jumps.isEmpty, solution.equilibria.isEmpty,
      solution.status == .converged || solution.status == .uncertified
    else {
      status = solution.status
      note = solution.note
      return
    }
    status = .uncertified
    let places = jumps.map { jump -> String in
      let sides = jump.sides.map {
        ", from \(tableNumber($0.left.mapped[0])) to \(tableNumber($0.right.mapped[0]))"
      }
      return "at m = \(compactDecimal(jump.m[0]))\(sides ?? "")"
    }
    note =
      "no equilibrium of the stated kind: the map jumps over the diagonal "
      + places.joined(separator: " and ") + "; where rounding makes the jump, "
      + "rounding: stochastic has an equilibrium"
  }
}
