public import Configuration
internal import Environments

/// How numbers that describe a state become features.
///
/// Every coordinate of a state (`StochasticGame.stateCoordinates`) is first scaled to u ∈ [0, 1]
/// between its least and its largest value over all states; `tabular` and `coordinates` need no
/// scaling. The step of a weight is α times the scale of its feature times x(s): the scale is 1
/// unless the basis says otherwise.
public enum FeatureBasis: Sendable, Equatable {
  /// One feature per state: a table.
  case tabular
  /// The coordinates as they are, in the game's own units.
  case coordinates
  /// Sutton and Barto (2018), section 9.5.4.
  case tileCoding(TileCoding)
  /// Sutton and Barto (2018), eq. 9.17.
  case polynomial(degree: Int)
  /// Konidaris, Osentoski and Thomas (2011); Sutton and Barto (2018), eq. 9.18.
  case fourier(order: Int)
  /// Sutton and Barto (2018), section 9.5.5.
  case radial(RadialBasis)

  /// The most entries of a table of features: half a gigabyte.
  public static let maximumEntryCount = 20_000_000

  /// The key `features`.
  public static let parameter = Parameter(
    "features",
    .variant(
      [
        Variant("tabular", "one feature per state: a table", []),
        Variant("coordinates", "the state's coordinates as they are", []),
        Variant(
          "tile-coding", "overlapping grids, one active tile in each",
          [
            .integer("tilings", 8, 1...1024, "number of grids, each shifted against the others"),
            .integer("tiles", 4, 1...100_000, "tiles per dimension that span the states"),
          ]),
        Variant(
          "polynomial", "products of powers of the coordinates",
          [.integer("degree", 3, 0...100, "largest power of each coordinate")]),
        Variant(
          "fourier", "cosines of the coordinates",
          [.integer("order", 3, 0...1000, "largest frequency, in half waves per dimension")]),
        Variant(
          "radial", "bells around centres on a grid",
          [
            .integer("centres", 5, 1...10_000, "centres per dimension"),
            .real(
              "width", 1, .closed(0.01, 100), "standard deviation, in distances between centres"),
            Parameter(
              "normalised", .boolean, .defaulted(.boolean(true)), "whether features sum to 1"),
          ]),
      ], shorthand: nil),
    .defaulted(.group(["kind": .text("fourier")])), "what the values are linear in")

  /// Reads resolved features.
  public init(_ set: ParameterSet) {
    switch set.kind {
    case "tabular": self = .tabular
    case "coordinates": self = .coordinates
    case "tile-coding":
      self = .tileCoding(
        TileCoding(tilings: set.integer("tilings"), tiles: set.integer("tiles")))
    case "polynomial": self = .polynomial(degree: set.integer("degree"))
    case "fourier": self = .fourier(order: set.integer("order"))
    case "radial":
      self = .radial(
        RadialBasis(
          centres: set.integer("centres"), width: set.real("width"),
          isNormalised: set.boolean("normalised")))
    default: preconditionFailure("no features \(set.kind)")
    }
  }

  /// The number of features for states of `dimensions` coordinates; nil if beyond counting.
  func count(states: Int, dimensions: Int) -> Int? {
    switch self {
    case .tabular: states
    case .coordinates: dimensions
    case .tileCoding(let tiles): tiles.featureCount(dimensions: dimensions)
    case .polynomial(let order), .fourier(let order): power(order + 1, dimensions)
    case .radial(let basis): power(basis.centres, dimensions)
    }
  }

  /// The features that are not 0 at each state, and the scale of each feature.
  func rows(_ game: StochasticGame) throws -> (
    rows: [[(feature: Int, value: Double)]], scales: [Double]
  ) {
    let coordinates = game.stateCoordinates
    let dimensions = coordinates[0].count
    let active: Int? =
      switch self {
      case .tabular: 1
      case .tileCoding(let tiles): tiles.tilings
      default: count(states: game.stateCount, dimensions: dimensions)
      }
    guard let count = count(states: game.stateCount, dimensions: dimensions), let active,
      count <= Self.maximumEntryCount, game.stateCount <= Self.maximumEntryCount / max(active, 1)
    else {
      throw GameError(
        "features",
        "\(game.stateCount) states of \(dimensions) coordinates make more than "
          + "\(Self.maximumEntryCount) features to write out; use fewer per dimension")
    }
    let ones = [Double](repeating: 1, count: count)
    func dense(_ vector: [Double]) -> [(feature: Int, value: Double)] {
      vector.enumerated().filter { $1 != 0 }.map { (feature: $0, value: $1) }
    }
    let scaled = Self.scaled(coordinates)
    switch self {
    case .tabular: return ((0..<game.stateCount).map { [(feature: $0, value: 1)] }, ones)
    case .coordinates: return (coordinates.map(dense), ones)
    case .tileCoding(let tiles):
      // Each of the active tiles takes an equal part: a step of 1 moves the value all the way.
      let share = 1 / Double(tiles.tilings)
      return (
        scaled.map { tiles.activeTiles(at: $0).map { (feature: $0, value: 1) } },
        ones.map { $0 * share }
      )
    case .polynomial(let degree):
      return (scaled.map { dense(polynomialFeatures(at: $0, degree: degree)) }, ones)
    case .fourier(let order):
      return (
        scaled.map { dense(fourierFeatures(at: $0, order: order)) },
        fourierScales(dimensions: dimensions, order: order)
      )
    case .radial(let basis): return (scaled.map { dense(basis.features(at: $0)) }, ones)
    }
  }

  /// Coordinates scaled to [0, 1] one by one; a coordinate that never varies becomes 0.
  static func scaled(_ coordinates: [[Double]]) -> [[Double]] {
    let dimensions = coordinates[0].indices
    let low = dimensions.map { d in coordinates.map { $0[d] }.min()! }
    let high = dimensions.map { d in coordinates.map { $0[d] }.max()! }
    return coordinates.map { state in
      dimensions.map { d in
        // Halves first: the range itself may overflow.
        let range = high[d] / 2 - low[d] / 2
        return range > 0 ? min(max((state[d] / 2 - low[d] / 2) / range, 0), 1) : 0
      }
    }
  }
}

/// base^exponent, or nil if it overflows.
func power(_ base: Int, _ exponent: Int) -> Int? {
  var result = 1
  for _ in 0..<exponent {
    let (product, overflow) = result.multipliedReportingOverflow(by: base)
    guard !overflow else { return nil }
    result = product
  }
  return result
}

/// The vectors {0, …, base − 1}^dimensions in order, the first place most significant.
func multiIndices(base: Int, dimensions: Int) -> [[Int]] {
  (0..<dimensions).reduce([[]]) { vectors, _ in
    vectors.flatMap { vector in (0..<base).map { vector + [$0] } }
  }
}
