internal import Configuration
internal import Statistics

/// Which combinations of the varied values are run.
enum SweepDesign: Sendable, Equatable {
  /// All of them; the last factor changes fastest.
  case grid
  /// Independent draws.
  case random(cells: Int)
  /// A digitally shifted Sobol sequence.
  case sobol(cells: Int)

  /// The most cells of a sweep.
  static let mostCells = 100_000

  static let parameter = Parameter(
    "design",
    .variant(
      [
        Variant("grid", "every combination of the values", []),
        Variant(
          "random", "independent draws; more cells keep the earlier ones",
          [Parameter("cells", .integer(1...mostCells), .required, "how many")]),
        Variant(
          "sobol", "evenly spread draws; best with a power of two of cells",
          [Parameter("cells", .integer(1...mostCells), .required, "how many")]),
      ], shorthand: nil),
    .defaulted(.group(["kind": .text("grid")])), "which combinations are run")

  init(_ set: ParameterSet) {
    switch set.kind {
    case "random": self = .random(cells: set.integer("cells"))
    case "sobol": self = .sobol(cells: set.integer("cells"))
    default: self = .grid
    }
  }

  /// Whether values are drawn, so that intervals need no levels.
  var isDrawn: Bool { self != .grid }

  /// The values of every cell, `[cell][key]`, keys in the order of the factors.
  ///
  /// Draws come from the stream (seed, `sweep`, 0): in a random design one uniform a factor, cell by
  /// cell, so that more cells keep the earlier ones; in a Sobol design the words of its shift.
  ///
  /// - Throws: `ConfigurationError` if there are too many cells, or too many factors for Sobol.
  func cells(
    _ factors: [SweepFactor], seed: UInt64, generator: GeneratorKind, position: Position
  ) throws -> [[DocumentNode]] {
    var stream = RandomStream(seed: seed, role: .sweep, generator: generator)
    switch self {
    case .grid:
      let counts = factors.map { $0.levelCount! }
      let count = counts.reduce(1.0) { $0 * Double($1) }
      guard count <= Double(Self.mostCells) else {
        throw ConfigurationError(
          position, key: "vary",
          rule: "makes \(counts.map(String.init).joined(separator: " × ")) cells; a sweep holds at "
            + "most \(Self.mostCells): thin the grid, or draw with design: {kind: sobol, cells: …}")
      }
      return (0..<Int(count)).map { cell in
        var rest = cell
        var shares: [Int] = []
        for count in counts.reversed() {
          shares.insert(rest % count, at: 0)
          rest /= count
        }
        return zip(factors, shares).flatMap { factor, level -> [DocumentNode] in
          guard case .levels(let levels) = factor.values else { preconditionFailure("a grid") }
          return levels[level]
        }
      }
    case .random(let cells):
      return (0..<cells).map { _ in factors.flatMap { $0.values(at: stream.uniform()) } }
    case .sobol(let cells):
      guard factors.count <= ShiftedSobol.mostDimensions else {
        throw ConfigurationError(
          position, key: "design.kind", value: "sobol",
          rule: "covers at most \(ShiftedSobol.mostDimensions) factors, and \(factors.count) vary; "
            + "use random")
      }
      var sequence = ShiftedSobol(dimensions: factors.count, stream: &stream)
      return (0..<cells).map { _ in
        let point = sequence.next()
        return zip(factors, point).flatMap { $0.values(at: $1) }
      }
    }
  }
}

extension StreamRole {
  /// The design of a sweep.
  static let sweep = StreamRole(rawValue: "sweep")
}
