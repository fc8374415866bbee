internal import Configuration
internal import Environments
internal import Equilibria

/// The exact methods for mean-field games, as configurations name them.
struct MeanFieldSolver: Sendable {
  /// The resolved `solver` section, or `evaluation.against`.
  let settings: ParameterSet

  init(_ settings: ParameterSet) { self.settings = settings }

  static let variants = [
    Variant(
      MeanFieldEquilibrium.name, MeanFieldEquilibrium.summary, MeanFieldEquilibrium.parameters),
    Variant(Broyden.name, Broyden.summary, Broyden.parameters),
    Variant(
      FixedPointIteration.name, FixedPointIteration.summary, FixedPointIteration.parameters),
  ]

  static let type = ParameterType.variant(variants, shorthand: nil)

  /// Crossings of a single scalar, Broyden for several.
  static func defaultKind(_ model: MeanFieldModel?) -> String {
    (model?.interactionNames.count ?? 1) > 1 ? Broyden.name : MeanFieldEquilibrium.name
  }

  static func defaultSection(_ model: MeanFieldModel?) -> ParameterSet {
    return ["kind": .text(defaultKind(model))]
  }

  /// Checks what ranges alone cannot.
  ///
  /// - Throws: `ConfigurationError`.
  static func check(_ resolved: ParameterSet, model: MeanFieldModel) throws {
    for (key, section) in [
      ("solver", resolved.group("solver")),
      ("evaluation.against", resolved.group("evaluation")?.group("against")),
    ] {
      guard let section else { continue }
      let position =
        section.position(of: "kind") ?? resolved.position(of: String(key.prefix { $0 != "." }))
        ?? Position(source: "configuration")
      do {
        try MeanFieldSolver(section).check(model)
      } catch let error as GameError {
        throw ConfigurationError(
          section.position(of: error.subject) ?? position, key: "\(key).\(error.subject)",
          value: section[error.subject]?.text, rule: error.rule)
      }
    }
  }

  /// - Throws: `GameError` about a key of the section.
  private func check(_ model: MeanFieldModel) throws {
    let names = model.interactionNames
    func count(_ key: String) -> Int? {
      if case .list(let numbers) = settings[key] { numbers.count } else { nil }
    }
    switch settings.kind {
    case MeanFieldEquilibrium.name:
      guard names.count == 1 else {
        throw GameError(
          "kind",
          "is for a single scalar, and \(names.joined(separator: " and ")) are \(names.count); use "
            + Broyden.name)
      }
      _ = try MeanFieldEquilibrium(settings)
    case Broyden.name:
      if let given = count("start"), given != names.count {
        throw GameError(
          "start",
          "must hold \(names.count == 1 ? "one number" : "\(names.count) numbers"): "
            + names.joined(separator: ", "))
      }
      _ = try Broyden(settings)
    default:
      let states = model.stateLabels.count
      if let given = count("start_law"), given != states {
        throw GameError(
          "start_law", "must hold \(states) shares, one per state; it holds \(given)")
      }
      _ = try FixedPointIteration(settings)
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
    switch settings.kind {
    case Broyden.name: return try Broyden(settings).solve(model, isCancelled: isCancelled)
    case FixedPointIteration.name:
      return try FixedPointIteration(settings).solve(model, isCancelled: isCancelled)
    default:
      let solver = try MeanFieldEquilibrium(settings)
      switch model {
      case .finite(let game):
        return try solver.solve(game, isCancelled: isCancelled, progress: progress)
      case .ladder(let ladder):
        var search = LadderEquilibrium()
        search.tolerance = min(search.tolerance, solver.tolerance)
        search.scan = solver.method == .bisection ? 0 : solver.scanPoints
        return try search.solve(ladder, isCancelled: isCancelled)
      }
    }
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
