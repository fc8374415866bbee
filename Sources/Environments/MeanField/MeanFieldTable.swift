public import Configuration

/// A mean-field game read from a file, so that a game of one's own needs no Swift.
///
/// Payoffs and probabilities are numbers or coefficients in m. With a single scalar they are those
/// of a polynomial, u₀ + u₁ m + u₂ m² + …; with several, of an affine function, u₀ + u₁ m₁ + u₂ m₂ +
/// …. docs/your-own-mean-field-game.md has the format.
///
/// Probabilities are laws for every m within the bounds of the search: the coefficients of a row sum
/// to 1, 0, 0, …, and nothing is negative (at the corners; with polynomials of a higher degree at
/// 1,025 points besides). Beyond the bounds the tables are those of the nearest point within.
public struct MeanFieldTable: MeanFieldGame, MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-table"
  /// One line.
  public static let summary = "mean field: any finite game of a population, read from a file"
  /// One paragraph.
  public static let details = """
    The game is written in a YAML file: states, discount, what the population's scalars are called, \
    and row by row what an action pays, where it leads and what it adds to the scalars; payoffs and \
    probabilities are numbers or coefficients in m. Format: docs/your-own-mean-field-game.md.
    """
  /// The file.
  public static let parameters: [Parameter] = [
    Parameter(
      "file", .text, .required,
      "the game's file; a relative path starts at the folder of the file this is written in")
  ]
  /// `file` stands beside `kind`.
  public static let nestsParameters = false

  /// Where the game was read, as a path usable from the working directory.
  public let path: String
  /// What the file calls the game, if it does.
  public let title: String?
  /// What the file says about the game, if anything.
  public let explanation: String?
  /// States and rows in the file's order.
  public let layout: MeanFieldLayout
  /// β.
  public let discount: Double
  /// `bounds`, or all that the scalars can be.
  public let interactionBounds: [ClosedRange<Double>]
  /// `turnover`, if it is written.
  public let turnover: Turnover?
  /// Affine in m if there is one scalar, payoffs are lines and probabilities numbers.
  public let dependence: InteractionDependence
  /// `quantity`: what the first coordinate of a state is.
  public let stateQuantity: String
  private let payoffs: MeanFieldCoefficients
  private let probabilities: MeanFieldCoefficients

  /// Reads the file that `file` names; a relative path starts at the folder of the configuration
  /// file in which `file` was written.
  ///
  /// - Throws: `ConfigurationError`: at `game.file` if the file cannot be read, and with the
  ///   file's own line and column for everything in it.
  public init(_ parameters: ParameterSet) throws {
    let (path, text) = try TableFile.read(parameters, kind: Self.name)
    try self.init(text: text, source: path)
  }

  /// Reads the game in a file.
  ///
  /// - Parameter path: absolute, or relative to the working directory.
  /// - Throws: `ConfigurationError` with line and column.
  public init(path: String) throws {
    let text = try TableFile.text(
      path: path, position: Position(source: path), key: "", value: path)
    try self.init(text: text, source: path)
  }

  /// Reads a game from text that errors call `source`.
  ///
  /// - Throws: `ConfigurationError` with line and column.
  public init(text: String, source: String) throws {
    guard text.utf8.count <= TableFile.largestDocument else {
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "has more than \(TableFile.largestDocument) bytes; make the game smaller")
    }
    let reader = try MeanFieldTableReader(DocumentNode(yaml: text, source: source))
    path = source
    title = reader.title
    explanation = reader.explanation
    layout = try reader.layout()
    discount = reader.discount
    interactionBounds = reader.bounds
    turnover = reader.turnover
    stateQuantity = reader.quantity
    let rows = reader.rows.joined()
    payoffs = MeanFieldCoefficients(rows.map(\.payoff), scalars: reader.scalars.count)
    probabilities = MeanFieldCoefficients(
      rows.flatMap { $0.next.map(\.probability) }, scalars: reader.scalars.count)
    dependence =
      reader.scalars.count == 1 && payoffs.degree <= 1 && probabilities.degree == 0
      ? .affinePayoffs(.identity) : .general
  }

  /// The game itself.
  public func model() -> MeanFieldModel { .finite(self) }

  /// Evaluates every polynomial: O((rows + transitions) x coefficients).
  public func write(at m: [Double], to tables: inout FrozenTables) {
    // Affine payoffs mean something at every m; what is checked within the bounds only stays at them.
    payoffs.write(
      at: m, within: dependence == .general ? interactionBounds : [-.infinity ... .infinity],
      to: &tables.payoffs)
    probabilities.write(at: m, within: interactionBounds, to: &tables.probabilities)
    // The checks leave no more than rounding below 0.
    for entry in tables.probabilities.indices where tables.probabilities[entry] < 0 {
      tables.probabilities[entry] = 0
    }
  }
}

/// Functions of m, `[function x width + power]`, or `[… + scalar]` after the constant.
struct MeanFieldCoefficients: Sendable {
  private let values: [Double]
  private let width: Int
  private let count: Int
  private let isPolynomial: Bool

  /// Fills up with zeros to the longest list.
  init(_ lists: [[Double]], scalars: Int) {
    let width = lists.map(\.count).max() ?? 1
    values = lists.flatMap { $0 + [Double](repeating: 0, count: width - $0.count) }
    self.width = width
    count = lists.count
    isPolynomial = scalars == 1
  }

  /// The highest power, or 1 for affine functions of several scalars.
  var degree: Int { isPolynomial ? width - 1 : min(width - 1, 1) }

  /// Writes every function at m, moved into the bounds.
  func write(
    at m: [Double], within bounds: [ClosedRange<Double>], to results: inout [Double]
  ) {
    let first = min(max(m[0], bounds[0].lowerBound), bounds[0].upperBound)
    for function in 0..<count {
      let start = function * width
      if isPolynomial {
        var value = values[start + width - 1]
        var power = width - 2
        while power >= 0 {
          value = value * first + values[start + power]
          power -= 1
        }
        results[function] = value
      } else {
        var value = values[start]
        for scalar in 0..<width - 1 {
          let range = bounds[scalar]
          value +=
            values[start + scalar + 1] * min(max(m[scalar], range.lowerBound), range.upperBound)
        }
        results[function] = value
      }
    }
  }

  /// One function at m.
  static func value(_ list: [Double], at m: [Double]) -> Double {
    if m.count == 1 { return list.reversed().reduce(0) { $0 * m[0] + $1 } }
    return zip(list.dropFirst(), m).reduce(list[0]) { $0 + $1.0 * $1.1 }
  }
}
