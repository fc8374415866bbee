public import Environments

/// One agent's decision problem at a frozen m, and the population that its solution makes: the map
/// Φ whose fixed points are the stationary mean-field equilibria (Light, section 2).
///
/// Holds all scratch memory; freezing and solving again allocates nothing but the arrays that are
/// returned.
public struct FrozenProblem: Sendable {
  /// The game.
  public let game: any MeanFieldGame
  /// Its layout.
  public let layout: MeanFieldLayout
  /// The frozen interaction.
  public private(set) var m: [Double]
  /// Payoffs and transition law at m.
  public private(set) var tables: FrozenTables
  /// V(x, m), after `solve()`.
  public private(set) var values: [Double]
  /// The row of an optimal action at each state, after `solve()`; where next `solve()` starts.
  public private(set) var policy: [Int32]

  private let discount: Double
  private let turnover: Turnover?
  private let index: FrozenIndex
  private var used: UsedRows
  private var chain: ComponentOrder
  private var matrix = BandMatrix()
  private var scratch: [Double]

  /// Room for a game's frozen problem; freezes at the middle of the bounds.
  ///
  /// - Throws: `MeanFieldError.notALaw` about the tables there.
  public init(_ game: any MeanFieldGame) throws {
    let layout = game.layout
    self.game = game
    self.layout = layout
    discount = game.discount
    turnover = game.turnover.flatMap { $0.survival < 1 ? $0 : nil }
    m = game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    tables = FrozenTables(layout)
    values = [Double](repeating: 0, count: layout.stateCount)
    policy = (0..<layout.stateCount).map { Int32(layout.rowOffsets[$0]) }
    index = FrozenIndex(layout)
    used = UsedRows(layout)
    chain = ComponentOrder(nodes: layout.stateCount)
    scratch = values
    freeze(at: m)
    if let broken = game.violations(of: tables, at: m).first {
      throw MeanFieldError.notALaw(broken)
    }
  }

  /// Writes the tables at m.
  public mutating func freeze(at m: [Double]) {
    precondition(m.count == layout.scalarCount, "one value per scalar of the interaction")
    self.m = m
    game.write(at: m, to: &tables)
  }

  /// Replaces the tables by others of the game's shape, such as a blend of two one-sided limits.
  public mutating func freeze(at m: [Double], tables: FrozenTables) {
    self.m = m
    self.tables = tables
  }

  /// Makes the next `solve()` start from the first action of every state, so that its result does not
  /// depend on what was solved before.
  public mutating func forgetPolicy() {
    for state in policy.indices { policy[state] = index.rowStart[state] }
  }

  // MARK: - The agent's problem

  /// Q(x, a) of a row: π + β Σ P V.
  public func actionValue(row: Int, values: [Double]) -> Double {
    var next = 0.0
    for entry in Int(index.entryStart[row])..<Int(index.entryStart[row + 1]) {
      next += tables.probabilities[entry] * values[Int(index.next[entry])]
    }
    return tables.payoffs[row] + discount * next
  }

  /// Solves the agent's problem by policy iteration with exact linear solves (Howard 1960), from the
  /// policy found last. An action is changed only for an improvement above 1e-12 of the largest
  /// value; of actions within 1e-11 of the best in that sense the first is reported.
  ///
  /// - Throws: `MeanFieldError.noOptimalPolicy` if 10,000 rounds do not settle.
  public mutating func solve() throws {
    for _ in 0..<10_000 {
      used.take(policy)
      evaluateUsed()
      guard !improve(threshold: 1e-12 * scale) else { continue }
      nameFirstOfTies(tolerance: 1e-11 * scale)
      return
    }
    throw MeanFieldError.noOptimalPolicy(m: m)
  }

  private var scale: Double { Self.scale(values, tables.payoffs) }

  /// What differences in Q are held against: the largest |V|, or, while a policy earns nothing, the
  /// largest |π|; 1 if there is no money at all.
  static func scale(_ values: [Double], _ payoffs: [Double]) -> Double {
    func largest(_ values: [Double]) -> Double {
      var largest = 0.0
      for value in values { largest = max(largest, abs(value)) }
      return largest
    }
    let value = largest(values)
    if value > 0 { return value }
    let payoff = largest(payoffs)
    return payoff > 0 ? payoff : 1
  }

