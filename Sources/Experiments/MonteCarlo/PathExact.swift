internal import Environments
internal import Equilibria

/// What the statistics of a profile's paths are in expectation, without simulation: the law of play is
/// carried forward date by date, and its long run solved for.
struct PathExact: Sendable {
  /// `[column of PathColumns]`: means that are known; nil for the others.
  private(set) var columns: [Double?]
  /// `[charted date]` of the law over cells.
  private(set) var laws: [[Double]] = []
  /// The long-run law over cells, and over states; nil where it is not to be had.
  private(set) var longRun: (cells: [Double], states: [Double])?
  /// `[correlated quantity][lag]`.
  private(set) var autocorrelations: [[Double]] = []
  /// Where chance has no part.
  private(set) var certainty = PathCertainty()
  /// Mean duration of spells of each event in the long run; nil where there is none.
  private(set) var durations: [Double?] = []

  /// Multiplications beyond which expectations are left out, some seconds of work.
  private static let mostWork = 1_000_000_000
  /// Numbers of date laws beyond which charts have no exact line.
  private static let largestLaws = 20_000_000

  /// Nil where the law would be too much work to carry forward.
  init?(_ plan: PathPlan, _ index: Int, isCancelled: () -> Bool) {
    let (game, tables) = (plan.game, plan.played[index].tables)
    let step = PathLaw.cost(game, tables)
    guard
      step.multipliedReportingOverflow(by: plan.periods * (2 + plan.events.count)).overflow
        == false, step * plan.periods * (2 + plan.events.count) <= Self.mostWork
    else { return nil }
    columns = Array(repeating: nil, count: plan.columns.count)
    for control in 0..<plan.columns.controlCount { columns[plan.columns.control(control)] = 0 }
    expectations(plan, tables)
    if isCancelled() { return nil }
    for event in plan.events.indices { passages(plan, tables, event) }
    if isCancelled() { return nil }
    if tables.layerCount == 1 { solveLongRun(plan, index) }
  }

  /// Discounted sums, means and shares, and the laws at charted dates.
  private mutating func expectations(_ plan: PathPlan, _ tables: PathTables) {
    let (game, own) = (plan.game, plan.columns)
    let keepsLaws = plan.dates.count * tables.cellCount <= Self.largestLaws
    var law = PathLaw(game, tables)
    var grown = law
    var sums = [Double](repeating: 0, count: own.count)
    var weights = game.discounts.map { _ in 1.0 }
    var inside = [Double](repeating: 0, count: plan.events.count)
    var chart = plan.dates[...]
    var finder = PathCertainty.Finder(plan, tables)
    for period in 0..<plan.periods {
      let isCharted = chart.first == period
      if isCharted { chart = chart.dropFirst() }
      var cells = isCharted && keepsLaws ? [Double](repeating: 0, count: tables.cellCount) : []
      law.forEachCell { cell, probability in
        let row = tables.rows[cell]
        for (index, quantity) in plan.quantities.enumerated() {
          let value = probability * quantity.values[row]
          sums[own.mean(index)] += value
          sums[own.discounted(index)] += weights[index < own.players ? index : 0] * value
        }
        for (index, event) in plan.events.enumerated() where event.states[tables.states[cell]] {
          inside[index] += probability
        }
        if !cells.isEmpty { cells[cell] += probability }
      }
      if !cells.isEmpty { laws.append(cells) }
      finder.add(law, isCharted: isCharted)
      if game.growth != nil {
        // Payoffs are weighted by the growth on the way to them.
        if period == 0 { for player in 0..<own.players { sums[own.discounted(player)] = 0 } }
        if period == 0 { grownSums = Array(repeating: 0, count: own.players) }
        grown.forEachCell { cell, mass in
          for player in 0..<own.players {
            grownSums[player] +=
              weights[player] * mass * game.payoff(player, row: tables.rows[cell])
          }
        }
        grown.advance(growing: true)
      }
      law.advance()
      for player in weights.indices { weights[player] *= game.discounts[player] }
    }
    certainty = finder.certainty
    for index in 0..<own.quantityCount {
      columns[own.mean(index)] = sums[own.mean(index)] / Double(plan.periods)
      columns[own.discounted(index)] = sums[own.discounted(index)]
    }
    if game.growth != nil {
      for player in 0..<own.players { columns[own.discounted(player)] = grownSums[player] }
    }
    columns[own.welfare] = (0..<own.players).reduce(0) { $0 + columns[own.discounted($1)]! }
    for event in plan.events.indices {
      columns[own.event(event, .share)] = inside[event] / Double(plan.periods)
    }
  }

