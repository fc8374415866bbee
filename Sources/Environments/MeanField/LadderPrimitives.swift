internal import Configuration
internal import Foundation

/// What ladders of every kind have in common: the chain, the cost of investment, and the actions.
public struct LadderPrimitives: Sendable, Equatable {
  /// δ ∈ (0, 1): how strongly levels fall.
  public var depreciation: Double
  /// β.
  public var discount: Double
  /// c₀ of c(a) = c₀ aᵖ.
  public var cost: Double
  /// p.
  public var power: Double
  /// The top level.
  public var cap = 39
  /// How many levels of investment there are; nil for every number of [minimumAction, 1].
  public var actions: Int? = 20
  /// The least investment.
  public var minimumAction = 0.05
  /// Where each scalar is searched for; empty for every value it can take.
  public var bounds: [ClosedRange<Double>] = []

  /// Creates primitives.
  public init(depreciation: Double, discount: Double, cost: Double, power: Double) {
    self.depreciation = depreciation
    self.discount = discount
    self.cost = cost
    self.power = power
  }

  /// The word for continuous investment.
  static let continuous = "continuous"

  /// The keys, with these primitives as defaults.
  var parameters: [Parameter] {
    [
      .real("depreciation", depreciation, .open(0, 1), "δ, how strongly levels fall"),
      .real("beta", discount, .rightOpen(0, 1), "discount factor"),
      .real("cost", cost, .positive, unit: "money", "c₀, cost of investment 1"),
      .real("power", power, .closed(1, .infinity), "p: investment a costs c₀ a^p"),
      .integer("cap", cap, 1...10_000, "the top level; levels are 0 to cap"),
      Parameter(
        "actions", .integerOrWord(1...10_000, [Self.continuous]),
        .defaulted(actions.map { .integer($0) } ?? .text(Self.continuous)),
        "how many levels of investment, evenly spaced from action_min to 1; or continuous"),
      .real("action_min", minimumAction, .leftOpen(0, 1), "the least investment"),
    ]
  }

  /// Takes every key of `parameters` from resolved ones.
  mutating func read(_ parameters: ParameterSet) {
    depreciation = parameters.real("depreciation")
    discount = parameters.real("beta")
    cost = parameters.real("cost")
    power = parameters.real("power")
    cap = parameters.integer("cap")
    actions = if case .integer(let count) = parameters["actions"] { count } else { nil }
    minimumAction = parameters.real("action_min")
  }

  /// The levels of investment; nil if it is continuous. Level i of N is
  /// ((N − 1 − i) a̲ + i) / (N − 1); a single level is a̲.
  ///
  /// - Throws: `GameError` about `actions` if there is nothing to space them in.
  func levels() throws -> [Double]? {
    guard let actions else { return nil }
    guard actions > 1 else { return [minimumAction] }
    guard minimumAction < 1 else {
      throw GameError("actions", "must be 1 or continuous where action_min is 1")
    }
    // From a̲ = 1/N on the levels are the fractions i/N, which are then rounded but once.
    let isFraction = abs(minimumAction * Double(actions) - 1) < 1e-12
    return (0..<actions).map { level in
      isFraction
        ? Double(level + 1) / Double(actions)
        : (Double(actions - 1 - level) * minimumAction + Double(level)) / Double(actions - 1)
    }
  }
}

extension ContinuousLadder {
  /// The ladder with these levels of investment; nil for any investment.
  func model(levels: [Double]?) throws -> MeanFieldModel {
    guard let levels else { return .ladder(self) }
    return .finite(try FiniteLadder(self, levels: levels))
  }
}

/// A ladder with finitely many levels of investment.
public struct FiniteLadder: MeanFieldGame {
  /// The same ladder with every investment of [minimumAction, 1].
  public let ladder: ContinuousLadder
  /// The levels of investment, ascending; the same at every state.
  public let levels: [Double]
  /// Levels 0 … top.
  public let layout: MeanFieldLayout
  /// Payoffs are affine in t(m) with a single scalar.
  public let dependence: InteractionDependence
  /// β.
  public var discount: Double { ladder.discount }
  /// As of the ladder.
  public var interactionBounds: [ClosedRange<Double>] { ladder.interactionBounds }
  /// As of the ladder.
  public var stateQuantity: String { ladder.stateQuantity }
  private let transform: InteractionDependence.Transform
  private let tables: AffineTables
  /// −c₀ ω aᵖ of each row, which m₂ multiplies; empty with a single scalar.
  private let coupled: [Double]

  /// Lays the ladder out.
  init(_ ladder: ContinuousLadder, levels: [Double]) throws {
    self.ladder = ladder
    self.levels = levels
    let top = ladder.top
    let hasTwoScalars = ladder.interactionNames.count == 2
    layout = try MeanFieldLayout(
      coordinates: (0...top).map { [Double($0)] }, interactionNames: ladder.interactionNames,
      rows: (0...top).map { level in
        levels.map { action in
          .init(
            .number(action), successors: Array(max(0, level - 1)...min(top, level + 1)),
            interaction: [ladder.interaction[level]] + (hasTwoScalars ? [action] : []))
        }
      })
    var tables = AffineTables()
    var coupled: [Double] = []
    for level in 0...top {
      let (_, constant, factor) = ladder.revenue.affineParts(level)
      for action in levels {
        let cost = ladder.cost * Self.power(action, ladder.power)
        tables.constants.append(constant - cost)
        tables.factors.append(factor)
        if hasTwoScalars { coupled.append(-ladder.coupling * cost) }
        let rise = level < top ? ladder.rise(action) : 0
        let fall = level > 0 ? ladder.fall(action) : 0
        if level > 0 { tables.probabilities.append(fall) }
        tables.probabilities.append(
          level == 0 ? 1 - rise : level == top ? 1 - fall : ladder.stay(action))
        if level < top { tables.probabilities.append(rise) }
      }
    }
    self.tables = tables
    self.coupled = coupled
    transform = ladder.revenue.affineParts(0).transform
    dependence = hasTwoScalars ? .general : .affinePayoffs(transform)
  }

  /// Copies the law, which does not depend on m: O(rows).
  public func write(at m: [Double], to tables: inout FrozenTables) {
    self.tables.write(transform(m[0]), to: &tables)
    guard !coupled.isEmpty else { return }
    for row in coupled.indices { tables.payoffs[row] += m[1] * coupled[row] }
  }

  /// aᵖ, multiplied out where p is a whole number.
  private static func power(_ action: Double, _ power: Double) -> Double {
    guard let exponent = Int(exactly: power), exponent <= 16 else { return pow(action, power) }
    return (0..<exponent).reduce(1) { product, _ in product * action }
  }
}
