import Foundation
import Testing

@testable import Learners

@Suite struct BracketSearchTests {
  private func search(
    _ tolerance: Double, recheckAfter: Int = 4, probes: Bool = true,
    bounds: ClosedRange<Double> = 0...1
  ) -> BracketSearch {
    BracketSearch(
      .init(tolerance: tolerance, recheckAfter: recheckAfter, probes: probes), bounds: bounds)
  }

  /// The sign of f = m − root, wrong at the looks whose numbers are given.
  private func run(
    _ search: inout BracketSearch, root: Double, wrong: Set<Int> = [],
    f: ((Double) -> Double)? = nil
  ) -> [Double] {
    var looked: [Double] = []
    while let (m, _) = search.next, looked.count < 500 {
      looked.append(m)
      let residual = f?(m) ?? m - root
      var sign: ResidualSign =
        abs(residual) <= search.settings.tolerance ? .within : residual < 0 ? .below : .above
      if wrong.contains(looked.count) {
        sign = sign == .below ? .above : .below
      }
      search.take(.init(sign: sign, halfWidth: 0, undecided: .jump))
    }
    return looked
  }

  @Test func `right signs halve the bracket`() {
    var search = search(1e-3, recheckAfter: 0, probes: false)
    let looked = run(&search, root: 0.3)
    #expect(Array(looked.prefix(5)) == [0.5, 0.25, 0.375, 0.3125, 0.28125])
    #expect(search.phase == .done(.converged))
    #expect(abs(search.estimate - 0.3) <= 1e-3)
    for (n, m) in looked.enumerated() { #expect(abs(m - 0.3) <= pow(0.5, Double(n + 1))) }
  }

  /// One wrong sign at any of the first eight looks: plain bisection then ends elsewhere, and the
  /// search that rechecks finds the root again, whatever it is.
  @Test(arguments: 1...8)
  func `one wrong sign is recovered from`(wrong: Int) {
    var lost = 0
    for k in 1..<40 {
      let root = Double(k) / 40 + 1e-4
      var plain = search(1e-3, recheckAfter: 0, probes: false)
      _ = run(&plain, root: root, wrong: [wrong])
      if abs(plain.estimate - root) > 2e-3 { lost += 1 }
      var careful = search(1e-3)
      let looked = run(&careful, root: root, wrong: [wrong])
      #expect(careful.phase == .done(.converged))
      #expect(abs(careful.estimate - root) <= 1e-3)
      #expect(careful.low <= root && root <= careful.high)
      #expect(careful.high - careful.low <= 8e-3)
      #expect(looked.count < 60)
    }
    #expect(lost > 10)
  }

  /// f = m − root on [0.6, 0.9] or [0.1, 0.4] with the root outside: all signs are alike.
  @Test(arguments: [(0.6...0.9, 0.5), (0.1...0.4, 0.5)], [true, false])
  func `without a sign change the search ends at the bound`(
    game: (bounds: ClosedRange<Double>, root: Double), probes: Bool
  ) {
    var search = search(1e-3, probes: probes, bounds: game.bounds)
    let looked = run(&search, root: game.root)
    let nearest =
      game.root < game.bounds.lowerBound ? game.bounds.lowerBound : game.bounds.upperBound
    #expect(search.phase == .done(.atBound))
    #expect(search.estimate == nearest)
    #expect(looked.last == nearest)
    #expect(looked.count < 20)
  }

  /// f jumps from −0.2 to 0.1 closer to a bound than the tolerance, or is 0 at the bound alone.
  @Test func `a bound that was come to is looked at`() {
    for place in [5e-4, 1 - 5e-4] {
      var search = search(1e-3)
      let looked = run(&search, root: 0, f: { $0 < place ? -0.2 : 0.1 })
      #expect(search.phase == .done(.jump))
      #expect(search.low < place && place <= search.high)
      #expect(looked.contains(place < 0.5 ? 0 : 1))
    }
    var zero = search(1e-3)
    _ = run(&zero, root: 0, f: { $0 == 0 ? 0 : 0.1 })
    #expect(zero.phase == .done(.converged))
    #expect(zero.estimate == 0)
  }

  @Test func `probes enclose an answer, and bounds are never looked at`() {
    for root in [0.0, 1e-4, 0.3, 0.9999, 1] {
      var search = search(1e-3)
      let looked = run(&search, root: root)
      #expect(search.phase == .done(.converged))
      #expect(search.low <= root && root <= search.high)
      #expect(looked.allSatisfy { $0 > 0 && $0 < 1 })
    }
  }

  @Test func `a jump ends with its two sides`() {
    var search = search(1e-3)
    _ = run(&search, root: 0, f: { $0 < 0.37 ? -0.2 : 0.1 })
    #expect(search.phase == .done(.jump))
    #expect(search.low < 0.37 && 0.37 <= search.high)
    // Probes stand at twice the tolerance from the middle.
    #expect(search.high - search.low <= 4e-3 * (1 + 1e-12))
  }

  /// Undecided at one point: the answer is there, and its interval ends where signs were decided.
  @Test func `an undecided point is enclosed`() {
    var search = search(1e-3)
    while let (m, _) = search.next {
      let sign: ResidualSign = abs(m - 0.37) < 0.02 ? .undecided : m < 0.37 ? .below : .above
      search.take(.init(sign: sign, halfWidth: 0.005, undecided: .jump))
    }
    #expect(search.phase == .done(.jump))
    #expect(search.low < 0.37 - 0.02 && search.high > 0.37 + 0.02)
    #expect(search.high - search.low < 0.12)
  }

  /// Only the lower end moves, and the upper one always turns out wrong. Probes decide nothing either,
  /// so nothing is left but the bounds.
  @Test func `signs without meaning end as a lost bracket`() {
    var search = search(1e-9)
    while let (_, purpose) = search.next {
      let sign: ResidualSign =
        switch purpose {
        case .recheck: .below
        case .expansion: .above
        case .probe: .undecided
        default: search.high == 1 ? .above : .below
        }
      search.take(.init(sign: sign, halfWidth: 0, undecided: .jump))
    }
    #expect(search.phase == .done(.bracketLost))
    #expect(search.recoveries == 7)
    #expect(search.low == 0 && search.high == 1)
  }

  @Test func `a search written down goes on as if it had not been`() throws {
    var first = search(1e-4)
    for number in 1...7 {
      guard let (m, _) = first.next else { break }
      first.take(
        .init(
          sign: number == 2 ? .below : m < 0.2 ? .below : .above, halfWidth: 0, undecided: .jump))
    }
    var second = try JSONDecoder().decode(BracketSearch.self, from: JSONEncoder().encode(first))
    #expect(second == first)
    #expect(run(&first, root: 0.2) == run(&second, root: 0.2))
    #expect(first == second)
  }
}
