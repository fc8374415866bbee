import Environments
import Foundation
import Statistics
import Testing

@testable import Equilibria

/// Laws of the search that hold for every stage solver (Iskhakov, Rust and Schjerning 2016, lemmas 5–7
/// and theorem 5).
@Suite struct DirectionalSearchTests {
  /// The plain depth-first enumeration: for each point in order, for each equilibrium.
  static func depthFirst(_ solver: some StageSolver) throws -> [[Int]] {
    var strings: [[Int]] = []
    let width = solver.width
    func descend(_ point: Int, _ digits: [Int], _ selected: [Double]) throws {
      guard point < solver.pointCount else {
        strings.append(digits)
        return
      }
      var output = [Double](repeating: 0, count: 64 * width)
      let outcome = try output.withUnsafeMutableBufferPointer { output in
        try selected.withUnsafeBufferPointer {
          try solver.solve(
            point, selected: $0.baseAddress!, into: output.baseAddress!, capacity: 64)
        }
      }
      for digit in 0..<outcome.count {
        var next = selected
        next.replaceSubrange(
          point * width..<(point + 1) * width, with: output[digit * width..<(digit + 1) * width])
        try descend(point + 1, digits + [digit], next)
      }
    }
    try descend(0, [], [Double](repeating: 0, count: solver.pointCount * width))
    return strings
  }

  static func games() throws -> [StochasticGame] {
    [
      try Duopolies.make(3).stochasticGame(),
      try Duopolies.make(3, k0: 1, k1: 10) { 1 / (1 + 0.05 * $0) }.stochasticGame(),
      try Bargaining().stochasticGame(),
      try DirectionalGame.finiteHorizon(Stags.game(discount: 0.9), periods: 3).game,
    ]
  }

  @Test(arguments: 0..<4)
  func `it visits the leaves of the depth-first enumeration in their order`(number: Int) throws {
    let all = try DirectionalEquilibria(Self.games()[number])
    let strings = try Found(all).strings
    #expect(strings == (try Self.depthFirst(all.stages)))
    #expect(strings.count > 1)
    for (one, next) in zip(strings, strings.dropFirst()) {
      #expect(one.lexicographicallyPrecedes(next))
    }
    for number in [0, strings.count / 2, strings.count - 1] {
      #expect(try all.string(at: number) == strings[number])
    }
    #expect(try all.string(at: strings.count) == nil)
    let some = try all.list(limit: 2)
    #expect(some.solutions.count == 2 && !some.isAll)
    let whole = try all.list(limit: strings.count)
    #expect(whole.solutions.count == strings.count && whole.isAll)
    #expect(
      try whole.solutions[strings.count - 1].values
        == all.solution(of: strings[strings.count - 1])
        .values)
  }

  @Test(arguments: 0..<4)
  func `neither the order of points in a stage nor that of equilibria matters`(number: Int) throws {
    let game = try Self.games()[number]
    let all = try DirectionalEquilibria(game)
    let payoffs = try Found(all).payoffs(at: all.firstState)
    var drawer = Drawer(seed: 3)
    for _ in 0..<3 {
      var order = Array(0..<game.stateCount)
      for last in order.indices.reversed() { order.swapAt(last, drawer.index(last + 1)) }
      let shuffled = try game.renumbered(order)
      let other = try DirectionalEquilibria(shuffled)
      #expect(try Found(other).payoffs(at: order.firstIndex(of: all.firstState)!) == payoffs)
    }
    let place = all.stages.place(of: all.firstState)
    var limits = EnumerationLimits()
    limits.unit = 1e-6
    let reversed = try EquilibriumEnumeration(
      Reversed(all.stages), payoffs: (place.point, place.number, place.number + 1), limits: limits
    ).run(threads: 2)
    #expect(reversed.tally.payoffs.entries == payoffs)
  }

  @Test func `random descents estimate the number of equilibria`() throws {
    var stream = RandomStream(seed: 11, role: .generation)
    let search = RecursiveLexicographicalSearch(
      try DirectionalEquilibria(Duopolies.make(3).stochasticGame()).stages)
    let found = try search.estimateCount(probes: 3000, using: &stream)
    #expect(abs(found.mean - 127) < 4 * found.standardError)
    // A product of at most nine numbers up to 3 with mean 127: far from exact, far from useless.
    #expect(found.standardError > 0.1 && found.standardError < 10)
    // Where all bases are the same on every path, one descent is exact.
    let even = RecursiveLexicographicalSearch(
      try DirectionalEquilibria(Stags.game(discount: 0), horizon: 3).stages)
    #expect(
      try even.estimateCount(probes: 5, using: &stream)
        == .init(
          mean: 27, standardError: 0, probes: 5))
    #expect(try even.estimateCount(probes: 1, using: &stream).standardError == .infinity)
  }
}

/// The stag hunt: two pure equilibria and a mixed one.
enum Stags {
  static func game(discount: Double) throws -> StochasticGame {
    try StochasticGame(
      actionCounts: [[2, 2]], discounts: [discount, discount], initial: [1],
      stateLabels: [.text("forest")]
    ) { _, joint, row in
      for player in 0..<2 {
        row.pay(player, joint[player] == 1 ? 2 : joint[1 - player] == 0 ? 4 : 0)
      }
      row.move(to: 0, probability: 1)
    }
  }
}

extension StochasticGame {
  /// The same game with state `order[k]` called k.
  func renumbered(_ order: [Int]) throws -> StochasticGame {
    var place = [Int](repeating: 0, count: stateCount)
    for (k, state) in order.enumerated() { place[state] = k }
    return try StochasticGame(
      actionCounts: order.map { state in (0..<playerCount).map { actionCount($0, at: state) } },
      discounts: discounts, initial: order.map { initial[$0] },
      terminal: Set(order.indices.filter { isTerminal[order[$0]] })
    ) { state, joint, writer in
      let row = self.row(order[state], joint)
      for player in 0..<playerCount { writer.pay(player, payoff(player, row: row)) }
      for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
        writer.move(to: place[Int(nextStates[entry])], probability: probabilities[entry])
      }
    }
  }
}

/// The same stage games with their equilibria listed backwards.
struct Reversed<Solver: StageSolver & Sendable>: StageSolver {
  let solver: Solver

  init(_ solver: Solver) { self.solver = solver }

  var pointCount: Int { solver.pointCount }
  var width: Int { solver.width }
  var valueCount: Int { solver.valueCount }
  func stage(of point: Int) -> Int { solver.stage(of: point) }
  func reads(at point: Int) -> [Int] { solver.reads(at: point) }

  func solve(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome {
    let outcome = try solver.solve(
      point, selected: selected, into: output, capacity: capacity)
    guard outcome.count <= capacity else { return outcome }
    for low in 0..<outcome.count / 2 {
      for k in 0..<width {
        let (one, other) = (low * width + k, (outcome.count - 1 - low) * width + k)
        (output[one], output[other]) = (output[other], output[one])
      }
    }
    return outcome
  }
}
