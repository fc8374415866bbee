import Environments
import Foundation
import Testing

@testable import Equilibria

/// Ties, continua and games whose stage games are out of reach.
@Suite struct DirectionalDegenerateTests {
  /// One state for ever, payoffs `[row][player]`, and a chance of staying of each row, play ending
  /// otherwise.
  static func single(
    _ actions: [Int], _ payoffs: [[Double]], stay: [Double]? = nil
  ) throws -> StochasticGame {
    try StochasticGame(
      actionCounts: [actions, actions.map { _ in 1 }],
      discounts: actions.map { _ in 0.9 }, initial: [1, 0], terminal: [1],
      stateLabels: [.text("here"), .text("over")]
    ) { _, joint, row in
      let index = zip(joint, actions).reduce(0) { $0 * $1.1 + $1.0 }
      for player in actions.indices { row.pay(player, payoffs[index][player]) }
      let chance = stay?[index] ?? 0.5
      row.move(to: 0, probability: chance)
      row.move(to: 1, probability: 1 - chance)
    }
  }

  private func outcome(_ game: StochasticGame) throws -> EquilibriumTally {
    try DirectionalEquilibria(game).enumeration(limits: EnumerationLimits()).run(threads: 1).tally
  }

  @Test func `a continuum is reported and its ends are listed`() throws {
    // Player 1 is indifferent throughout, player 2 strictly prefers its first action.
    let tally = try outcome(Self.single([2, 2], [[1, 2], [0, 1], [1, 2], [0, 1]]))
    #expect(tally.firstDegenerate == 1)
    #expect(tally.count == 2)
    let listed = try DirectionalEquilibria(
      Self.single([2, 2], [[1, 2], [0, 1], [1, 2], [0, 1]])
    ).list(limit: 10)
    #expect(listed.equilibria.count == 2 && !listed.isAll)
    #expect(listed.equilibria[0].solution.note == "ties at here")
    let wide = try outcome(
      Self.single([3, 2], [[1, 2], [0, 1], [1, 2], [0, 1], [0, 5], [0, 4]]))
    #expect(wide.firstDegenerate == 1)
    #expect(wide.count == 2)
  }

  @Test func `a tie against an action that is never played is none`() throws {
    // Against the second column, which is dominated, the rows tie.
    let tally = try outcome(Self.single([2, 2], [[1, 2], [3, 1], [0, 2], [3, 1]]))
    #expect(tally.firstDegenerate == nil)
    #expect(tally.count == 1)
    #expect(abs(tally.highest[0] - 1 / 0.55) < 1e-12)
  }

  @Test func `a tie where the chance of staying depends on what is done`() throws {
    // Nothing is paid: every mixture is an equilibrium.
    let zero = [[Double]](repeating: [0, 0], count: 4)
    let tally = try outcome(Self.single([2, 2], zero, stay: [0.1, 0.2, 0.3, 0.4]))
    #expect(tally.firstDegenerate == 1)
  }

  @Test func `one player's tie`() throws {
    // 1/(1 − 0.9 · 0.5) both ways.
    let tally = try outcome(Self.single([3], [[1], [1], [0.5]]))
    #expect(tally.firstDegenerate == 1)
    #expect(tally.count == 2)
  }

  @Test func `a tie of one player between states is flagged`() throws {
    // Either state pays 1, and moving is free.
    let game = try StochasticGame(
      actionCounts: [[2], [2]], discounts: [0.9], initial: [1, 0]
    ) { state, joint, row in
      row.pay(0, 1)
      row.move(to: joint[0], probability: 1)
    }
    let tally = try outcome(game)
    #expect(tally.firstDegenerate == 0)
    #expect(abs(tally.highest[0] - 10) < 1e-12)
  }

