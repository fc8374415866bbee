public import Environments

/// Φ of any mean-field model, with finitely many actions or continuous ones: what methods that only
/// evaluate the map need to know of a game.
public struct PopulationMap: Sendable {
  /// Where each scalar is searched for.
  public let bounds: [ClosedRange<Double>]
  /// The first coordinate of each state, whose mean is reported.
  public let firstCoordinates: [Double]
  // Exactly one is there; two optionals are solved in place, payloads of an enumeration are copied.
  private var finite: FrozenProblem?
  private var ladder: LadderProblem?

  /// Room for a model's frozen problem.
  ///
  /// - Throws: `MeanFieldError.notALaw` if the middle of the bounds has no sound tables.
  public init(_ model: MeanFieldModel) throws {
    switch model {
    case .finite(let game):
      finite = try FrozenProblem(game)
      bounds = game.interactionBounds
      firstCoordinates = game.layout.coordinates.map { $0.first ?? 0 }
    case .ladder(let ladder):
      self.ladder = LadderProblem(ladder)
      bounds = ladder.interactionBounds
      firstCoordinates = (0...ladder.top).map { Double($0) }
    }
  }

  /// The number of states.
  public var stateCount: Int { firstCoordinates.count }
  /// The middle of the bounds.
  public var middle: [Double] { bounds.map { 0.5 * ($0.lowerBound + $0.upperBound) } }

  /// Freezes at m, solves, and returns what the population does in answer.
  ///
  /// - Throws: `MeanFieldError`.
  public mutating func respond(to m: [Double]) throws -> PopulationResponse {
    if let response = try finite?.respond(to: m) {
      return PopulationResponse(
        m: m, mapped: response.mapped, values: response.values, law: response.law,
        policy: MeanFieldPolicy(rows: response.rows, in: finite!.layout))
    }
    let response = try ladder!.respond(to: m)
    return PopulationResponse(
      m: m, mapped: response.mapped, values: response.values, law: response.law,
      actions: response.actions)
  }

  /// f(m) = m − Φ(m).
  ///
  /// - Throws: `MeanFieldError`.
  public mutating func residual(at m: [Double]) throws -> [Double] {
    let mapped = try respond(to: m).mapped
    return zip(m, mapped).map { $0 - $1 }
  }

  // MARK: - A population on its way

  /// Solves the agent's problem at m, without the population that follows from it.
  ///
  /// - Throws: `MeanFieldError`.
  public mutating func solve(at m: [Double]) throws {
    finite?.freeze(at: m)
    try finite?.solve()
    ladder?.freeze(at: m)
    try ladder?.solve()
  }

  /// M of a population at this law over states that acts as is optimal at the m solved last.
  public func interaction(of law: [Double]) -> [Double] {
    guard let finite else { return ladder!.interaction(of: ladder!.actions, law: law) }
    return finite.layout.interaction.map { kappa in
      law.indices.reduce(0) { $0 + law[$1] * kappa[Int(finite.policy[$1])] }
    }
  }

  /// s W: the population one period after `law`, acting as is optimal at the m solved last, entries
  /// and exits included.
  public func advance(_ law: [Double], into next: inout [Double]) {
    for state in next.indices { next[state] = 0 }
    guard let finite else {
      let (problem, top) = (ladder!, law.count - 1)
      for level in 0...top {
        let action = problem.actions[level]
        let rise = level < top ? law[level] * problem.ladder.rise(action) : 0
        let fall = level > 0 ? law[level] * problem.ladder.fall(action) : 0
        if level < top { next[level + 1] += rise }
        if level > 0 { next[level - 1] += fall }
        next[level] += law[level] - rise - fall
      }
      return
    }
    let layout = finite.layout
    let survival = finite.game.turnover?.survival ?? 1
    for state in law.indices where law[state] > 0 {
      let row = Int(finite.policy[state])
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        next[Int(layout.nextStates[entry])] +=
          survival * law[state] * finite.tables.probabilities[entry]
      }
    }
    if let turnover = finite.game.turnover { next[turnover.entry] += 1 - survival }
  }
}

/// What the population of a model, finite or a ladder, does in answer to an announced m.
public struct PopulationResponse: Sendable {
  /// The announced interaction.
  public var m: [Double]
  /// Φ(m): the interaction of the population that answers.
  public var mapped: [Double]
  /// V(x, m).
  public var values: [Double]
  /// The population's law over states.
  public var law: [Double]
  /// What agents do; nil for ladders.
  public var policy: MeanFieldPolicy?
  /// Investment at each level of a ladder; nil for finite games.
  public var actions: [Double]?

  /// f(m) = m − Φ(m).
  public var residual: [Double] { zip(m, mapped).map { $0 - $1 } }
}
