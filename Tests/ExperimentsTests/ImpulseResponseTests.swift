import Environments
import Foundation
import Statistics
import Testing

@testable import Experiments

/// Play after one departure, by hand and by matrix powers.
@Suite struct ImpulseResponseTests {
  /// States start, CC, CD, DC, DD; actions 0 (cooperate) and 1 (defect); payoffs 5, 3, 1, 0.
  private let dilemma = try! PrisonersDilemma().stochasticGame()

  private func pure(_ first: [Int], _ second: [Int]) -> Profile {
    Profile([dilemma.purePolicy(0, first), dilemma.purePolicy(1, second)])
  }

  /// Both cooperate until anybody defects. The myopic best response to cooperation is to defect: 5
  /// once, then 1 for ever instead of 3. At δ = 0.9: 5 + 9 − 30 = −16.
  @Test func `grim trigger never forgives`() throws {
    let trigger = [0, 0, 1, 1, 1]
    let response = try ImpulseResponse(
      in: dilemma, profile: pure(trigger, trigger), player: 0, deviation: .staticBestResponse,
      periods: 4)
    #expect(response.periods.map { $0.actions[0] } == [0, 1, 1, 1, 1])
    #expect(response.periods.map { $0.actions[1] } == [0, 0, 1, 1, 1])
    #expect(response.periods.map { $0.payoffs[0] } == [3, 5, 1, 1, 1])
    #expect(response.periods.map { $0.payoffs[1] } == [3, 0, 1, 1, 1])
    #expect(response.undisturbed.map { $0.payoffs } == Array(repeating: [3, 3], count: 5))
    #expect(response.payoffRatio(0, period: 1) == 5.0 / 3)
    #expect(abs(response.discountedGain + 16) <= 1e-12)
    // The same, with the action given.
    #expect(
      try ImpulseResponse(
        in: dilemma, profile: pure(trigger, trigger), player: 0, deviation: .action(1), periods: 4)
        == response)
  }

  /// Tit for tat answers a defection with one of its own and is answered in turn: 5, 0, 5, 0, …
  /// instead of 3 for ever: (5 + 0.9 · 0)/(1 − 0.81) − 30. Player 2 deviates here.
  @Test func `tit for tat alternates`() throws {
    let response = try ImpulseResponse(
      in: dilemma, profile: pure([0, 0, 1, 0, 1], [0, 0, 0, 1, 1]), player: 1,
      deviation: .staticBestResponse, periods: 4)
    #expect(response.periods.map { $0.actions[1] } == [0, 1, 0, 1, 0])
    #expect(response.periods.map { $0.actions[0] } == [0, 0, 1, 0, 1])
    #expect(response.periods.map { $0.payoffs[1] } == [3, 5, 0, 5, 0])
    #expect(abs(response.discountedGain - (5 / 0.19 - 30)) <= 1e-12)
  }

  /// Both firms keep price 13 after 13/13 and otherwise charge price 1: mean actions are the grid's
  /// prices, and the deviation is the best reply to price 13, found here by trying them all.
  @Test func `a price cut and its punishment in prices`() throws {
    let market = LogitBertrand()
    let game = try market.stochasticGame()
    let grid = try market.grid()
    let together = 13 * 15 + 13
    let trigger = (0..<225).map { $0 == together ? 13 : 1 }
    let profile = Profile([game.purePolicy(0, trigger), game.purePolicy(1, trigger)])
    var start = [Double](repeating: 0, count: 225)
    start[together] = 1
    let response = try ImpulseResponse(
      in: game, profile: profile, player: 0, deviation: .staticBestResponse, start: start,
      periods: 3)
    let profits = grid.map { market.profits([$0, grid[13]])[0] }
    let cut = profits.firstIndex(of: profits.max()!)!
    #expect(cut > 0 && cut < 13)
    #expect(response.periods.map { $0.actions[0] } == [13, cut, 1, 1].map { grid[$0] })
    #expect(response.periods.map { $0.actions[1] } == [13, 13, 1, 1].map { grid[$0] })
    #expect(response.discountedGain < 0)
  }

  /// Two players who mix everywhere: laws over states carried forward as matrix powers.
  @Test func `mixed play by matrix powers`() throws {
    var profile = dilemma.uniformProfile
    let cooperation = [[0.9, 0.8, 0.3, 0.5, 0.1], [0.7, 0.95, 0.4, 0.2, 0.25]]
    for player in 0..<2 {
      for state in 0..<5 {
        profile[player].setLaw(
          [cooperation[player][state], 1 - cooperation[player][state]], at: state)
      }
    }
    let start = [0.1, 0.4, 0.2, 0.2, 0.1]
    let response = try ImpulseResponse(
      in: dilemma, profile: profile, player: 0, deviation: .action(1), start: start, periods: 6)
    // P[s][s′] by the products of the two laws; defection of player 1 in period 1.
    func matrix(_ first: [Double]) -> [[Double]] {
      (0..<5).map { s in
        let (p, q) = (first[s], cooperation[1][s])
        return [0, p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)]
      }
    }
    func after(_ law: [Double], _ p: [[Double]]) -> [Double] {
      (0..<5).map { next in (0..<5).reduce(0) { $0 + law[$1] * p[$1][next] } }
    }
    var law = after(start, matrix([0, 0, 0, 0, 0]))
    #expect(abs(response.periods[1].actions[0] - 1) <= 1e-15)
    for period in 2...6 {
      for player in 0..<2 {
        let defects = (0..<5).reduce(0) { $0 + law[$1] * (1 - cooperation[player][$1]) }
        #expect(abs(response.periods[period].actions[player] - defects) <= 1e-14)
      }
      // Next period's law over CC … DD is this period's over joint actions: 3, 0, 5, 1 to player 1.
      let next = after(law, matrix(cooperation[0]))
      let payoff = 3 * next[1] + 0 * next[2] + 5 * next[3] + next[4]
      #expect(abs(response.periods[period].payoffs[0] - payoff) <= 1e-14)
      law = next
    }
    // The gain is the sum of discounted differences; 400 periods leave 0.9^400 = 5e-19.
    let long = try ImpulseResponse(
      in: dilemma, profile: profile, player: 0, deviation: .action(1), start: start, periods: 400)
    let sum = (1...400).reduce(0.0) {
      $0 + pow(0.9, Double($1 - 1))
        * (long.periods[$1].payoffs[0] - long.undisturbed[$1].payoffs[0])
    }
    #expect(abs(long.discountedGain - sum) <= 1e-12)
  }

  @Test func `impossible deviations are refused`() throws {
    let profile = dilemma.uniformProfile
    for (player, action) in [(0, 2), (0, -1), (2, 0)] {
      #expect(throws: GameError.self) {
        try ImpulseResponse(
          in: dilemma, profile: profile, player: player, deviation: .action(action), periods: 1)
      }
    }
    #expect(throws: GameError.self) {
      try ImpulseResponse(
        in: dilemma, profile: profile, player: 0, deviation: .action(0), start: [1, 1, 0, 0, 0],
        periods: 1)
    }
  }

  /// Seeds: grim trigger (both deviators: one figure) and tit for tat. Period 2's deviator plays 1 and
  /// 0: mean 0.5, Student's 97.5% quantile with one degree of freedom 12.7062 times 0.5.
  @Test func `seeds are summed up with intervals`() throws {
    let trigger = [0, 0, 1, 1, 1]
    let profiles = [pure(trigger, trigger), pure([0, 0, 1, 0, 1], [0, 0, 0, 1, 1])]
    let responses = try profiles.map { profile in
      try (0..<2).map {
        try ImpulseResponse(
          in: dilemma, profile: profile, player: $0, deviation: .staticBestResponse, periods: 3)
      }
    }
    let summary = try ImpulseResponseSummary(responses)
    #expect(summary.seeds == 2)
    #expect(summary.periods.map(\.deviator.estimate) == [0, 1, 0.5, 1])
    #expect(summary.periods.map(\.rivals.estimate) == [0, 0, 1, 0.5])
    #expect(abs(summary.periods[2].deviator.high - (0.5 + 12.706204736 * 0.5)) <= 1e-6)
    #expect(abs(summary.periods[1].deviatorPayoffRatio!.estimate - 5.0 / 3) <= 1e-15)
    #expect(summary.periods[1].rivalPayoffRatio?.estimate == 0)
    #expect(abs(summary.discountedGain.estimate - (-16 + 5 / 0.19 - 30) / 2) <= 1e-12)
    #expect(summary.unprofitable.estimate == 1)
    let lines = summary.csv.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(
      lines[0].hasPrefix("period,deviator,deviator_low,deviator_high,rivals,rivals_low,rivals_high")
    )
    #expect(lines[2].hasPrefix("1,1.0,1.0,1.0,0.0,0.0,0.0,1.66666"))
  }

  /// The numbers are written whether or not there is a program to draw them.
  @Test func `responses are drawn and written`() throws {
    let folder = try TemporaryFolder()
    let trigger = [0, 0, 1, 1, 1]
    let summary = try ImpulseResponseSummary([
      [
        ImpulseResponse(
          in: dilemma, profile: pure(trigger, trigger), player: 0, deviation: .action(1),
          periods: 6)
      ]
    ])
    let outcome = try Plot.impulseResponse(
      summary, title: "it's grim", quantity: "defection", levels: [.init("always", 1)],
      folder: folder.path)
    #expect(try readText("\(folder.path)/impulse_response.csv") == summary.csv)
    if case .drawn(let files) = outcome {
      #expect(files.count == Plot.Format.allCases.count)
      for file in files { #expect(try readData(file).count > 2000) }
    } else {
      #expect(!FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot"))
    }
  }
}
