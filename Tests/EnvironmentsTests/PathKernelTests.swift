import Environments
import Statistics
import Testing

/// A stream that closures can share.
final class SharedStream {
  private var stream: RandomStream
  init(seed: UInt64, index: Int) {
    stream = RandomStream(seed: seed, role: .generation, index: index)
  }
  func next() -> Double { stream.uniform() }
}

/// A game with its own number of actions at every state, long and short rows, and an end of play.
func jaggedGame(seed: UInt64, states: Int = 9, players: Int = 3) throws -> StochasticGame {
  let random = SharedStream(seed: seed, index: 0)
  func uniform() -> Double { random.next() }
  var counts = (0..<states).map { _ in (0..<players).map { _ in 1 + Int(3 * uniform()) } }
  counts[states - 1] = Array(repeating: 1, count: players)
  return try StochasticGame(
    actionCounts: counts, discounts: Array(repeating: 0.9, count: players),
    initial: (0..<states).map { $0 < 4 ? 0.25 : 0 },
    stateLabels: (0..<states).map { .number(Double($0)) },
    actionLabels: .byState(counts.map { $0.map { (0..<$0).map { .number(Double($0)) } } })
  ) { state, _, row in
    if state == states - 1 {
      row.move(to: state, probability: 1)
      return
    }
    for player in 0..<players { row.pay(player, uniform() - 0.5) }
    var weights = (0..<states).map { _ in uniform() < 0.5 ? 0 : uniform() }
    weights[state] += 0.1
    let total = weights.reduce(0, +)
    for next in 0..<states where weights[next] > 0 {
      row.move(to: next, probability: weights[next] / total)
    }
  }
}

func randomProfile(_ game: StochasticGame, seed: UInt64, pure: Bool) -> Profile {
  let random = SharedStream(seed: seed, index: 1)
  func uniform() -> Double { random.next() }
  var profile = game.uniformProfile
  for player in 0..<game.playerCount {
    for state in 0..<game.stateCount {
      let count = game.actionCount(player, at: state)
      let chosen = Int(uniform() * Double(count))
      var law = (0..<count).map {
        pure ? ($0 == chosen ? 1 : 0) : (uniform() < 0.3 ? 0 : uniform())
      }
      if law.allSatisfy({ $0 == 0 }) { law[chosen] = 1 }
      let total = law.reduce(0, +)
      profile[player].setLaw(law.map { $0 / total }, at: state)
    }
  }
  return profile
}

@Suite struct PathKernelTests {
  /// Inversion by a plain scan of sums, straight from the game and the profile.
  private func scan(_ law: [Double], _ u: Double) -> Int {
    var sum = 0.0
    for (index, probability) in law.enumerated() where probability > 0 {
      sum += probability
      if u < sum { return index }
    }
    return law.lastIndex { $0 > 0 }!
  }

  @Test(arguments: [(1 as UInt64, true), (2, false), (3, true), (4, false)], [1, 2, 3, 4, 7, 9])
  func `paths are those of a plain simulation with the same uniforms`(
    kind: (seed: UInt64, pure: Bool), count: Int
  ) throws {
    let game = try jaggedGame(seed: kind.seed)
    let usual = randomProfile(game, seed: kind.seed, pure: kind.pure)
    let other = randomProfile(game, seed: kind.seed + 50, pure: false)
    for schedule in [[], [0, 0, 1, 0, 1]] {
      let profiles = schedule.isEmpty ? [usual] : [usual, other]
      let tables = try PathTables(game, profiles, schedule: schedule)
      let periods = 23
      var stream = RandomStream(seed: kind.seed, role: .simulation, index: count)
      let width = tables.drawsPerPeriod * periods
      let uniforms = (0..<(count * width)).map { _ in stream.uniform() }
      var states = (0..<count).map { Int32($0 % 4) }
      let starts = states
      var cells = [Int32](repeating: -1, count: count * periods)
      tables.play(count, periods: periods, uniforms: uniforms, states: &states, cells: &cells)
      for path in 0..<count {
        var state = Int(starts[path])
        for t in 0..<periods {
          let layer = schedule.isEmpty ? 0 : schedule[min(t, schedule.count - 1)]
          let own = uniforms[path * width..<(path + 1) * width]
          func draw(_ slot: Int) -> Double { own[own.startIndex + slot * periods + t] }
          let actions = (0..<game.playerCount).map { player in
            let law = profiles[layer][player].law(at: state)
            guard let slot = tables.mixing.firstIndex(of: player) else { return scan(law, 0) }
            return scan(law, draw(slot))
          }
          let cell = Int(cells[path * periods + t])
          #expect(tables.states[cell] == state)
          #expect(tables.rows[cell] == game.row(state, actions))
          #expect(tables.layer(ofCell: cell) == layer)
          let row = tables.rows[cell]
          let range = game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
          let next = scan(Array(game.probabilities[range]), draw(tables.mixing.count))
          state = Int(game.nextStates[range.lowerBound + next])
        }
        #expect(Int(states[path]) == state)
      }
    }
  }

  @Test func `draws are monotone in the uniform, also at the ends`() throws {
    let game = try jaggedGame(seed: 8, states: 40, players: 1)
    let tables = try PathTables(game, [game.uniformProfile])
    var last = -1
    for step in 0...1000 {
      let u = min(Double(step) / 1000, 0x1.fffffffffffffp-1)
      var states: [Int32] = [3]
      var cells: [Int32] = [0]
      tables.play(
        1, periods: 1, uniforms: Array(repeating: u, count: tables.drawsPerPeriod),
        states: &states, cells: &cells)
      #expect(Int(cells[0]) >= 0 && Int(cells[0]) < tables.cellCount)
      if tables.mixing.isEmpty || game.actionCount(0, at: 3) == 1 {
        #expect(Int(states[0]) >= last)
        last = Int(states[0])
      }
    }
  }

  @Test func `a profile or law that does not fit is refused`() throws {
    let game = try jaggedGame(seed: 1)
    let other = try jaggedGame(seed: 2)
    #expect(throws: GameError.self) { try PathTables(game, [other.uniformProfile]) }
    let error = #expect(throws: GameError.self) {
      try PathTables(game, [game.uniformProfile], initial: [1, 1])
    }
    #expect(error?.description.contains("9 nonnegative probabilities") == true)
  }

  @Test func `the law by date is the average of many paths`() throws {
    let game = try jaggedGame(seed: 5)
    let profile = randomProfile(game, seed: 5, pure: false)
    let tables = try PathTables(game, [profile])
    var law = PathLaw(game, tables)
    // By hand for one date: Σ over states and joint actions.
    var expected = [Double](repeating: 0, count: game.stateCount)
    for state in 0..<game.stateCount where game.initial[state] > 0 {
      for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
        let actions = game.jointAction(ofRow: row, at: state)
        let chance = (0..<game.playerCount).reduce(game.initial[state]) {
          $0 * profile[$1][state, actions[$1]]
        }
        for next in 0..<game.stateCount {
          expected[next] += chance * game.probability(row: row, to: next)
        }
      }
    }
    law.advance()
    for state in expected.indices { #expect(abs(law.states[state] - expected[state]) < 1e-14) }
    for _ in 0..<50 { law.advance() }
    #expect(abs(law.states.reduce(0, +) - 1) < 1e-12)
  }
}
