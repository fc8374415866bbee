import Environments
import Foundation
import Testing

@testable import Equilibria

struct RidesharingFixtures: Decodable {
  let cases: [Case]
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: Parameters
    let crossings: [Crossing]
    var testDescription: String { name }
  }
  struct Parameters: Decodable, Sendable {
    let payoffs: [Double]
    let durations: [Int]
    let beta: Double
    let requestPower: Double
  }
  struct Crossing: Decodable, Sendable {
    let kind: String
    let m: Double
    let switchingStates: [Int]?
    let everyoneMixes: Mixture?
  }
  struct Mixture: Decodable, Sendable {
    let share: Double
  }
  static let all = try! Fixture.load("mean-field/ridesharing") as RidesharingFixtures
}

@Suite struct RidesharingClosedFormTests {
  private func interior(_ long: Double) throws -> RidesharingClosedForm.Interior? {
    try RidesharingClosedForm(Ridesharing(payoffs: [1, 1.3, long])).interior
  }

  @Test(arguments: RidesharingFixtures.all.cases)
  func `agrees with an independent program`(_ item: RidesharingFixtures.Case) throws {
    let game = try Ridesharing(
      payoffs: item.parameters.payoffs, durations: item.parameters.durations,
      discount: item.parameters.beta, requestPower: item.parameters.requestPower)
    let list = game.closedFormCrossings()
    #expect(list.map(\.kind.rawValue) == item.crossings.map(\.kind))
    #expect(apart(list.map(\.m), item.crossings.map(\.m)) < 1e-12)
    let found = RidesharingClosedForm(game).interior
    if let mixed = item.crossings.first(where: { $0.kind == "mixed" }) {
      // States (0, j) are numbered by j.
      #expect(found?.indifferent.map { $0 + 1 } == mixed.switchingStates)
      #expect(abs(found!.share - mixed.everyoneMixes!.share) < 1e-10)
    } else {
      #expect(found?.indifferent.isEmpty ?? true)
    }
  }

  /// The sign of m − Φ(m) from the solved problem at 300 points, and just beside every switch and
  /// crossing, is what the formulas say; so is the value of a free driver.
  @Test(arguments: 0..<25)
  func `Φ changes sides nowhere else`(seed: Int) throws {
    var drawer = Drawer(seed: UInt64(100 + seed))
    let types = 1 + drawer.index(5)
    let game = try Ridesharing(
      payoffs: (0..<types).map { _ in drawer.real(-1, 8) },
      durations: (0..<types).map { _ in 1 + drawer.index(6) }, discount: drawer.real(0.3, 0.99),
      requestPower: seed % 2 == 0 ? 1 : drawer.real(0.2, 4))
    let form = RidesharingClosedForm(game)
    var problem = try FrozenProblem(game)
    let crossing = form.interior?.m ?? 1
    for step in 1..<300 {
      let m = Double(step) / 300
      let response = try problem.respond(to: [m])
      if abs(m - crossing) > 1e-9 { #expect((response.residual > 0) == (m > crossing)) }
      let none = pow(m, game.requestPower)
      let free = (0...types).reduce(0) { total, request in
        total + response.values[request] * (request == 0 ? none : (1 - none) / Double(types))
      }
      #expect(abs(form.value(at: m) - free) < 1e-10 * (1 + free))
    }
    for change in form.switches {
      let left = try problem.respond(to: [change.m - 1e-7]).rows
      let right = try problem.respond(to: [change.m + 1e-7]).rows
      let moved = (0..<types).filter { left[$0 + 1] != right[$0 + 1] }
      #expect(moved == change.types)
    }
    if let found = form.interior, found.indifferent.isEmpty {
      #expect(abs(try problem.respond(to: [found.m]).residual) < 1e-12)
    } else if let found = form.interior {
      // Everyone mixing at the share makes m.
      problem.freeze(at: [found.m])
      let layout = game.layout
      var policy = MeanFieldPolicy.uniform(layout)
      for type in 0..<types {
        let weight =
          found.accepted.contains(type) ? 1 : found.indifferent.contains(type) ? found.share : 0
        policy.weights[layout.rowOffsets[type + 1]] = 1 - weight
        policy.weights[layout.rowOffsets[type + 1] + 1] = weight
      }
      let law = try problem.invariantLaw(of: policy)
      #expect(abs(problem.interaction(of: policy, law: law)[0] - found.m) < 1e-12)
      #expect(found.share > 0 && found.share < 1)
    }
  }

  /// m* = J / D for every accepted set: make all other types worthless.
  @Test func `every accepted set has its root`() throws {
    let durations = [1, 2, 3]
    for set in 1..<8 {
      let accepted = (0..<3).filter { set >> $0 & 1 == 1 }
      let total = accepted.reduce(0) { $0 + durations[$1] }
      let game = try Ridesharing(
        payoffs: (0..<3).map { accepted.contains($0) ? Double(durations[$0]) : -1 },
        durations: durations, discount: 0.5)
      let found = RidesharingClosedForm(game).interior
      if total <= 3 {
        #expect(found == nil)
      } else {
        #expect(found?.m == 3 / Double(total) && found?.accepted == accepted)
      }
    }
  }

  @Test func `the long trip's payoff as a dial`() throws {
    #expect(try interior(5.7788596)?.m == 0.5 && interior(5.7788596)?.indifferent == [])
    #expect(try interior(5.7788597)?.indifferent == [1])
    #expect(try interior(9.9893859)?.indifferent == [1])
    #expect(try interior(9.989386)?.m == 0.75 && interior(9.989386)?.indifferent == [])
    #expect(try interior(15.4840789)?.m == 0.75)
    #expect(try interior(15.484079)?.indifferent == [0])
    let figures = [
      (6.0, 0.52495002, 0.857), (7, 0.61240936, 0.449), (8, 0.67267222, 0.230),
      (9, 0.71671722, 0.093),
    ]
    for (payoff, m, share) in figures {
      let found = try interior(payoff)!
      #expect(abs(found.m - m) < 5.001e-9 && abs(found.share - share) < 5.001e-4)
    }
    for (payoff, m) in [(20.0, 0.81583935), (50, 0.93302095), (100, 0.96749381)] {
      #expect(try abs(interior(payoff)!.m - m) < 5.001e-9)
    }
  }

  @Test func `bounds narrow the list`() throws {
    #expect(try Ridesharing(bounds: 0...0.9).closedFormCrossings() == [.init(.pure, at: 0.5)])
    #expect(try Ridesharing(bounds: 0.6...1).closedFormCrossings() == [.init(.degenerate, at: 1)])
  }

  @Test func `an agent without patience takes whatever pays`() throws {
    let game = try Ridesharing(payoffs: [1, -1, 3], durations: [1, 2, 5], discount: 0)
    let form = RidesharingClosedForm(game)
    #expect(form.switches.isEmpty && form.interior?.accepted == [0, 2])
    #expect(form.interior?.m == 0.5)
  }

  @Test(arguments: [0, 0.3, 1, 5])
  func `two states balance at one half`(lambda: Double) throws {
    let game = try TwoStateGame(lambda: lambda)
    var problem = try FrozenProblem(game)
    let list = game.closedFormCrossings()
    #expect(list == [.init(.pure, at: 0.5)])
    for step in 0...100 {
      let m = Double(step) / 100
      let residual = try problem.respond(to: [m]).residual
      #expect(m == 0.5 ? abs(residual) < 1e-15 : (residual > 0) == (m > 0.5))
    }
  }
}
