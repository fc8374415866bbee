public import Configuration

extension ComputeRace: GameFamily {
  /// The word in configurations.
  public static let name = "compute-race"
  /// One line.
  public static let summary = "two firms race for a lead in AI capability"
  /// One paragraph.
  public static let details = """
    Each period both firms choose training at once. Training lifts a firm's own capability, \
    imitation erodes any gap, and compute grows dearer as total training nears capacity. The \
    state is the gap: firm 1's capability minus firm 2's. States are symmetric: what firm 1 does \
    at gap g, firm 2 faces at -g. Full statement: docs/compute-race.md.
    """

  /// The parameters of the model statement, under its own names.
  public static let parameters: [Parameter] = [
    .real("gap_max", 2.0, .positive, unit: "capability", "largest gap; the grid spans both signs"),
    .integer("grid", 21, 3...100_001, "odd number of gaps, equally spaced"),
    .real("x_max", 0.8, .positive, unit: "capability/period", "largest training of one firm"),
    .integer("actions", 9, 2...10_001, "training levels, equally spaced from 0 to x_max"),
    .real("mu", 0.2, .closed(0, 1), unit: "1/period", "imitation: share of the gap lost"),
    .real("beta", 0.95, .rightOpen(0, 1), "discount factor"),
    .real("omega", 0.5, .nonnegative, unit: "money/period", "frontier stakes"),
    .real("s", 1.0, .closed(0, 1), "share of stakes in one-shot priority tasks"),
    .real("a", 1.0, .positive, unit: "1/capability", "slope of log productivity"),
    .real("theta", 1.0, .positive, "sharpness of the one-shot contest"),
    .real("W", 8.0, .positive, unit: "money/period", "inference spending on compute"),
    .real("Q", 1.0, .positive, unit: "compute", "compute capacity; x_max^2 must stay below it"),
    .real("noise_prob", 0.2, .closed(0, 1), "probability of a shock to the gap"),
    .real("noise_size", 0.2, .nonnegative, unit: "capability", "size of that shock"),
    .real("kappa", 0, .nonnegative, unit: "1/capability", "frontier riding"),
    .real("base", 0, .any, unit: "money/period", "constant payoff that rides the frontier"),
  ]

  /// The seven named settings.
  public static let scenarios: [Scenario] = [
    Scenario("saturated", "no stakes: nobody trains, gaps fade", [("omega", 0)]),
    Scenario("stable-parity", "the defaults: parity is stable"),
    Scenario(
      "contested", "leads open and are lost again; mixed at parity",
      [("s", 0.3), ("mu", 0.3), ("noise_prob", 0.5), ("noise_size", 0.4)]),
    Scenario(
      "tipping", "one firm takes a lasting lead; mixed at parity",
      [("omega", 1.5), ("s", 0.7), ("mu", 0.08)]),
    Scenario(
      "near-capacity", "training presses on compute capacity",
      [("omega", 8), ("W", 1), ("x_max", 0.98)]),
    Scenario(
      "priority-heavy", "sharp one-shot contests; mixed at parity", [("omega", 1), ("a", 2)]),
    Scenario("bertrand-heavy", "repeatable service only; mixed at parity", [("s", 0)]),
  ]

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    self.init()
    gapMax = parameters.real("gap_max")
    grid = parameters.integer("grid")
    xMax = parameters.real("x_max")
    actions = parameters.integer("actions")
    mu = parameters.real("mu")
    beta = parameters.real("beta")
    omega = parameters.real("omega")
    s = parameters.real("s")
    a = parameters.real("a")
    theta = parameters.real("theta")
    spending = parameters.real("W")
    capacity = parameters.real("Q")
    noiseProbability = parameters.real("noise_prob")
    noiseSize = parameters.real("noise_size")
    kappa = parameters.real("kappa")
    base = parameters.real("base")
    try validate()
  }

  /// The race of a named scenario, with further changes; for tests and for Swift users.
  ///
  /// - Throws: `GameError` for an unknown scenario or parameter, or parameters that no race has.
  public init(scenario: String, _ changes: [String: Double] = [:]) throws {
    guard let named = Self.scenarios.first(where: { $0.name == scenario }) else {
      throw GameError(
        "scenario",
        "\(scenario) is unknown; known: \(Self.scenarios.map(\.name).joined(separator: ", "))")
    }
    var set = ParameterSet()
    for parameter in named.applied(to: Self.parameters) {
      if case .defaulted(let value) = parameter.presence { set.set(parameter.name, value) }
    }
    for (name, value) in changes {
      guard let known = set[name] else {
        throw GameError(name, "is no parameter of \(Self.name)")
      }
      if case .integer = known {
        set.set(name, .integer(Int(value)))
      } else {
        set.set(name, .real(value))
      }
    }
    try self.init(set)
  }

  /// Checks every parameter against its declared range, for races made in Swift, whose parameters
  /// no configuration has checked.
  func validateRanges() throws {
    try Self.checkRanges([
      "gap_max": gapMax, "grid": Double(grid), "x_max": xMax, "actions": Double(actions),
      "mu": mu, "beta": beta, "omega": omega, "s": s, "a": a, "theta": theta, "W": spending,
      "Q": capacity, "noise_prob": noiseProbability, "noise_size": noiseSize, "kappa": kappa,
      "base": base,
    ])
  }
}
