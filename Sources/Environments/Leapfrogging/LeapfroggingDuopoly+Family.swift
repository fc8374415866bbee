public import Configuration

extension LeapfroggingDuopoly: GameFamily {
  /// The word in configurations.
  public static let name = "leapfrogging"
  /// One line.
  public static let summary = "Bertrand rivals invest in an improving technology and leapfrog"
  /// One paragraph.
  public static let details = """
    The leapfrogging duopoly of Iskhakov, Rust and Schjerning (2016, Review of Economic Studies), \
    section 4. Two Bertrand competitors with costs c1 and c2 may pay K(c) to have the state-of-the-art \
    cost c from the next period on; c itself only falls. Moves are simultaneous or alternate; \
    investments may carry private shocks of scale eta. Directional: costs never rise, so every Markov \
    perfect equilibrium can be found. Full statement: docs/leapfrogging.md.
    """

  private static let outlay = ParameterType.either([
    .group([
      .real("K0", 8.3, .positive, unit: "money", "outlay at cost 0"),
      .real("K1", 1, .nonnegative, unit: "1/cost", "how fast the outlay falls with cost"),
    ]),
    .list(.real(.positive)),
  ])

  private static let law = ParameterType.group([
    Parameter(
      "stay", .real(.rightOpen(0, 1)), .optional,
      "probability that nothing improves; otherwise one step down"),
    Parameter(
      "improve", .real(.positive), .optional, unit: "1/cost",
      "a: one step down with probability a c / (1 + a c)"),
    Parameter(
      "rows", .list(.list(.real(.closed(0, 1)))), .optional,
      "the whole law, from row by level to column by level, lowest cost first"),
  ])

  /// The parameters, with the baseline of the authors' programs as defaults.
  public static let parameters: [Parameter] = [
    .integer("n", 3, 1...maximumLevels, "cost levels"),
    .real("cost_min", 0, .nonnegative, unit: "cost", "lowest cost"),
    .real("cost_max", 5, .nonnegative, unit: "cost", "highest cost; levels are evenly spaced"),
    Parameter(
      "costs", .list(.real(.nonnegative)), .optional, unit: "cost",
      "the levels themselves, ascending, instead of n, cost_min and cost_max"),
    .real("beta", 0.951229424500714, .open(0, 1), "discount factor; exp(-0.05)"),
    Parameter(
      "K", outlay, .defaulted(.group(ParameterSet())), unit: "money",
      "outlay K0/(1 + K1 c), or one per level from the lowest cost up"),
    Parameter(
      "technology", law,
      .defaulted(.group(["stay": .real(0)])),
      "how the state of the art improves; one of stay, improve, rows"),
    .real("eta", 0, .nonnegative, unit: "money", "scale of the private shocks"),
    .choice(
      "moves", Moves.simultaneous.rawValue, Moves.allCases.map(\.rawValue), "who may invest when"),
    Parameter(
      "turns", .list(.list(.real(.closed(0, 1)))),
      .defaulted(.list([[0, 1], [1, 0]].map { .list($0.map { .real($0) }) })),
      "alternating moves: turns[i][j] is the probability that j moves after i"),
    Parameter(
      "start", .list(.integer(0...(maximumLevels - 1))), .optional,
      "levels [c1, c2, c] at which simulated play starts; the highest unless set"),
  ]

  /// Reads resolved parameters.
  ///
  /// - Throws: `GameError` about the parameter at fault.
  public init(_ parameters: ParameterSet) throws {
    let costs = try Self.costs(parameters)
    let n = costs.count
    let outlays: [Double]
    if let formula = parameters.group("K") {
      let (k0, k1) = (formula.real("K0"), formula.real("K1"))
      outlays = costs.map { k0 / (1 + k1 * $0) }
    } else {
      outlays = parameters.reals("K")
    }
    let law = parameters.group("technology")!
    guard law.entries.count == 1, let written = law.entries.first else {
      throw GameError(
        "technology",
        law.entries.isEmpty
          ? "is empty; give one of stay, improve and rows"
          : "has \(law.entries.map(\.name).joined(separator: " and ")); give only one of stay, "
            + "improve and rows")
    }
    let technology: [[Double]]
    switch written.name {
    case "stay": technology = Self.steps(levels: n) { _ in law.real("stay") }
    case "improve":
      let a = law.real("improve")
      technology = Self.steps(levels: n) { 1 / (1 + a * costs[$0]) }
    default: technology = Self.rows(written.value)
    }
    var start: LeapfroggingPoints.Point?
    if case .list(let levels) = parameters["start"] {
      guard levels.count == 3 else {
        throw GameError("start", "needs three levels: those of c1, c2 and c")
      }
      let read = levels.map { if case .integer(let level) = $0 { level } else { -1 } }
      start = LeapfroggingPoints.Point(read[0], read[1], read[2])
    }
    try self.init(
      costs: costs, discount: parameters.real("beta"), outlays: outlays, technology: technology,
      scale: parameters.real("eta"), moves: Moves(rawValue: parameters.text("moves"))!,
      turns: Self.rows(parameters["turns"]), start: start)
  }

