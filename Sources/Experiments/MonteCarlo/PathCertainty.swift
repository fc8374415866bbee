internal import Environments

/// Which estimates chance has no part in: those of numbers that are the same on every path.
///
/// An error of 0 is the truth for these, and says nothing of any other: what hardly ever happens is
/// mostly never seen. Found from the law of play, carried forward date by date: a quantity is certain at
/// a date if it has one value over all cells with a chance of being played.
struct PathCertainty: Sendable {
  /// `[quantity][charted date]`.
  private(set) var dates: [[Bool]] = []
  /// `[column of PathColumns]`.
  private(set) var columns: [Bool] = []
  /// `[column of LongRunColumns.means]`: at every date after the burn-in.
  private(set) var longRun: [Bool] = []
  /// `[state]`: whether it is sure at every date after the burn-in to be there, or not to be.
  private(set) var states: [Bool] = []

  /// Nothing is known to be certain.
  init() {}

  func isCertain(column: Int) -> Bool { columns.indices.contains(column) && columns[column] }
  func isCertain(longRun column: Int) -> Bool {
    longRun.indices.contains(column) && longRun[column]
  }
  func isCertain(state: Int) -> Bool { states.indices.contains(state) && states[state] }
  func isCertain(_ quantity: Int, atPlace place: Int) -> Bool {
    dates.indices.contains(quantity) && dates[quantity].indices.contains(place)
      && dates[quantity][place]
  }

  /// What is found while a law is carried forward.
  struct Finder {
    private let plan: PathPlan
    private let tables: PathTables
    /// `[quantity]` and then welfare: whether it varies at some date, and at some date after the burn-in.
    private var varies: [Bool]
    private var variesLate: [Bool]
    /// `[event]`, the same.
    private var switches: [Bool]
    private var switchesLate: [Bool]
    private var statesVary: [Bool]
    private var dates: [[Bool]]
    /// Whether more than one cell is ever played at a date.
    private var branches = false

    init(_ plan: PathPlan, _ tables: PathTables) {
      self.plan = plan
      self.tables = tables
      varies = Array(repeating: false, count: plan.quantities.count + 1)
      variesLate = varies
      switches = Array(repeating: false, count: plan.events.count)
      switchesLate = switches
      statesVary = Array(repeating: false, count: plan.game.stateCount)
      dates = plan.quantities.map { _ in [] }
    }

    /// Looks at one date.
    mutating func add(_ law: PathLaw, isCharted: Bool) {
      let (game, players) = (plan.game, plan.columns.players)
      let isLate = law.period >= plan.settings.burnIn
      var cells: [Int] = []
      law.forEachCell { cell, probability in if probability > 0 { cells.append(cell) } }
      guard let first = cells.first else { return }
      if cells.count > 1 { branches = true }
      func differ(_ value: (Int) -> Double, slack: Double = 0) -> Bool {
        let start = value(first)
        return cells.contains { abs(value($0) - start) > slack }
      }
      for (index, quantity) in plan.quantities.enumerated() {
        // What varies already need not be looked at again, except in charts.
        guard isCharted || !varies[index] || (isLate && !variesLate[index]) else { continue }
        let found = differ { quantity.values[tables.rows[$0]] }
        if isCharted { dates[index].append(!found) }
        if found { varies[index] = true }
        if found, isLate { variesLate[index] = true }
      }
      if !varies[plan.quantities.count] {
        func welfare(_ cell: Int) -> Double {
          (0..<players).reduce(0) { $0 + game.payoff($1, row: tables.rows[cell]) }
        }
        let size = (0..<players).reduce(0) { $0 + abs(game.payoff($1, row: tables.rows[first])) }
        varies[plan.quantities.count] = differ(welfare, slack: 1e-12 * size)
      }
      for (index, event) in plan.events.enumerated() where !switchesLate[index] {
        guard differ({ event.states[tables.states[$0]] ? 1 : 0 }) else { continue }
        switches[index] = true
        if isLate { switchesLate[index] = true }
      }
      guard isLate, differ({ Double(tables.states[$0]) }) else { return }
      for cell in cells { statesVary[tables.states[cell]] = true }
    }

    /// What was found when all dates have been looked at.
    var certainty: PathCertainty {
      let own = plan.columns
      var found = PathCertainty()
      found.dates = dates
      found.columns = Array(repeating: false, count: own.count)
      let grows = plan.game.growth != nil
      for quantity in plan.quantities.indices where !varies[quantity] {
        found.columns[own.mean(quantity)] = true
        // Payoffs are weighted by growth, which hangs on the path.
        found.columns[own.discounted(quantity)] = !grows || quantity >= own.players || !branches
      }
      let discounts = plan.game.discounts
      found.columns[own.welfare] =
        !varies[plan.quantities.count] && (!grows || !branches)
        && (discounts.allSatisfy { $0 == discounts[0] } || !branches)
      for event in plan.events.indices where !switches[event] {
        for part in PathColumns.EventPart.allCases { found.columns[own.event(event, part)] = true }
      }
      found.longRun =
        plan.quantities.indices.map { !variesLate[$0] }
        + plan.events.indices.map { !switchesLate[$0] }
      found.states = statesVary.map { !$0 }
      return found
    }
  }
}