  private var grownSums: [Double] = []

  /// The law of a first passage, by taking out the mass that has arrived.
  private mutating func passages(_ plan: PathPlan, _ tables: PathTables, _ event: Int) {
    let states = plan.events[event].states
    var law = PathLaw(plan.game, tables)
    var (arrived, waiting, passage) = (0.0, 0.0, 0.0)
    for period in 0..<plan.periods {
      var now = 0.0
      for state in states.indices where states[state] { now += law.states[state] }
      arrived += now
      passage += Double(period) * now
      waiting += max(0, 1 - arrived)
      if period + 1 < plan.periods { law.advance(absorbing: states) }
    }
    columns[plan.columns.event(event, .hit)] = arrived
    columns[plan.columns.event(event, .waiting)] = waiting
    columns[plan.columns.event(event, .passage)] = passage
  }

  private mutating func solveLongRun(_ plan: PathPlan, _ index: Int) {
    let (game, tables) = (plan.game, plan.played[index].tables)
    guard let play = try? game.longRunPlay(of: tables.profile(in: game), from: tables.initial)
    else { return }
    var cells = [Double](repeating: 0, count: tables.cellCount)
    let cellOf = Dictionary(
      (0..<tables.cellCount).map { (tables.states[$0] << 32 | tables.rows[$0], $0) },
      uniquingKeysWith: { first, _ in first })
    for entry in play.entries {
      guard let cell = cellOf[entry.state << 32 | entry.row] else { continue }
      cells[cell] = entry.probability
    }
    longRun = (cells, play.stateLaw(in: game))
    durations = plan.events.map { event in
      // Dates inside over entries into it.
      var (inside, entries) = (0.0, 0.0)
      for cell in 0..<tables.cellCount where cells[cell] > 0 {
        if event.states[tables.states[cell]] {
          inside += cells[cell]
        } else {
          let row = tables.rows[cell]
          for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
          where event.states[Int(game.nextStates[entry])] {
            entries += cells[cell] * game.probabilities[entry]
          }
        }
      }
      return entries > 1e-15 ? inside / entries : nil
    }
    guard plan.settings.lags > 0 else { return }
    let work = PathLaw.cost(game, tables) * plan.settings.lags * plan.quantities.count
    guard work <= Self.mostWork else { return }
    autocorrelations = plan.longRun.correlated.map { quantity in
      correlation(plan, tables, cells, plan.quantities[quantity].values)
    }
  }

  /// Corr(x₀, x_k) in the long run, for every lag; all 1 at lag 0, nothing where x does not vary.
  private func correlation(
    _ plan: PathPlan, _ tables: PathTables, _ law: [Double], _ values: [Double]
  ) -> [Double] {
    let game = plan.game
    let count = game.stateCount
    let x = tables.rows.map { values[$0] }
    let mean = zip(law, x).reduce(0) { $0 + $1.0 * $1.1 }
    let variance = zip(law, x).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let scale = x.map(abs).max() ?? 0
    guard variance > 1e-20 * max(1, scale * scale) else { return [] }
    var found = [1.0]
    // Mass weighted by the deviation at the first date, by cell.
    var weighted = law.indices.map { law[$0] * (x[$0] - mean) }
    for _ in 1...plan.settings.lags {
      var states = [Double](repeating: 0, count: count)
      for cell in weighted.indices where weighted[cell] != 0 {
        let row = tables.rows[cell]
        for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
          states[Int(game.nextStates[entry])] += weighted[cell] * game.probabilities[entry]
        }
      }
      var sum = 0.0
      for cell in weighted.indices {
        weighted[cell] = states[tables.states[cell]] * tables.weights[cell]
        sum += weighted[cell] * (x[cell] - mean)
      }
      found.append(sum / variance)
    }
    return found
  }
}

extension PathTables {
  /// The profile that a single layer was compiled from.
  func profile(in game: StochasticGame) -> Profile {
    var profile = game.uniformProfile
    for player in 0..<playerCount {
      for entry in profile[player].probabilities.indices {
        profile.policies[player].probabilities[entry] = 0
      }
    }
    for cell in 0..<cellCount {
      let actions = game.jointAction(ofRow: rows[cell], at: states[cell])
      for player in 0..<playerCount {
        profile[player][states[cell], actions[player]] += weights[cell]
      }
    }
    return profile
  }
}
