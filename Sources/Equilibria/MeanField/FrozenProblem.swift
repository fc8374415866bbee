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
  /// Components of the graph of all rows, sinks first, with the band of each.
  private let order: ComponentOrder
  private let bands: [(lower: Int, upper: Int)]
  /// Position of each state within its component.
  private let position: [Int32]
  private var chain: ComponentOrder
  private var matrix = BandMatrix()
  private var scratch: [Double]

  /// Room for a game's frozen problem; freezes at the middle of the bounds.
  public init(_ game: any MeanFieldGame) throws {
    let layout = game.layout
    self.game = game
    self.layout = layout
    discount = game.discount
    m = game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    tables = FrozenTables(layout)
    values = [Double](repeating: 0, count: layout.stateCount)
    policy = (0..<layout.stateCount).map { Int32(layout.rowOffsets[$0]) }
    chain = ComponentOrder(nodes: layout.stateCount)
    scratch = values
    var order = ComponentOrder(nodes: layout.stateCount)
    order.find { state, edge in
      let entry = layout.transitionOffsets[layout.rowOffsets[state]] + edge
      guard entry < layout.transitionOffsets[layout.rowOffsets[state + 1]] else { return nil }
      return layout.nextStates[entry]
    }
    var position = [Int32](repeating: 0, count: layout.stateCount)
    for part in 0..<order.count {
      for (place, state) in order.members(of: part).enumerated() {
        position[Int(state)] = Int32(place)
      }
    }
    var bands = [(lower: Int, upper: Int)](repeating: (0, 0), count: order.count)
    for row in 0..<layout.rowCount {
      let state = Int(layout.stateOfRow[row])
      let part = Int(order.component[state])
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        let next = Int(layout.nextStates[entry])
        guard Int(order.component[next]) == part else { continue }
        let step = Int(position[next] - position[state])
        bands[part].lower = max(bands[part].lower, -step)
        bands[part].upper = max(bands[part].upper, step)
      }
    }
    self.order = order
    self.bands = bands
    self.position = position
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

  /// Makes the next `solve()` start from the first action of every state, so that its result does not
  /// depend on what was solved before.
  mutating func forgetPolicy() {
    for state in policy.indices { policy[state] = Int32(layout.rowOffsets[state]) }
  }

  /// Replaces the tables by others of the game's shape, such as a blend of two one-sided limits.
  public mutating func freeze(at m: [Double], tables: FrozenTables) {
    self.m = m
    self.tables = tables
  }

  // MARK: - The agent's problem

  /// Q(x, a) of a row: π + β Σ P V.
  public func actionValue(row: Int, values: [Double]) -> Double {
    var next = 0.0
    for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
      next += tables.probabilities[entry] * values[Int(layout.nextStates[entry])]
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
      evaluateRows()
      let threshold = 1e-12 * scale
      var isSettled = true
      for state in 0..<layout.stateCount {
        let rows = layout.rows(of: state)
        guard rows.count > 1 else { continue }
        let kept = Int(policy[state])
        var best = kept
        var bestValue = actionValue(row: kept, values: values) + threshold
        for row in rows where row != kept {
          let value = actionValue(row: row, values: values)
          if value > bestValue {
            best = row
            bestValue = value
          }
        }
        if best != kept {
          policy[state] = Int32(best)
          isSettled = false
        }
      }
      guard isSettled else { continue }
      nameFirstOfTies()
      return
    }
    throw MeanFieldError.noOptimalPolicy(m: m)
  }

  private var scale: Double {
    var largest = 0.0
    for value in values { largest = max(largest, abs(value)) }
    return largest > 0 ? largest : 1
  }

  private mutating func nameFirstOfTies() {
    let tolerance = 1e-11 * scale
    for state in 0..<layout.stateCount {
      let rows = layout.rows(of: state)
      guard rows.count > 1 else { continue }
      var best = -Double.infinity
      for row in rows { best = max(best, actionValue(row: row, values: values)) }
      for row in rows where actionValue(row: row, values: values) >= best - tolerance {
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
    let kept = values
    let layout = layout
    evaluate { state, use in
      for row in layout.rows(of: state) where policy.weights[row] > 0 {
        use(row, policy.weights[row])
      }
    }
    let found = values
    values = kept
    return found
  }

  /// As `evaluate`, of a pure policy given by its row at each state.
  mutating func values(of rows: [Int32]) -> [Double] {
    let kept = values
    evaluate { state, use in use(Int(rows[state]), 1) }
    let found = values
    values = kept
    return found
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

  private mutating func evaluateRows() {
    let rows = policy
    evaluate { state, use in use(Int(rows[state]), 1) }
  }

  /// Writes the values of a policy, given as rows and weights at each state, to `values`.
  private mutating func evaluate(
    _ forRows: (_ state: Int, _ use: (_ row: Int, _ weight: Double) -> Void) -> Void
  ) {
    for part in 0..<order.count {
      let members = order.members(of: part)
      let first = members.startIndex
      if members.count == 1 {
        let state = Int(members[first])
        var (known, stay) = (0.0, 0.0)
        forRows(state) { row, weight in
          var next = 0.0
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            let to = Int(layout.nextStates[entry])
            let probability = tables.probabilities[entry]
            if to == state {
              stay += weight * probability
            } else {
              next += probability * values[to]
            }
          }
          known += weight * (tables.payoffs[row] + discount * next)
        }
        values[state] = known / (1 - discount * stay)
        continue
      }
      matrix.reset(size: members.count, lower: bands[part].lower, upper: bands[part].upper)
      for i in 0..<members.count {
        let state = Int(members[first + i])
        var known = 0.0
        matrix[i, i] = 1
        forRows(state) { row, weight in
          known += weight * tables.payoffs[row]
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            let to = Int(layout.nextStates[entry])
            let factor = weight * discount * tables.probabilities[entry]
            if Int(order.component[to]) == part {
              matrix[i, Int(position[to])] -= factor
            } else {
              known += factor * values[to]
            }
          }
        }
        scratch[i] = known
      }
      matrix.solve(&scratch)
      for i in 0..<members.count { values[Int(members[first + i])] = scratch[i] }
    }
  }

  // MARK: - The population

  /// The population's long-run law under a policy at the frozen m.
  ///
  /// Without turnover: the invariant law of the one closed class, by GTH elimination. With it: agents
  /// enter at one state and live geometrically long, s = (1 − q) e (I − q P)⁻¹.
  ///
  /// - Returns: a law over states, summing to 1 within rounding.
  /// - Throws: `MeanFieldError.severalClosedClasses` naming them.
  public mutating func invariantLaw(of policy: MeanFieldPolicy) throws -> [Double] {
    if let turnover = game.turnover, turnover.survival < 1 {
      return lawUnderTurnover(turnover, policy)
    }
    let closed = try closedClass(policy)
    var place = [Int32](repeating: -1, count: layout.stateCount)
    for (i, state) in closed.enumerated() { place[Int(state)] = Int32(i) }
    var (lower, upper) = (0, 0)
    forTransitions(of: closed, policy) { i, to, _ in
      lower = max(lower, i - Int(place[to]))
      upper = max(upper, Int(place[to]) - i)
    }
    matrix.reset(size: closed.count, lower: lower, upper: upper)
    forTransitions(of: closed, policy) { i, to, probability in
      matrix[i, Int(place[to])] += probability
    }
    matrix.invariantLaw(&scratch)
    var law = [Double](repeating: 0, count: layout.stateCount)
    for (i, state) in closed.enumerated() { law[Int(state)] = scratch[i] }
    return law
  }

  /// M(μ) = Σ s(x) σ(a | x) κ(x, a), one value per scalar.
  public func interaction(of policy: MeanFieldPolicy, law: [Double]) -> [Double] {
    layout.interaction.map { kappa in
      var total = 0.0
      for row in 0..<layout.rowCount where policy.weights[row] > 0 {
        total += law[Int(layout.stateOfRow[row])] * policy.weights[row] * kappa[row]
      }
      return total
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
    let pure = MeanFieldPolicy(rows: policy, in: layout)
    let law = try invariantLaw(of: pure)
    return MeanFieldResponse(
      m: m, mapped: interaction(of: pure, law: law), rows: policy, values: values, law: law)
  }

  private func forTransitions(
    of states: ArraySlice<Int32>, _ policy: MeanFieldPolicy,
    _ use: (_ place: Int, _ next: Int, _ probability: Double) -> Void
  ) {
    for (i, state) in states.enumerated() {
      for row in layout.rows(of: Int(state)) where policy.weights[row] > 0 {
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1]
        where tables.probabilities[entry] > 0 {
          use(i, Int(layout.nextStates[entry]), policy.weights[row] * tables.probabilities[entry])
        }
      }
    }
  }

  /// The states of the one closed class, ascending.
  private mutating func closedClass(_ policy: MeanFieldPolicy) throws -> ArraySlice<Int32> {
    let (layout, tables) = (layout, tables)
    chain.find { state, edge in
      let rows = layout.rows(of: state)
      let entry = layout.transitionOffsets[rows.lowerBound] + edge
      guard entry < layout.transitionOffsets[rows.upperBound] else { return nil }
      guard tables.probabilities[entry] > 0 else { return -1 }
      // Rows are few: find the one that the transition belongs to.
      var row = rows.lowerBound
      while layout.transitionOffsets[row + 1] <= entry { row += 1 }
      return policy.weights[row] > 0 ? layout.nextStates[entry] : -1
    }
    var closed: [Int] = []
    for part in 0..<chain.count {
      var leaves = false
      forTransitions(of: chain.members(of: part), policy) { _, next, _ in
        if Int(chain.component[next]) != part { leaves = true }
      }
      if !leaves { closed.append(part) }
    }
    guard closed.count == 1 else {
      throw MeanFieldError.severalClosedClasses(
        m: m,
        classes: closed.map { part in
          chain.members(of: part).map { layout.stateLabels[Int($0)].description }
        })
    }
    return chain.members(of: closed[0])
  }

  private mutating func lawUnderTurnover(
    _ turnover: Turnover, _ policy: MeanFieldPolicy
  ) -> [Double] {
    let survival = turnover.survival
    // What reaches each state from states already done; sources come first.
    var law = [Double](repeating: 0, count: layout.stateCount)
    law[turnover.entry] = 1 - survival
    for part in stride(from: order.count - 1, through: 0, by: -1) {
      let members = order.members(of: part)
      if members.count > 1 {
        matrix.reset(size: members.count, lower: bands[part].upper, upper: bands[part].lower)
        for i in 0..<members.count { matrix[i, i] = 1 }
        forTransitions(of: members, policy) { i, to, probability in
          guard Int(order.component[to]) == part else { return }
          matrix[Int(position[to]), i] -= survival * probability
        }
        for (i, state) in members.enumerated() { scratch[i] = law[Int(state)] }
        matrix.solve(&scratch)
        for (i, state) in members.enumerated() { law[Int(state)] = scratch[i] }
      } else {
        let state = Int(members[members.startIndex])
        var stay = 0.0
        forTransitions(of: members, policy) { _, to, probability in
          if to == state { stay += probability }
        }
        law[state] /= 1 - survival * stay
      }
      for state in members {
        let mass = law[Int(state)]
        guard mass > 0 else { continue }
        forTransitions(of: [state], policy) { _, to, probability in
          if Int(order.component[to]) != part { law[to] += survival * mass * probability }
        }
      }
    }
    return law
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