  /// Changes actions that are not the best; whether any was.
  private mutating func improve(threshold: Double) -> Bool {
    var isChanged = false
    for state in 0..<index.stateCount {
      let rows = Int(index.rowStart[state])..<Int(index.rowStart[state + 1])
      guard rows.count > 1 else { continue }
      // Of the row in use the value is known.
      let kept = Int(policy[state])
      var best = kept
      var bestValue = values[state] + threshold
      for row in rows where row != kept {
        let value = actionValue(row: row, values: values)
        if value > bestValue {
          best = row
          bestValue = value
        }
      }
      if best != kept {
        policy[state] = Int32(best)
        isChanged = true
      }
    }
    return isChanged
  }

  private mutating func nameFirstOfTies(tolerance: Double) {
    for state in 0..<index.stateCount {
      let first = Int(index.rowStart[state])
      for row in first..<Int(policy[state])
      where actionValue(row: row, values: values) >= values[state] - tolerance {
        policy[state] = Int32(row)
        break
      }
    }
  }

  /// Best minus second-best Q at each state, after `solve()`; infinite with one action.
  public func actionGaps() -> [Double] {
    (0..<layout.stateCount).map { state in
      var best = -Double.infinity
      var second = -Double.infinity
      for row in layout.rows(of: state) {
        let value = actionValue(row: row, values: values)
        if value > best { (best, second) = (value, best) } else { second = max(second, value) }
      }
      return best - second
    }
  }

  /// Values of a policy at the frozen m: V = π_σ + β P_σ V, solved exactly component by component.
  public mutating func evaluate(_ policy: MeanFieldPolicy) -> [Double] {
    used.take(policy, layout)
    return evaluated(tables.payoffs, discount: discount)
  }

  /// As `evaluate`, of a pure policy given by its row at each state.
  public mutating func evaluate(rows: [Int32]) -> [Double] {
    used.take(rows)
    return evaluated(tables.payoffs, discount: discount)
  }

  /// Among policies of the given rows, one whose population makes the largest sign · M, with payoffs
  /// set aside: policy iteration on the long-run average of κ (Howard 1960), from `start`.
  ///
  /// - Parameter choices: for some states, the rows to choose from.
  /// - Throws: `MeanFieldError.severalClosedClasses` where a policy on the way has no one law.
  mutating func extremeInteraction(
    from start: [Int32], among choices: [Int: [Int32]], sign: Double
  ) throws -> (rows: [Int32], interaction: Double) {
    let kappa = layout.interaction[0]
    let survival = turnover?.survival ?? 1
    let states = choices.keys.sorted()
    let range = layout.interactionRange[0]
    let threshold = 1e-12 * (range.upperBound - range.lowerBound)
    var rows = start
    while true {
      let law = try invariantLaw(rows: rows)
      let average = interaction(rows: rows, law: law)[0]
      // h = κ − M + q P h, with h = 0 where agents enter; without turnover q = 1, and h = 0 at a
      // state that the population visits.
      let reference = turnover == nil ? Int32(law.indices.max { law[$0] < law[$1] }!) : -1
      used.take(rows)
      let relative = evaluated(
        kappa.map { $0 - average }, discount: survival, reference: reference)
      func worth(_ row: Int32) -> Double {
        var ahead = 0.0
        for entry in Int(index.entryStart[Int(row)])..<Int(index.entryStart[Int(row) + 1]) {
          ahead += tables.probabilities[entry] * relative[Int(index.next[entry])]
        }
        return sign * (kappa[Int(row)] + survival * ahead)
      }
      var isSettled = true
      for state in states {
        var best = worth(rows[state]) + threshold
        for row in choices[state]! where row != rows[state] && worth(row) > best {
          rows[state] = row
          best = worth(row)
          isSettled = false
        }
      }
      if isSettled { return (rows, average) }
    }
  }

  private mutating func evaluated(
    _ payoffs: [Double], discount: Double, reference: Int32 = -1
  ) -> [Double] {
    var found = values
    FrozenEvaluation(index: index, discount: discount, reference: reference)
      .write(used, payoffs, tables.probabilities, to: &found, &matrix, &scratch)
    if reference >= 0 { found[Int(reference)] = 0 }
    return found
  }