  @Test func `what cannot be solved completely is refused by name`() throws {
    func refusal(_ game: StochasticGame) -> UnsolvablePoint? {
      #expect(throws: UnsolvablePoint.self) { try DirectionalEquilibria(game) }
    }
    let dilemma = try PrisonersDilemma().stochasticGame()
    let memory = try #require(refusal(dilemma))
    #expect(memory.reason == .severalChoices(choices: 8, players: 2))
    #expect(memory.stateCount == 4)
    #expect(memory.description.hasPrefix("the states CC; CD; DC; DD form one point"))
    #expect(memory.description.contains("finitely many periods (horizon)"))

    var bargaining = Bargaining()
    bargaining.swap = 0.2
    let merged = try #require(refusal(bargaining.stochasticGame()))
    #expect(
      merged.states == [
        "d2 proposer 1", "d2 proposer 2", "d3 proposer 1", "d3 proposer 2",
      ])
    #expect(throws: DirectionalGameLoop.self) {
      try DirectionalEquilibria(bargaining.stochasticGame(), points: bargaining.sizePoints)
    }

    let three = try Self.single([2, 2, 2], [[Double]](repeating: [1, 0, 1], count: 8))
    #expect(refusal(three)?.reason == .manyPlayers(3))

    let staying = try Self.single(
      [3, 2], [[Double]](repeating: [1, 0], count: 6), stay: [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    #expect(refusal(staying)?.reason == .stayDepends)

    let both = #expect(throws: GameError.self) {
      try DirectionalEquilibria(dilemma, points: [0, 1, 1, 1, 1], horizon: 2)
    }
    #expect(both?.subject == "points")
  }

  @Test func `a stage game beyond the limits says so`() throws {
    var drawer = Drawer(seed: 9)
    let payoffs = (0..<36).map { _ in [drawer.real(), drawer.real()] }
    let all = try DirectionalEquilibria(
      Self.single([6, 6], payoffs), vertices: VertexEnumeration(maximumVertices: 2))
    let error = #expect(throws: StageEnumerationLimit.self) { try Found(all) }
    #expect(error?.states == "here")
    #expect(error?.end == .vertexLimit)
  }
}

/// Two choices of two actions whose chance of staying depends on what is done, with ties.
@Suite struct TiedChoiceTests {
  private func equilibria(_ payoffs: [[Double]], stay: [Double]) throws -> [DirectionalEquilibrium]
  {
    let all = try DirectionalEquilibria(
      DirectionalDegenerateTests.single([2, 2], payoffs, stay: stay))
    let (found, isAll) = try all.list(limit: 100)
    #expect(!isAll)
    for equilibrium in found {
      #expect(try all.certificate(of: equilibrium.solution).isCertified)
    }
    return found
  }

  /// A war of attrition: who stays alone wins 1, both staying costs 1 and goes on, both leaving pays 1
  /// each. Against one who leaves, staying and leaving tie.
  @Test func `attrition`() throws {
    let found = try equilibria([[-1, -1], [1, 0], [0, 1], [1, 1]], stay: [1, 0, 0, 0])
    let values = Set(found.map { [$0.solution.values[0][0], $0.solution.values[1][0]] })
    #expect(values.isSuperset(of: [[1, 0], [0, 1]]))
  }

  /// Ties at a corner, where a root of the quadratic lies on the edge of [0, 1] or misses it.
  @Test func `roots at the edge are no probabilities`() throws {
    for (payoffs, stay) in [
      ([[2.0, 0], [0, 1], [2, 2], [1, 0]], [0, 0.5, 0, 0.5]),
      ([[0, 0], [2, 1], [0, 2], [2, 0]], [0, 0, 0, 0.5]),
    ] {
      for equilibrium in try equilibria(payoffs, stay: stay) {
        let laws = equilibrium.solution.profile.policies.flatMap(\.probabilities)
        #expect(laws.allSatisfy { $0 >= 0 && $0 <= 1 })
      }
    }
  }

  /// Payoffs in {0, 1, 2} and two chances of staying: ties of every kind. Something is always found,
  /// and all of it certifies.
  @Test func `small whole payoffs always give certified equilibria`() throws {
    var state: UInt64 = 12
    func draw(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
    var tied = 0
    for _ in 0..<400 {
      let payoffs = (0..<4).map { _ in [Double(draw(3)), Double(draw(3))] }
      let stay = (0..<4).map { _ in draw(2) == 0 ? 0 : 0.5 }
      let all = try DirectionalEquilibria(
        DirectionalDegenerateTests.single([2, 2], payoffs, stay: stay))
      let (found, isAll) = try all.list(limit: 100)
      #expect(!found.isEmpty)
      if !isAll { tied += 1 }
      for equilibrium in found {
        let certificate = try all.certificate(of: equilibrium.solution)
        #expect(certificate.isCertified, "\(payoffs) \(stay): \(certificate.exploitability)")
      }
    }
    #expect(tied > 50)
  }
}
