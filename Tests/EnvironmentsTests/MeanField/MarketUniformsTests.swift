import Environments
import Statistics
import Testing

/// Uniforms in an order of their own, kept so that two markets can take the same.
private struct Uniforms {
  var numbers: [Double]
  init(_ count: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed, role: .environment)
    numbers = (0..<count).map { _ in stream.uniform() }
  }
}

private func weights(_ layout: MeanFieldLayout, pure: Bool) -> [Double] {
  (0..<layout.stateCount).flatMap { state in
    layout.rows(of: state).enumerated().map { place, _ in
      pure
        ? (place == state % layout.rows(of: state).count ? 1 : 0)
        : 1 / Double(layout.rows(of: state).count)
    }
  }
}

@Suite struct MarketUniformsTests {
  private static let games: [any MeanFieldGame] = {
    var primitives = Inventory.Primitives()
    primitives.cap = 4
    primitives.rounding = .stochastic
    return [
      try! Inventory(primitives), try! Ridesharing(), try! SocialLearning(), try! Reputation(),
    ]
  }()

  /// A stream gives numbers in the order: first states, then each period's choices, moves and
  /// departures. Taken in hand in that order, in pieces of any size, they make the same market.
  @Test(arguments: 0..<4, [true, false])
  func `numbers in hand make the market that the stream makes`(which: Int, pure: Bool) throws {
    let game = Self.games[which]
    let layout = game.layout
    let (agents, periods) = (23, 60)
    let policy = weights(layout, pure: pure)
    let law = (0..<layout.stateCount).map { Double($0 % 3) }
    let initial = law.map { $0 / law.reduce(0, +) }
    var one = try MeanFieldMarket(game, agents: agents, initial: initial)
    var two = one
    var stream = RandomStream(seed: 5, role: .environment)
    one.reset(using: &stream)
    let u = Uniforms(agents * (1 + 3 * periods), seed: 5).numbers
    var at = 0
    func pieces(_ body: (Range<Int>, UnsafePointer<Double>) -> Void) {
      u.withUnsafeBufferPointer { all in
        for first in stride(from: 0, to: agents, by: 7) {
          let piece = first..<min(agents, first + 7)
          body(piece, all.baseAddress! + at)
          at += piece.count
        }
      }
    }
    pieces { two.place($0, uniforms: $1) }
    #expect(one.states == two.states)
    #expect(one.states.allSatisfy { initial[Int($0)] > 0 })
    for _ in 0..<periods {
      one.draw(policy, agents: 0..<agents, draws: !pure, using: &stream)
      if pure {
        two.take(
          (0..<layout.stateCount).map { state in
            Int32(layout.rows(of: state).first { policy[$0] == 1 }!)
          })
      } else {
        pieces { two.draw(policy, $0, uniforms: $1) }
      }
      #expect(one.rows == two.rows)
      one.meet()
      two.meet()
      #expect(one.interaction == two.interaction)
      let earned = (0..<agents).reduce(0) { $0 + one.payoff(of: $1) } / Double(agents)
      #expect(abs(two.meanPayoff - earned) <= 1e-12 * max(1, abs(earned)))
      one.move(using: &stream)
      pieces { two.move($0, uniforms: $1) }
      if two.hasTurnover { pieces { two.renew($0, uniforms: $1) } }
      two.endPeriod()
      #expect(one.states == two.states && one.stepsTaken == two.stepsTaken)
    }
    #expect(two.hasTurnover == (which == 3))
    var counts = [Int](repeating: 0, count: layout.stateCount)
    two.tally(into: &counts)
    #expect(counts.reduce(0, +) == agents)
    #expect(counts[Int(two.states[4])] == two.states.count { $0 == two.states[4] })
    let numbers = (0..<layout.stateCount).map { Double($0 * $0) }
    let mean = two.states.reduce(0) { $0 + numbers[Int($1)] } / Double(agents)
    #expect(abs(two.mean(numbers) - mean) <= 1e-12 * max(1, mean))
  }

  /// Bisection of the sums against their scan, at the sums themselves and beside them.
  @Test func `first states are those of the inverted law`() throws {
    let game = Self.games[0]
    let law = [0.25, 0, 0.125, 0.5, 0.125]
    var market = try MeanFieldMarket(game, agents: 1, initial: law)
    for u in [0, 0.1, 0.25.nextDown, 0.25, 0.3, 0.375, 0.5, 0.875.nextDown, 0.875, 1.0.nextDown] {
      market.place(0..<1, uniforms: [u])
      var sum = 0.0
      var expected = 0
      for state in law.indices where law[state] > 0 {
        expected = state
        sum += law[state]
        if u < sum { break }
      }
      #expect(market.states[0] == Int32(expected))
    }
  }
}