  private static func costs(_ parameters: ParameterSet) throws -> [Double] {
    if parameters["costs"] != nil {
      let costs = parameters.reals("costs")
      guard !costs.isEmpty else { throw GameError("costs", "must list at least one level") }
      for name in ["n", "cost_min", "cost_max"] where parameters.position(of: name) != nil {
        throw GameError(name, "cannot stand beside costs; leave one of them out")
      }
      return costs
    }
    let (n, low, high) = (
      parameters.integer("n"), parameters.real("cost_min"), parameters.real("cost_max")
    )
    guard n > 1 else { return [high] }
    guard low < high else { throw GameError("cost_max", "must be above cost_min") }
    return (0..<n).map { low + (high - low) * Double($0) / Double(n - 1) }
  }

  /// A list of lists of numbers, as it is declared.
  private static func rows(_ value: ParameterValue?) -> [[Double]] {
    guard case .list(let rows) = value else { return [] }
    return rows.compactMap(\.numbers)
  }
}

extension LeapfroggingDuopoly {
  /// The game written out, for agents that learn in it and for judging profiles.
  ///
  /// States are those of `LeapfroggingPoints` in its order; with alternating moves each stands twice,
  /// first with firm 1 to move, then with firm 2. Actions are wait and invest; who may not move has
  /// one, wait. Payoffs are r − K(c) if investing. 4 rows a state, or 2.
  ///
  /// - Throws: `GameError` about `eta` if there are private shocks: agents would have to see their own,
  ///   and a finite state cannot hold them.
  public func stochasticGame() throws -> StochasticGame {
    guard scale == 0 else {
      throw GameError(
        "eta",
        "shocks of scale \(compactDecimal(scale)) are private and continuous, so no finite game holds "
          + "them; set eta to 0 to simulate, learn or export, or let lab solve find every equilibrium "
          + "(recursive-lexicographical-search)"
      )
    }
    let space = LeapfroggingPoints(levels: levels)
    let movers = moves == .alternating ? 2 : 1
    let choices: [Label] = [.text("wait"), .text("invest")]
    var counts: [[Int]] = []
    var labels: [Label] = []
    var actions: [[[Label]]] = []
    for point in space.points {
      let place = [point.first, point.second].map { compactDecimal(costs[$0]) }
      let text = "\(place[0]) \(place[1]) | \(compactDecimal(costs[point.best]))"
      for mover in 0..<movers {
        labels.append(.text(movers == 1 ? text : "\(text) firm \(mover + 1)"))
        if movers == 2 {
          counts.append(mover == 0 ? [2, 1] : [1, 2])
          actions.append((0..<2).map { $0 == mover ? choices : [choices[0]] })
        } else {
          counts.append([2, 2])
        }
      }
    }
    var initial = [Double](repeating: 0, count: labels.count)
    initial[space.index(start.first, start.second, start.best) * movers] = 1
    let mirror = (0..<labels.count).map {
      space.mirror($0 / movers) * movers + (movers - 1 - $0 % movers)
    }
    return try StochasticGame(
      actionCounts: counts, discounts: [discount, discount], initial: initial, stateLabels: labels,
      actionLabels: movers == 1 ? .uniform([choices, choices]) : .byState(actions),
      mirror: isFair ? mirror : nil,
      coordinates: (0..<labels.count).map { state in
        let point = space.points[state / movers]
        let place = [point.first, point.second, point.best].map { costs[$0] }
        return movers == 1 ? place : place + [Double(state % 2 + 1)]
      }
    ) { state, joint, row in
      let point = space.points[state / movers]
      for firm in 0..<2 {
        row.pay(
          firm,
          profit(firm, point.first, point.second) - (joint[firm] == 1 ? outlays[point.best] : 0))
      }
      let first = joint[0] == 1 ? point.best : point.first
      let second = joint[1] == 1 ? point.best : point.second
      for next in 0...point.best {
        let chance = improvement(from: point.best, to: next)
        guard chance > 0 else { continue }
        let to = space.index(first, second, next) * movers
        if movers == 1 {
          row.move(to: to, probability: chance)
        } else {
          for mover in 0..<2 where turns[state % 2][mover] > 0 {
            row.move(to: to + mover, probability: chance * turns[state % 2][mover])
          }
        }
      }
    }
  }
}
