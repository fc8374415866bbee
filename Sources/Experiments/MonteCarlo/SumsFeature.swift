internal import Agents
internal import Environments

/// Discounted sums and means over dates of every quantity, and the control martingales.
///
/// The control of player i, for any function V of the state, is
///
///     Cᵢ = V̄(s₀) − E V̄(s₀) + Σₜ wₜ (uᵢ(cₜ) + δᵢ gₜ V(sₜ₊₁) − V̄(sₜ)),   V̄(s) = E[uᵢ + δᵢ g V(s′) | s],
///
/// with the expectations under the profile that is simulated, so that E Cᵢ = 0 exactly. With V the
/// profile's own values the path's discounted payoff is Cᵢ + E V(s₀) − w_T V(s_T): all but the tail of
/// its variance is the control's (Henderson and Glynn 2002, "Approximating martingales for variance
/// reduction in Markov process simulation").
final class SumsFeature {
  private let memory = TableMemory()
  private let columns: PathColumns
  private let tables: CellTables
  private let cells: Int
  /// `[quantity][cell]`.
  private let values: UnsafeMutablePointer<Double>
  /// `[distinct discount][period of a chunk]`.
  private let weights: UnsafeMutablePointer<Double>
  private let discounts: [Double]
  /// Which discount each quantity has.
  private let discountOf: [Int]
  private let growth: UnsafeMutablePointer<Double>?
  private let control: PathControl?
  private let chunk: Int
  private let sums: UnsafeMutablePointer<Double>
  private let totals: UnsafeMutablePointer<Double>
  private let controls: UnsafeMutablePointer<Double>
  /// wₜ at the beginning of the chunk, of each discount.
  private let factors: UnsafeMutablePointer<Double>
  private var periods = 0

  /// - Parameter own: the discount of each player.
  init(
    _ tables: CellTables, columns: PathColumns, discounts own: [Double], control: PathControl?,
    chunk: Int
  ) {
    self.tables = tables
    self.columns = columns
    self.control = control
    self.chunk = chunk
    cells = tables.cellCount
    values = tables.values
    growth = tables.growth
    var distinct: [Double] = []
    // What is not a payoff is discounted as player 1 does.
    discountOf = (0..<columns.quantityCount).map { quantity in
      let discount = own[quantity < columns.players ? quantity : 0]
      if let known = distinct.firstIndex(of: discount) { return known }
      distinct.append(discount)
      return distinct.count - 1
    }
    discounts = distinct
    weights = memory.block(of: distinct.count * chunk, repeating: 0)
    factors = memory.block(of: distinct.count, repeating: 1)
    sums = memory.block(of: columns.quantityCount, repeating: 0)
    totals = memory.block(of: columns.quantityCount, repeating: 0)
    controls = memory.block(of: max(1, columns.controlCount), repeating: 0)
    for (index, discount) in distinct.enumerated() {
      var weight = 1.0
      for t in 0..<chunk {
        weights[index * chunk + t] = weight
        weight *= discount
      }
    }
  }

  func begin() {
    for index in discounts.indices { factors[index] = 1 }
    for index in 0..<columns.quantityCount {
      sums[index] = 0
      totals[index] = 0
    }
    for index in 0..<columns.controlCount { controls[index] = 0 }
    periods = 0
  }

  /// Takes the next `count` cells of a path, and the state after them.
  func consume(_ path: UnsafePointer<Int32>, count: Int, next: Int) {
    let cells = cells
    for quantity in 0..<columns.quantityCount {
      let column = values + quantity * cells
      let weight = weights + discountOf[quantity] * chunk
      var (a, b, c, d) = (0.0, 0.0, 0.0, 0.0)
      var (e, f, g, h) = (0.0, 0.0, 0.0, 0.0)
      var t = 0
      while t &+ 4 <= count {
        let (x, y) = (column[Int(path[t])], column[Int(path[t &+ 1])])
        let (z, v) = (column[Int(path[t &+ 2])], column[Int(path[t &+ 3])])
        a += x
        b += y
        c += z
        d += v
        e += weight[t] * x
        f += weight[t &+ 1] * y
        g += weight[t &+ 2] * z
        h += weight[t &+ 3] * v
        t &+= 4
      }
      while t < count {
        let x = column[Int(path[t])]
        a += x
        e += weight[t] * x
        t &+= 1
      }
      totals[quantity] += (a + b) + (c + d)
      if growth == nil || quantity >= columns.players {
        sums[quantity] += factors[discountOf[quantity]] * ((e + f) + (g + h))
      }
    }
    if growth != nil || control != nil { consumeWeighted(path, count: count, next: next) }
    for (index, discount) in discounts.enumerated() {
      // The chunk's last weight, times the discount once more, is that of its end.
      factors[index] *= weights[index * chunk + count - 1] * discount
    }
    periods += count
  }

