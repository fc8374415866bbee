public import Configuration
internal import Foundation

/// Drivers who accept or reject trips; the more of them are free, the fewer requests each gets.
///
/// The state is (x₁, x₂): periods left on a trip, 0 if free, and the type of a request at hand, 0 if
/// there is none. A free driver with a request j accepts, earning u_j and being busy for d_j
/// periods, or rejects and stays free. A new request is drawn every period, also while
/// busy: none with probability f(m) = mᵖ, type j with probability (1 − f(m)) / J, where m is the
/// share of drivers who are free (Light, sections 7.1 and 9.2.2).
///
/// If all accept the set S, Φ(m) = 1 / (1 + (1 − f(m)) D / J) with D = Σ_S d_j. So m = 1, where
/// nobody is ever asked, is an equilibrium for all payoffs. With f(m) = m the others have m = J / D.
public struct Ridesharing: MeanFieldGame, MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-ridesharing"
  /// One line.
  public static let summary = "mean field: drivers accept or reject trips that pay and last"
  /// One paragraph.
  public static let details = """
    Free drivers get requests of J types, each with a payoff and a duration, and accept or reject \
    them; m is the share of free drivers, and more free drivers mean fewer requests for each. The \
    case in which nobody is ever asked, m = 1, is always an equilibrium beside the one of \
    interest. Light, sections 7.1 and 9.2.2; docs/mean-field.md.
    """
  /// Trips, requests and the bounds of the search.
  public static let parameters: [Parameter] = [
    Parameter(
      "payoffs", .list(.real(.any)), .defaulted(.list([.real(1), .real(1.3), .real(5)])),
      unit: "money", "u, what a trip of each type pays"),
    Parameter(
      "durations", .list(.integer(1...1000)),
      .defaulted(.list([.integer(1), .integer(2), .integer(3)])), unit: "period",
      "d, how long a trip of each type lasts; as many as payoffs"),
    .real("beta", 0.95, .rightOpen(0, 1), "discount factor"),
    .real("request_power", 1, .positive, "p: no request comes with probability m^p"),
    .interaction,
  ]

  /// u, one a type.
  public let payoffs: [Double]
  /// d, one a type.
  public let durations: [Int]
  /// β.
  public let discount: Double
  /// p.
  public let requestPower: Double
  /// (x₁, x₂), x₂ fastest.
  public let layout: MeanFieldLayout
  /// [0, 1] unless narrowed.
  public let interactionBounds: [ClosedRange<Double>]
  /// Periods left on a trip.
  public var stateQuantity: String { "periods left" }

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    try self.init(
      payoffs: parameters.reals("payoffs"),
      durations: parameters.reals("durations").map { Int($0) },
      discount: parameters.real("beta"), requestPower: parameters.real("request_power"),
      bounds: parameters.interactionBounds())
  }

  /// Creates the game.
  ///
  /// - Parameters:
  ///   - payoffs: u, at least one.
  ///   - durations: d, each at least 1; as many.
  ///   - bounds: where m is searched for; nil for [0, 1].
  /// - Throws: `GameError` about `payoffs`, `durations` or `interaction`.
  public init(
    payoffs: [Double] = [1, 1.3, 5], durations: [Int] = [1, 2, 3], discount: Double = 0.95,
    requestPower: Double = 1, bounds: ClosedRange<Double>? = nil
  ) throws {
    let types = payoffs.count
    guard types >= 1 else { throw GameError("payoffs", "needs at least one type of trip") }
    guard durations.count == types else {
      throw GameError(
        "durations", "must be as many as payoffs: \(types), and here are \(durations.count)")
    }
    guard let longest = durations.max(), durations.allSatisfy({ $0 >= 1 }) else {
      throw GameError("durations", "must be whole numbers of at least 1")
    }
    guard (longest + 1) * (types + 1) * (types + 1) <= 10_000_000 else {
      throw GameError("durations", "make too many states; take shorter trips or fewer types")
    }
    self.payoffs = payoffs
    self.durations = durations
    self.discount = discount
    self.requestPower = requestPower
    let width = types + 1
    func states(_ left: Int) -> [Int] { Array(left * width..<(left + 1) * width) }
    let wait = Label.text("wait")
    layout = try MeanFieldLayout(
      coordinates: (0...longest).flatMap { left in
        (0...types).map { [Double(left), Double($0)] }
      },
      interactionNames: ["availability"],
      rows: (0...longest).flatMap { left in
        (0...types).map { request in
          guard left == 0 else {
            return [.init(wait, successors: states(left - 1), interaction: [0])]
          }
          guard request > 0 else { return [.init(wait, successors: states(0), interaction: [1])] }
          return [
            .init(.text("reject"), successors: states(0), interaction: [1]),
            .init(
              .text("accept"), successors: states(durations[request - 1]), interaction: [1]),
          ]
        }
      })
    interactionBounds = [try searchBounds(bounds, within: layout.interactionRange[0])]
  }

  /// The game itself.
  public func model() -> MeanFieldModel { .finite(self) }

  /// Every row leads to the same law of requests: O(transitions), without arithmetic.
  public func write(at m: [Double], to tables: inout FrozenTables) {
    let none = requestPower == 1 ? m[0] : pow(m[0], requestPower)
    let each = (1 - none) / Double(payoffs.count)
    let width = payoffs.count + 1
    for row in 0..<layout.rowCount {
      tables.payoffs[row] = 0
      let first = row * width
      tables.probabilities[first] = none
      for entry in first + 1..<first + width { tables.probabilities[entry] = each }
    }
    // The rows of state (0, j), j ≥ 1, are reject and accept.
    for type in 0..<payoffs.count {
      tables.payoffs[layout.rowOffsets[type + 1] + 1] = payoffs[type]
    }
  }
}
