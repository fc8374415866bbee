extension DirectionalGame {
  /// A game played for finitely many periods, as a directional game whose direction is time
  /// (Iskhakov, Rust and Schjerning 2016, Example 1 and Theorem 6).
  ///
  /// State s of `game` in period t < T becomes state t S + s of the game written out here, labelled
  /// `t: s` with t counted from 1, and whatever is done in the last period leads to a terminal state
  /// `T S`, the end, where nothing more is paid. Terminal states stay terminal. States of one period
  /// never lead to each other, so each is a point of its own, and the periods are the stages, the
  /// last period first; terminal states make the very first stage.
  ///
  /// - Parameter periods: T ≥ 1.
  /// - Throws: `GameError` if there are no periods or the game is too large to be written out T times.
  public static func finiteHorizon(
    _ game: StochasticGame, periods: Int
  ) throws -> DirectionalGame {
    guard periods >= 1 else {
      throw GameError("horizon", "must be at least 1 period, not \(periods)")
    }
    let count = game.stateCount
    let (rows, overflow) = game.rowCount.multipliedReportingOverflow(by: periods)
    guard !overflow, rows < StochasticGame.maximumRowCount else {
      throw GameError(
        "horizon",
        "\(periods) periods of \(game.rowCount) joint actions make more than "
          + "\(StochasticGame.maximumRowCount) rows, too many to write out; take fewer periods")
    }
    let end = periods * count
    let one = [Int](repeating: 1, count: game.playerCount)
    let counts = (0..<count).map { state in
      (0..<game.playerCount).map { game.actionCount($0, at: state) }
    }
    let terminal = (0..<count).filter { game.isTerminal[$0] }
    func names(_ state: Int) -> [[Label]] {
      (0..<game.playerCount).map { game.actionLabels.labels($0, at: state) }
    }
    let unrolled = try StochasticGame(
      actionCounts: (0..<end).map { counts[$0 % count] } + [one], discounts: game.discounts,
      initial: game.initial + [Double](repeating: 0, count: end - count + 1),
      terminal: Set(
        (0..<periods).flatMap { period in terminal.map { period * count + $0 } } + [end]),
      stateLabels: (0..<end).map { .text("\($0 / count + 1): \(game.stateLabels[$0 % count])") }
        + [.text("end")],
      actionLabels: .byState(
        (0..<end).map { names($0 % count) } + [one.map { _ in [.text("0")] }]),
      mirror: game.mirror.map { mirror in
        (0..<end).map { $0 / count * count + mirror[$0 % count] } + [end]
      }
    ) { state, joint, writer in
      let (period, here) = (state / count, state % count)
      let row = game.row(here, joint)
      for player in 0..<game.playerCount { writer.pay(player, game.payoff(player, row: row)) }
      writer.grow(by: game.growth?[row] ?? 1)
      guard period + 1 < periods else {
        writer.move(to: end, probability: 1)
        return
      }
      for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
        writer.move(
          to: (period + 1) * count + Int(game.nextStates[entry]),
          probability: game.probabilities[entry])
      }
    }
    return try DirectionalGame(unrolled, points: Array(0...end))
  }
}
