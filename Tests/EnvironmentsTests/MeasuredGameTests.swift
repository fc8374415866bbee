import Environments
import Foundation
import Testing

/// What play means in a game's own terms, from laws over rows written by hand.
@Suite struct MeasuredGameTests {
  private func value(
    _ name: String, of family: some MeasuredGame, _ law: [(state: Int, joint: [Int], share: Double)]
  ) throws -> Double {
    let game = try family.stochasticGame()
    let play = RowLaw(
      law.map { .init(state: $0.state, row: game.row($0.state, $0.joint), probability: $0.share) })
    let values = try family.measures(of: play, in: game)
    #expect(values.count == family.measureNames.count)
    return values[try #require(family.measureNames.firstIndex(of: name))]
  }

  /// With ξ = 0 and two prices the grid is {p^N, p^M}: everybody at one of them earns gain 0 or 1,
  /// and a cycle between the two one half.
  @Test func `profit gain is 0 at Nash and 1 at monopoly`() throws {
    var market = LogitBertrand()
    market.prices = 2
    market.xi = 0
    for (law, gain) in [
      ([(0, [0, 0], 1.0)], 0.0), ([(3, [1, 1], 1.0)], 1.0),
      ([(0, [1, 1], 0.5), (3, [0, 0], 0.5)], 0.5),
    ] {
      for name in ["profit_gain", "profit_gain/1", "profit_gain/2"] {
        #expect(abs(try value(name, of: market, law) - gain) <= 1e-14)
      }
    }
    let split = [(state: 1, joint: [0, 1], share: 1.0)]
    #expect(abs(try value("price_mean/1", of: market, split) - 1.472926660030623) <= 1e-14)
    #expect(abs(try value("price_mean/2", of: market, split) - 1.924980919017762) <= 1e-14)
    #expect(
      abs(try value("price_mean", of: market, split) - (1.472926660030623 + 1.924980919017762) / 2)
        <= 1e-14)
    // Undercutting a monopolist pays more than sharing the monopoly, and takes it from the other.
    #expect(try value("profit_gain/1", of: market, split) > 1)
    #expect(try value("profit_gain/2", of: market, split) < 0)
  }

  @Test func `a market refuses another market's game`() throws {
    var other = LogitBertrand()
    other.prices = 3
    let game = try other.stochasticGame()
    #expect(throws: GameError.self) {
      try LogitBertrand().measures(of: RowLaw([]), in: game)
    }
    #expect(throws: GameError.self) { try ComputeRace().measures(of: RowLaw([]), in: game) }
  }

  /// Defaults: gaps 0.2 apart with parity at 10, levels 0.1 apart. Three quarters of dates at gap
  /// 0.4 with training 0.8 and 0, one quarter at −0.2 with 0.4 each: T = 0.32 and 0.16.
  @Test func `measures of the race by hand`() throws {
    let law = [(state: 12, joint: [8, 0], share: 0.75), (state: 9, joint: [4, 4], share: 0.25)]
    let race = ComputeRace()
    let expected = [
      ("training_mean/1", 0.7), ("training_mean/2", 0.1), ("gap_mean", 0.25), ("lead_mean", 0.35),
      ("utilisation", 0.28), ("compute_price", 0.75 * 8 / 0.68 + 0.25 * 8 / 0.84),
    ]
    #expect(expected.count == race.measureNames.count)
    for (name, figure) in expected {
      #expect(abs(try value(name, of: race, law) - figure) <= 1e-14, "\(name)")
    }
  }
}
