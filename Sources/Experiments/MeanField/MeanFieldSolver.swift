internal import Configuration
internal import Environments
internal import Equilibria

/// The exact methods for mean-field games, as configurations name them.
struct MeanFieldSolver: Sendable {
  /// The resolved `solver` section, or `evaluation.against`.
  let settings: ParameterSet

  init(_ settings: ParameterSet) { self.settings = settings }

  /// Which method.
  enum Kind: String, CaseIterable {
    /// Every crossing of Φ with the diagonal, of a single scalar.
    case crossings = "mean-field"
    /// Broyden's method, of several scalars.
    case broyden
    /// m ← (1 − w) m + w Φ(m).
    case fixedPoint = "fixed-point"
  }

  static let variants = [
    Variant(
      Kind.crossings.rawValue, MeanFieldEquilibrium.summary, MeanFieldEquilibrium.parameters),
    Variant(
      Kind.broyden.rawValue, "several scalars at once: Broyden's method from several starts",
      [
        Parameter(
          "start", .list(.real(.any)), .optional,
          "where the first start stands, a number per scalar; the middle of the bounds if unset"),
        .integer("starts", 8, 1...100_000, "starts, the others quasi-random within the bounds"),
        .real("tolerance", 1e-11, .closed(1e-15, 1e-2), "largest |m − Φ(m)| of a solution"),
        .integer("iterations", 200, 1...1_000_000, "steps of each start"),
      ]),
    Variant(
      Kind.fixedPoint.rawValue, "iterates the population's law, as a baseline",
      [
        Parameter(
          "start", .list(.real(.any)), .optional,
          "the first m, a number per scalar; the middle of the bounds if unset"),
        .real("damping", 1, .leftOpen(0, 1), "weight of the new law in each step; 1 is undamped"),
        .real("tolerance", 1e-10, .closed(1e-15, 1e-2), "largest |m − M(s)| of a solution"),
        .integer("iterations", 10_000, 1...100_000_000, "steps allowed"),
      ]),
  ]

  static let type = ParameterType.variant(variants, shorthand: nil)

  /// Crossings of a single scalar, Broyden for several.
  static func defaultKind(_ model: MeanFieldModel?) -> String {
    (model.map { $0.interactionNames.count > 1 } ?? false
      ? Kind.broyden : Kind.crossings).rawValue
  }

  static func defaultSection(_ model: MeanFieldModel?) -> ParameterSet {
    var set = ParameterSet()
    set.set("kind", .text(defaultKind(model)))
    return set
  }

  /// Checks what ranges alone cannot.
  ///
  /// - Throws: `ConfigurationError`.
  static func check(_ resolved: ParameterSet, model: MeanFieldModel) throws {
    let scalars = model.interactionNames.count
    for (key, section) in [
      ("solver", resolved.group("solver")),
      ("evaluation.against", resolved.group("evaluation")?.group("against")),
    ] {
      guard let section else { continue }
      let position =
        section.position(of: "kind") ?? resolved.position(of: String(key.prefix { $0 != "." }))
        ?? Position(source: "configuration")
      if section.kind == Kind.crossings.rawValue, scalars > 1 {
        throw ConfigurationError(
          position, key: "\(key).kind", value: section.kind,
          rule: "is for a single scalar, and \(model.interactionNames.joined(separator: " and ")) "
            + "are \(scalars); use broyden")
      }
      do {
        if section.kind == Kind.crossings.rawValue { _ = try MeanFieldEquilibrium(section) }
      } catch let error as GameError {
        throw ConfigurationError(
          section.position(of: error.subject) ?? position, key: "\(key).\(error.subject)",
          value: section[error.subject]?.text, rule: error.rule)
      }
      if case .list(let start) = section["start"], start.count != scalars {
        throw ConfigurationError(
          section.position(of: "start") ?? position, key: "\(key).start",
          value: section["start"]?.text,
          rule: "must hold \(scalars == 1 ? "one number" : "\(scalars) numbers"): "
            + model.interactionNames.joined(separator: ", "))
      }
    }
  }
}

extension MeanFieldSolver {
  /// Solves a game.
  ///
  /// - Throws: `MeanFieldError`.
  func solve(
    _ model: MeanFieldModel, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> MeanFieldSolution {
    throw MeanFieldError.unsuitable("\(settings.kind) is not wired yet")
  }
}

extension MeanFieldModel {
  /// What the scalars of the interaction are called.
  var interactionNames: [String] {
    switch self {
    case .finite(let game): game.layout.interactionNames
    case .ladder(let ladder): ladder.interactionNames
    }
  }

  /// Where each scalar is searched for.
  var interactionBounds: [ClosedRange<Double>] {
    switch self {
    case .finite(let game): game.interactionBounds
    case .ladder(let ladder): ladder.interactionBounds
    }
  }

  /// What states are called.
  var stateLabels: [Label] {
    switch self {
    case .finite(let game): game.layout.stateLabels
    case .ladder(let ladder): (0...ladder.top).map { .number(Double($0)) }
    }
  }

  /// What the first coordinate of a state is.
  var stateQuantity: String {
    switch self {
    case .finite(let game): game.stateQuantity
    case .ladder: "level"
    }
  }

  /// States and actions, in words.
  var size: String {
    switch self {
    case .finite(let game):
      "\(game.layout.stateCount) states, \(game.layout.rowCount) state-action pairs"
    case .ladder(let ladder): "\(ladder.top + 1) levels, continuous investment"
    }
  }
}
