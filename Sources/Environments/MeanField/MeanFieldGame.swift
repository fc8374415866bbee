/// A continuum of alike agents who meet only through a few scalars of the population.
///
/// Each period an agent in state x takes an action a, earns π(x, a, m), and moves to y with
/// probability P(y | x, a, m), where m = M(μ) and μ(x, a) is the population's law over states and
/// actions. Lifetime value is E Σₜ βᵗ π (Light, "Computing and Learning Stationary Mean Field
/// Equilibria with Scalar Interactions", Eq. 1). The interaction is linear, M(μ) = Σ μ(x, a)
/// κ(x, a), and the tables κ stand in the layout.
///
/// Actions are finite here; ladders whose action is a number of an interval are `ContinuousLadder`.
public protocol MeanFieldGame: Sendable {
  /// States, actions and where each row can lead; the same at every m.
  var layout: MeanFieldLayout { get }
  /// β ∈ (0, 1).
  var discount: Double { get }
  /// Where each scalar of the interaction is searched for; [min κ, max κ] unless narrowed.
  var interactionBounds: [ClosedRange<Double>] { get }
  /// Agents leave and new ones enter; nil where the population stays. The agents' own problem
  /// discounts by β alone.
  var turnover: Turnover? { get }
  /// How payoffs and transition law depend on m, as far as it helps to prove that every equilibrium
  /// was found.
  var dependence: InteractionDependence { get }
  /// What the first coordinate of a state is, such as `stock`: `mean_state` is its mean.
  var stateQuantity: String { get }

  /// Writes π(·, ·, m) and P(· | ·, ·, m) of every row; `tables` has the layout's shape, and every
  /// entry must be written. Allocates nothing.
  ///
  /// - Parameter m: one value per scalar of the interaction, anywhere in [min κ, max κ].
  func write(at m: [Double], to tables: inout FrozenTables)
}

extension MeanFieldGame {
  /// The population stays, unless a game says otherwise.
  public var turnover: Turnover? { nil }
  /// Nothing special, unless a game says otherwise.
  public var dependence: InteractionDependence { .general }
  /// Every value that the interaction can take, unless a game narrows it.
  public var interactionBounds: [ClosedRange<Double>] { layout.interactionRange }
}

/// The shape of a mean-field game: one *row* per state and feasible action.
///
/// The rows of state x are `rowOffsets[x] ..< rowOffsets[x + 1]`. The successors of row r are
/// `nextStates[transitionOffsets[r] ..< transitionOffsets[r + 1]]`, ascending: every state that the
/// row can lead to at some m; at a given m some probabilities may be zero.
public struct MeanFieldLayout: Sendable {
  /// The number of states.
  public let stateCount: Int
  /// First row of each state, and the row count at the end.
  public let rowOffsets: [Int]
  /// First transition of each row, and the transition count at the end.
  public let transitionOffsets: [Int]
  /// Successors of all rows.
  public let nextStates: [Int32]
  /// κ, `[scalar][row]`.
  public let interaction: [[Double]]
  /// What the scalars are called, such as `availability`.
  public let interactionNames: [String]
  /// Coordinates of each state, `[state][dimension]`.
  public let coordinates: [[Double]]
  /// What states are called.
  public let stateLabels: [Label]
  /// What the action of each row is called; the same action has the same label at every state.
  public let actionLabels: [Label]

  /// The number of rows.
  public var rowCount: Int { rowOffsets[stateCount] }
  /// The number of scalars.
  public var scalarCount: Int { interaction.count }
  /// The state of each row.
  public let stateOfRow: [Int32]
  /// [min κ, max κ] of each scalar.
  public let interactionRange: [ClosedRange<Double>]

  /// The rows of a state.
  public func rows(of state: Int) -> Range<Int> { rowOffsets[state]..<rowOffsets[state + 1] }

  /// One row, as `init` asks for it.
  public struct Row: Sendable {
    /// The action's name.
    public var action: Label
    /// States that the action can lead to, ascending.
    public var successors: [Int]
    /// κ of this state and action, one per scalar.
    public var interaction: [Double]

    /// Creates a row.
    public init(_ action: Label, successors: [Int], interaction: [Double]) {
      self.action = action
      self.successors = successors
      self.interaction = interaction
    }
  }

