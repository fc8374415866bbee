import Environments
import Testing

@Suite struct RidesharingTests {
  static let closedForms: [([Double], [Int], Double, [Int])] = [
    ([1, 1.3, 5], [1, 2, 3], 1, [4, 6, 6]), ([1, 1.3, 10], [1, 2, 3], 1, [3, 3, 4]),
    ([-1, 2, -3], [1, 2, 3], 1, [2, 2, 2]), ([-1, -2], [1, 2], 1, [0, 0, 0]),
    ([5], [4], 1, [4, 4, 4]), ([5, 4], [4, 2], 2.5, [6, 6, 6]),
  ]

  /// If all accept the trips S, Φ(m) = 1 / (1 + (1 − mᵖ) Σ_S d / J).
  @Test(arguments: closedForms)
  func `availability in closed form`(
    payoffs: [Double], durations: [Int], power: Double, busy: [Int]
  ) throws {
    let game = try Ridesharing(payoffs: payoffs, durations: durations, requestPower: power)
    for (m, busy) in zip([0.3, 0.5, 0.75], busy) {
      let found = SlowResponse(game, at: [m])
      let accepted = (1...payoffs.count).reduce(0) { $0 + found.choices[$1] * durations[$1 - 1] }
      #expect(accepted == busy, "at m = \(m)")
      let none = power == 1 ? m : m * m * m.squareRoot()
      let expected = 1 / (1 + (1 - none) * Double(busy) / Double(payoffs.count))
      #expect(abs(found.mapped[0] - expected) < 1e-12)
    }
  }

  /// Two types of trip lasting 4 and 1 periods, f(m) = m², by the recursion itself.
  @Test func `the law follows the recursion`() throws {
    let game = try Ridesharing(
      payoffs: [2, 0.5], durations: [4, 1], discount: 0.8, requestPower: 2)
    let written = tables(game, at: [0.3])
    #expect(game.layout.stateCount == 15)
    #expect(game.layout.rowCount == 17)
    for state in 0..<15 {
      let (left, request) = (state / 3, state % 3)
      #expect(game.layout.coordinates[state] == [Double(left), Double(request)])
      let rows = game.layout.rows(of: state)
      #expect(rows.count == (left == 0 && request > 0 ? 2 : 1))
      for (action, row) in rows.enumerated() {
        let next = action == 1 ? (request == 1 ? 4 : 1) : max(left - 1, 0)
        var expected = [Double](repeating: 0, count: 15)
        expected[3 * next] = 0.09
        expected[3 * next + 1] = 0.455
        expected[3 * next + 2] = 0.455
        for (a, b) in zip(law(game, written, row: row), expected) { #expect(abs(a - b) < 1e-16) }
        #expect(written.payoffs[row] == (action == 1 ? (request == 1 ? 2 : 0.5) : 0))
        #expect(game.layout.interaction[0][row] == (left == 0 ? 1 : 0))
      }
    }
    // numpy, written from the recursion.
    #expect(abs(SlowResponse(game, at: [0.3]).mapped[0] - 0.30534351145038147) < 1e-13)
  }

  @Test func `long trips that pay 5.7 or 5.8 decide whether to take middling ones`() throws {
    // At m = 1/2 type 2 is accepted up to the payoff 5.778859649123 of type 3.
    let accepted = try [5.778859, 5.778860].map { payoff in
      SlowResponse(try Ridesharing(payoffs: [1, 1.3, payoff]), at: [0.5]).choices[2]
    }
    #expect(accepted == [1, 0])
  }

  @Test func `when nobody is asked, everybody is free`() throws {
    let game = try Ridesharing()
    #expect(abs(SlowResponse(game, at: [1]).mapped[0] - 1) < 1e-12)
  }

  @Test func `lists that do not fit are refused`() {
    #expect(
      message { _ = try Ridesharing(payoffs: [1, 2], durations: [1]) }
        == "durations: must be as many as payoffs: 2, and here are 1")
    #expect(
      message { _ = try Ridesharing(payoffs: [], durations: []) }
        == "payoffs: needs at least one type of trip")
    #expect(
      message { _ = try Ridesharing(payoffs: [1], durations: [0]) }
        == "durations: must be whole numbers of at least 1")
  }
}
