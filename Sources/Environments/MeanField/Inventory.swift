public import Configuration

/// Sellers of one product on a platform; customers whom a rival cannot serve come over.
///
/// A seller with stock x orders up to a ≥ x, meets the demand D, and keeps (a − D)₊. The payoff is
///
///     τ r E min(a, D) − k (a − x)² − h E(a − D)₊ − b E(D − a)₊,
///
/// and D is y = ζ + γ m rounded to a whole number, where the shock ζ ∈ {0, ½, …, 9} has probability
/// ∝ 1 / (z + 5), z = 2ζ, and m = E(ζ − a)₊ is the baseline demand that the average seller leaves
/// unserved (Light, Example 1, sections 3.1.1 and 9.1; m needs the actions, his footnote 26).
///
/// Rounding half up makes D jump in m at multiples of 1 / 2γ, so the model is constant between them
/// and may have no equilibrium. Stochastic rounding, D = ⌊y⌋ or ⌊y⌋ + 1 with mean y, is continuous
/// in m and always has one; it is ours, not Light's.
public struct Inventory: MeanFieldGame, MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-inventory"
  /// One line.
  public static let summary = "mean field: sellers hold stock; unserved customers spill over"
  /// One paragraph.
  public static let details = """
    Sellers on a platform choose how far to fill their stock; demand that others leave unserved \
    spills over. m is the average unserved baseline demand. Demand is rounded to whole units: \
    `half-up` as in the paper, whose equilibria may fail to exist, or `stochastic`, which is \
    continuous in m. Light, Example 1 and section 9.1; docs/mean-field.md.
    """
  /// Costs, the platform's fee, demand, and the bounds of the search.
  public static let parameters: [Parameter] = [
    .real(
      "holding", 2, .nonnegative, unit: "money", "h, cost of a unit kept, paid to the platform"),
    .real("backlog", 2, .nonnegative, unit: "money", "b, cost of a unit of demand not served"),
    .real("price", 30, .nonnegative, unit: "money", "r, what a customer pays for a unit"),
    .real("share", 1, .closed(0, 1), "τ, the part of the price that the seller keeps"),
    .real("spill", 1, .nonnegative, "γ, how much of unserved demand m comes to each seller"),
    .real("production", 1, .nonnegative, unit: "money", "k, factor of the cost (a - x)²"),
    .integer("cap", 9, 1...500, unit: "unit", "the most stock; stocks are 0 to cap"),
    .real("beta", 0.95, .rightOpen(0, 1), "discount factor"),
    .choice(
      "rounding", Rounding.halfUp.rawValue, Rounding.allCases.map(\.rawValue),
      "how demand becomes a whole number"),
    .interaction,
  ]

  /// How demand becomes a whole number.
  public enum Rounding: String, Sendable, CaseIterable {
    /// ⌊y + ½⌋.
    case halfUp = "half-up"
    /// ⌊y⌋ + 1 with probability y − ⌊y⌋, otherwise ⌊y⌋.
    case stochastic
  }

  /// What may differ between inventory games.
  public struct Primitives: Sendable, Equatable {
    /// h.
    public var holding = 2.0
    /// b.
    public var backlog = 2.0
    /// r.
    public var price = 30.0
    /// τ.
    public var share = 1.0
    /// γ.
    public var spill = 1.0
    /// k.
    public var production = 1.0
    /// The most stock.
    public var cap = 9
    /// β.
    public var discount = 0.95
    /// Half-up or stochastic.
    public var rounding = Rounding.halfUp

    /// The defaults.
    public init() {}
  }

  /// The number of shocks: ζ = z / 2 for z = 0 … 18.
  static let shockCount = 19
  /// q(z) ∝ 1 / (z + 5).
  static let shockLaw: [Double] = {
    let weights = (0..<shockCount).map { 1 / Double($0 + 5) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }()

  /// Costs, demand and sizes.
  public let primitives: Primitives
  /// Stocks 0 … cap; the rows of x are the levels x … cap.
  public let layout: MeanFieldLayout
  /// [0, Eζ] unless narrowed; with a cap below 9, m cannot be as low as 0.
  public let interactionBounds: [ClosedRange<Double>]
  /// Constant between the multiples of 1 / 2γ, or general if rounding is stochastic.
  public let dependence: InteractionDependence
  /// β.
  public var discount: Double { primitives.discount }
  /// The stock before ordering.
  public var stateQuantity: String { "stock" }
  /// k / 2γ for k = 1, 2, …: where half-up demand jumps, up to the largest m.
  private let breakpoints: [Double]

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    var primitives = Primitives()
    primitives.holding = parameters.real("holding")
    primitives.backlog = parameters.real("backlog")
    primitives.price = parameters.real("price")
    primitives.share = parameters.real("share")
    primitives.spill = parameters.real("spill")
    primitives.production = parameters.real("production")
    primitives.cap = parameters.integer("cap")
    primitives.discount = parameters.real("beta")
    primitives.rounding = Rounding(rawValue: parameters.text("rounding"))!
    try self.init(primitives, bounds: parameters.interactionBounds())
  }

  /// Creates the game.
  ///
  /// - Parameter bounds: where m is searched for; nil for [0, Eζ].
  /// - Throws: `GameError` about `interaction` if the bounds leave [0, Eζ], and
  ///   about `spill` if more than ten thousand units could spill over.
  public init(_ primitives: Primitives = Primitives(), bounds: ClosedRange<Double>? = nil) throws {
    self.primitives = primitives
    let cap = primitives.cap
    let unserved = (0...cap).map { level in
      (0..<Self.shockCount).reduce(0) {
        $0 + Self.shockLaw[$1] * max(0, Double($1) / 2 - Double(level))
      }
    }
    guard primitives.spill * unserved[0] <= 1e4 else {
      throw GameError("spill", "must not let the spilled demand exceed ten thousand units")
    }
    // Demand is at most ⌊9 + γ max m⌋ + 1 under either rounding.
    let largestDemand = Int(9 + primitives.spill * unserved[0]) + 1
    layout = try MeanFieldLayout(
      coordinates: (0...cap).map { [Double($0)] }, interactionNames: ["unserved demand"],
      rows: (0...cap).map { stock in
        (stock...cap).map { level in
          .init(
            .number(Double(level)), successors: Array(max(0, level - largestDemand)...level),
            interaction: [unserved[level]])
        }
      })
    interactionBounds = [try searchBounds(bounds, within: 0...unserved[0])]
    let perUnit = 2 * primitives.spill
    breakpoints =
      primitives.rounding == .halfUp && perUnit > 0
      ? (1...Int(perUnit * unserved[0]) + 1).map { Double($0) / perUnit }
        .filter { $0 <= unserved[0] } : []
    dependence = primitives.rounding == .halfUp ? .constantBetween(breakpoints) : .general
  }

  /// The game itself.
  public func model() -> MeanFieldModel { .finite(self) }

  /// Sums over 19 shocks for each level, then copies to the stocks below it: O(cap (cap + 19)).
  public func write(at m: [Double], to tables: inout FrozenTables) {
    let demand = Demand(m[0], self)
    let levels = primitives.cap + 1
    for level in 0..<levels {
      // The row of stock 0 and this level holds the law; it is the same for every stock.
      let first = layout.transitionOffsets[level]
      let width = layout.transitionOffsets[level + 1] - first
      let lowest = level + 1 - width
      for entry in first..<first + width { tables.probabilities[entry] = 0 }
      var sold = 0.0
      var kept = 0.0
      var missed = 0.0
      demand.forEach { units, probability in
        let rest = level - units
        tables.probabilities[first + max(0, rest) - lowest] += probability
        sold += probability * Double(min(level, units))
        kept += probability * Double(max(0, rest))
        missed += probability * Double(max(0, -rest))
      }
      let earned =
        primitives.share * primitives.price * sold - primitives.holding * kept
        - primitives.backlog * missed
      for stock in 0...level {
        let row = layout.rowOffsets[stock] + level - stock
        let order = Double(level - stock)
        tables.payoffs[row] = earned - primitives.production * order * order
        guard stock > 0 else { continue }
        let offset = layout.transitionOffsets[row]
        for entry in 0..<width {
          tables.probabilities[offset + entry] = tables.probabilities[first + entry]
        }
      }
    }
  }

  /// What the platform earns of a seller in each row at m: (1 − τ) r E min(a, D) + h E(a − D)₊
  /// (Light, section 9.1). Its revenue is the mean over the population.
  public func platformRevenue(at m: Double) -> [Double] {
    let demand = Demand(m, self)
    let byLevel = (0...primitives.cap).map { level in
      var revenue = 0.0
      demand.forEach { units, probability in
        revenue +=
          probability
          * ((1 - primitives.share) * primitives.price * Double(min(level, units))
            + primitives.holding * Double(max(0, level - units)))
      }
      return revenue
    }
    return (0...primitives.cap).flatMap { byLevel[$0...] }
  }

  /// The law of whole demand at m.
  private struct Demand {
    /// ⌊γm⌋ and ⌊γm + ½⌋ for even and odd z if rounding is stochastic; for half-up rounding
    /// ⌊2γm⌋ and its successor.
    private let floors: (even: Int, odd: Int)
    /// The probabilities of one unit more, for even and odd z; 0 if rounding is half-up.
    private let more: (even: Double, odd: Double)
    private let isStochastic: Bool

    init(_ m: Double, _ game: Inventory) {
      isStochastic = game.primitives.rounding == .stochastic
      let spilled = game.primitives.spill * m
      if isStochastic {
        let even = spilled.rounded(.down)
        let odd = (spilled + 0.5).rounded(.down)
        floors = (Int(even), Int(odd))
        more = (spilled - even, spilled + 0.5 - odd)
      } else {
        // ⌊z/2 + γm + ½⌋ = ⌊(z + 1 + ⌊2γm⌋) / 2⌋, in whole numbers; and ⌊2γm⌋ counts the breakpoints
        // up to m, so that rounding of the product cannot put m on the wrong side of one.
        let breakpoints = game.breakpoints
        var low = 0
        var high = breakpoints.count
        while low < high {
          let middle = (low + high) / 2
          if breakpoints[middle] <= m { low = middle + 1 } else { high = middle }
        }
        floors = (low, low + 1)
        more = (0, 0)
      }
    }

    /// Calls `body` with demands and their probabilities; a demand may come more than once.
    @inline(__always)
    func forEach(_ body: (_ units: Int, _ probability: Double) -> Void) {
      for z in 0..<Inventory.shockCount {
        let probability = Inventory.shockLaw[z]
        guard isStochastic else {
          body((z + 1 + floors.even) / 2, probability)
          continue
        }
        // y = ζ + γm; for odd z, ζ = (z − 1) / 2 + ½.
        let units = z / 2 + (z % 2 == 0 ? floors.even : floors.odd)
        let up = z % 2 == 0 ? more.even : more.odd
        body(units, probability * (1 - up))
        body(units + 1, probability * up)
      }
    }
  }
}