  private mutating func evaluateUsed() {
    FrozenEvaluation(index: index, discount: discount)
      .write(used, tables.payoffs, tables.probabilities, to: &values, &matrix, &scratch)
  }

  /// Whether two rows of a state differ in where they lead at the frozen m, or in their interaction.
  func differ(_ a: Int, _ b: Int) -> Bool {
    if layout.interaction.contains(where: { $0[a] != $0[b] }) { return true }
    func law(_ row: Int) -> [Int32: Double] {
      var law: [Int32: Double] = [:]
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1]
      where tables.probabilities[entry] > 0 {
        law[layout.nextStates[entry]] = tables.probabilities[entry]
      }
      return law
    }
    return law(a) != law(b)
  }

  // MARK: - The population

  /// The population's long-run law under a policy at the frozen m.
  ///
  /// Without turnover: the invariant law of the one closed class, by GTH elimination. With it: agents
  /// enter at one state and live geometrically long, s = (1 − q) e (I − q P)⁻¹.
  ///
  /// Moves less likely than 1e-100 count as impossible.
  ///
  /// - Returns: a law over states, summing to 1 within rounding.
  /// - Throws: `MeanFieldError.severalClosedClasses` naming them; `lawBeyondDoubles`.
  public mutating func invariantLaw(of policy: MeanFieldPolicy) throws -> [Double] {
    used.take(policy, layout)
    return try lawOfUsed()
  }

  /// As of a policy, of a pure one given by its row at each state.
  public mutating func invariantLaw(rows: [Int32]) throws -> [Double] {
    used.take(rows)
    return try lawOfUsed()
  }

  private mutating func lawOfUsed() throws -> [Double] {
    let population = FrozenLaw(index: index, used: used, probabilities: tables.probabilities)
    if let turnover { return population.underTurnover(turnover, &matrix, &scratch) }
    let (law, classes) = population.invariant(&chain, &matrix, &scratch)
    guard let law else {
      throw MeanFieldError.severalClosedClasses(
        m: m,
        classes: classes.map { $0.map { layout.stateLabels[Int($0)].description } })
    }
    guard law.allSatisfy(\.isFinite) else { throw MeanFieldError.lawBeyondDoubles(m: m) }
    return law
  }

  /// M(μ) = Σ s(x) σ(a | x) κ(x, a), one value per scalar; an average, it is kept within the values of
  /// κ where rounding would take it outside.
  public func interaction(of policy: MeanFieldPolicy, law: [Double]) -> [Double] {
    zip(layout.interaction, layout.interactionRange).map { kappa, range in
      var total = 0.0
      for row in 0..<layout.rowCount where policy.weights[row] > 0 {
        total += law[Int(layout.stateOfRow[row])] * policy.weights[row] * kappa[row]
      }
      return min(max(total, range.lowerBound), range.upperBound)
    }
  }

  /// As of a policy, of a pure one given by its row at each state.
  public func interaction(rows: [Int32], law: [Double]) -> [Double] {
    zip(layout.interaction, layout.interactionRange).map { kappa, range in
      var total = 0.0
      for (state, row) in rows.enumerated() { total += law[state] * kappa[Int(row)] }
      return min(max(total, range.lowerBound), range.upperBound)
    }
  }

  /// Freezes at m, solves, and returns what the population does in answer.
  ///
  /// - Throws: `MeanFieldError`.
  public mutating func respond(to m: [Double]) throws -> MeanFieldResponse {
    freeze(at: m)
    return try response()
  }

  /// What the population does in answer to the tables as they are.
  ///
  /// - Throws: `MeanFieldError`.
  public mutating func response() throws -> MeanFieldResponse {
    try solve()
    let law = try invariantLaw(rows: policy)
    return MeanFieldResponse(
      m: m, mapped: interaction(rows: policy, law: law), rows: policy, values: values, law: law)
  }
}

/// What a population does in answer to an announced m.
public struct MeanFieldResponse: Sendable {
  /// The announced interaction.
  public var m: [Double]
  /// Φ(m): the interaction of the population that answers.
  public var mapped: [Double]
  /// The row of the action taken at each state.
  public var rows: [Int32]
  /// V(x, m).
  public var values: [Double]
  /// The population's law over states.
  public var law: [Double]

  /// f(m) = m − Φ(m) of a single scalar: negative left of an up-crossing.
  public var residual: Double { m[0] - mapped[0] }
}