  /// Lays rows out.
  ///
  /// - Parameters:
  ///   - coordinates: `[state][dimension]`.
  ///   - stateLabels: nil for the coordinate, or the coordinates in parentheses.
  ///   - interactionNames: one per scalar.
  ///   - rows: the feasible actions of each state, at least one.
  /// - Throws: `GameError` naming the state and the rule broken.
  public init(
    coordinates: [[Double]], stateLabels: [Label]? = nil, interactionNames: [String],
    rows: [[Row]]
  ) throws {
    let states = coordinates.count
    guard states >= 1, rows.count == states else {
      throw GameError("states", "need coordinates and rows, and at least one state")
    }
    var rowOffsets = [0]
    var transitionOffsets = [0]
    var nextStates: [Int32] = []
    var interaction = [[Double]](repeating: [], count: interactionNames.count)
    var actionLabels: [Label] = []
    var stateOfRow: [Int32] = []
    for (state, actions) in rows.enumerated() {
      let place = "state \(state)"
      guard !actions.isEmpty else { throw GameError(place, "needs at least one action") }
      for row in actions {
        let at = "\(place), action \(row.action)"
        guard !row.successors.isEmpty, row.successors.allSatisfy({ (0..<states).contains($0) }),
          zip(row.successors, row.successors.dropFirst()).allSatisfy({ $0 < $1 })
        else {
          throw GameError(at, "successors must be ascending states from 0 to \(states - 1)")
        }
        guard row.interaction.count == interactionNames.count,
          row.interaction.allSatisfy(\.isFinite)
        else {
          throw GameError(at, "needs a finite interaction for each scalar")
        }
        nextStates += row.successors.map { Int32($0) }
        transitionOffsets.append(nextStates.count)
        for (scalar, value) in row.interaction.enumerated() { interaction[scalar].append(value) }
        actionLabels.append(row.action)
        stateOfRow.append(Int32(state))
      }
      rowOffsets.append(actionLabels.count)
    }
    stateCount = states
    self.coordinates = coordinates
    self.stateLabels =
      stateLabels
      ?? coordinates.map { point in
        point.count == 1
          ? .number(point[0])
          : .text("(" + point.map { compactDecimal($0) }.joined(separator: ",") + ")")
      }
    self.rowOffsets = rowOffsets
    self.transitionOffsets = transitionOffsets
    self.nextStates = nextStates
    self.interaction = interaction
    self.interactionNames = interactionNames
    self.actionLabels = actionLabels
    self.stateOfRow = stateOfRow
    interactionRange = interaction.map { $0.min()!...$0.max()! }
  }
}

/// Payoffs and transition law at a frozen m, in a layout's order.
public struct FrozenTables: Sendable {
  /// π(x, a, m) of each row.
  public var payoffs: [Double]
  /// P(y | x, a, m) of each transition.
  public var probabilities: [Double]

  /// Tables of a layout's shape, holding zeros.
  public init(_ layout: MeanFieldLayout) {
    payoffs = [Double](repeating: 0, count: layout.rowCount)
    probabilities = [Double](repeating: 0, count: layout.nextStates.count)
  }
}

/// Agents leave with a fixed probability each period, and as many new ones enter.
public struct Turnover: Sendable, Equatable {
  /// The probability of staying, in (0, 1].
  public let survival: Double
  /// Where new agents begin.
  public let entry: Int

  /// Creates a turnover.
  public init(survival: Double, entry: Int) {
    self.survival = survival
    self.entry = entry
  }
}

/// What is known about how a game depends on the announced m.
public enum InteractionDependence: Sendable, Equatable {
  /// Nothing more than that it does.
  case general
  /// The transition law does not depend on m, and every payoff is u₀ + t(m) u₁ with this t.
  case affinePayoffs(Transform)
  /// Payoffs and transition law are constant between these ascending values of m; at a value itself
  /// they are those of its right.
  case constantBetween([Double])

  /// A continuous strictly monotone function of m.
  public enum Transform: Sendable, Equatable {
    /// t(m) = m.
    case identity
    /// t(m) = 1 / m, for m > 0.
    case reciprocal

    /// t(m).
    public func callAsFunction(_ m: Double) -> Double { self == .identity ? m : 1 / m }
  }
}

/// A family of mean-field games.
public protocol MeanFieldFamily: GameKind {
  /// Makes the game.
  ///
  /// - Throws: `GameError` whose subject is the parameter at fault.
  func model() throws -> MeanFieldModel
}

/// What a family of mean-field games makes.
public enum MeanFieldModel: Sendable {
  /// Finitely many actions.
  case finite(any MeanFieldGame)
  /// A ladder whose action is a number of an interval.
  case ladder(ContinuousLadder)
}