  /// Payoffs under growth, and controls: what needs every date's own weight.
  private func consumeWeighted(_ path: UnsafePointer<Int32>, count: Int, next: Int) {
    for player in 0..<columns.players {
      let discount = discounts[discountOf[player]]
      let column = values + player * cells
      var weight = growth == nil ? factors[discountOf[player]] : grown[player]
      var (sum, martingale) = (0.0, 0.0)
      for t in 0..<count {
        let cell = Int(path[t])
        let factor = discount * (growth.map { $0[cell] } ?? 1)
        sum += weight * column[cell]
        if let control {
          let following = t + 1 < count ? control.before(player, cell: Int(path[t + 1])) : nil
          martingale +=
            weight
            * control.surprise(
              player, cell: cell, payoff: column[cell], factor: factor, following: following,
              next: next)
        }
        weight *= factor
      }
      if growth != nil {
        sums[player] += sum
        grown[player] = weight
      }
      if columns.controlCount > 0 { controls[player] += martingale }
    }
  }

  /// wₜ of each player where payoffs grow.
  private lazy var grown = [Double](repeating: 1, count: columns.players)

  /// Writes this path's columns.
  ///
  /// - Parameter first: the path's first cell.
  func end(into row: UnsafeMutablePointer<Double>, first: Int) {
    var welfare = 0.0
    for quantity in 0..<columns.quantityCount {
      row[columns.discounted(quantity)] = sums[quantity]
      row[columns.mean(quantity)] = totals[quantity] / Double(periods)
      if quantity < columns.players { welfare += sums[quantity] }
    }
    row[columns.welfare] = welfare
    guard let control else { return }
    for player in 0..<columns.controlCount {
      row[columns.control(player)] = controls[player] + control.startSurprise(player, cell: first)
    }
  }

  /// Prepares growth weights for a new path.
  func beginGrowth() {
    guard growth != nil else { return }
    for player in 0..<columns.players { grown[player] = 1 }
  }
}

/// V and V̄ of the control martingales, for one profile.
struct PathControl {
  /// `[player][cell]`: V at the cell's state, in its layer.
  private let after: [[Double]]
  /// `[player][cell]`: V̄ at the cell's state.
  private let expected: [[Double]]
  /// `[player][state]`: V after the last move.
  private let last: [[Double]]
  /// E V̄(s₀) of each player.
  private let start: [Double]

  /// Prepares the martingales of a profile.
  ///
  /// - Parameter values: V as `[player][state]` by period; one period stands for all.
  init(_ game: StochasticGame, _ tables: PathTables, values: [[[Double]]], periods: Int) {
    let isStationary = values.count == 1
    let players = 0..<game.playerCount
    // A layer is a period where there are several: the state after it is worth what the next says.
    func worth(_ player: Int, _ layer: Int, _ state: Int) -> Double {
      if isStationary { return values[0][player][state] }
      return layer < values.count ? values[layer][player][state] : 0
    }
    let layers = (0..<tables.cellCount).map { tables.layer(ofCell: $0) }
    after = players.map { player in
      (0..<tables.cellCount).map { worth(player, layers[$0], tables.states[$0]) }
    }
    expected = players.map { player in
      var sums = [Double](repeating: 0, count: tables.layerCount * game.stateCount)
      for cell in 0..<tables.cellCount {
        let row = tables.rows[cell]
        var future = 0.0
        for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
          future +=
            game.continuations[entry]
            * worth(player, layers[cell] + 1, Int(game.nextStates[entry]))
        }
        sums[layers[cell] * game.stateCount + tables.states[cell]] +=
          tables.weights[cell]
          * (game.payoff(player, row: row) + game.discounts[player] * future)
      }
      return (0..<tables.cellCount).map {
        sums[layers[$0] * game.stateCount + tables.states[$0]]
      }
    }
    last = players.map { player in
      (0..<game.stateCount).map { worth(player, isStationary ? 0 : periods, $0) }
    }
    let expected = expected
    start = players.map { player in
      var sum = 0.0
      for state in 0..<game.stateCount where tables.initial[state] > 0 {
        sum += tables.initial[state] * expected[player][tables.firstCell(state)]
      }
      return sum
    }
  }

  /// V at the state of a cell that was moved to.
  func before(_ player: Int, cell: Int) -> Double { after[player][cell] }

  /// What a date brought beyond its expectation.
  func surprise(
    _ player: Int, cell: Int, payoff: Double, factor: Double, following: Double?, next: Int
  ) -> Double {
    payoff + factor * (following ?? last[player][next]) - expected[player][cell]
  }

  /// What the draw of the first state brought beyond its expectation.
  func startSurprise(_ player: Int, cell: Int) -> Double { expected[player][cell] - start[player] }
}
