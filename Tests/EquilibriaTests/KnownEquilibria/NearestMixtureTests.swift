import Testing

@testable import Equilibria

/// The nearest point of a polytope of strategies in total variation.
struct NearestMixtureTests {
  /// Optimal values of the same linear program by scipy.optimize.linprog (HiGHS, scipy 1.17).
  @Test(arguments: [
    ([0.3, 0.1, 0.35, 0.25], 0.125),
    ([0.05, 0.6, 0.1, 0.25], 0.3),
  ])
  func `cases solved by another program`(law: [Double], distance: Double) {
    let nearest = NearestMixture(
      of: [[0.5, 0.5, 0, 0], [0, 0.2, 0.8, 0], [0.1, 0.1, 0.3, 0.5]], to: law)
    #expect(abs(nearest.distance - distance) < 1e-12)
  }

  /// Between two points the distance is convex and piecewise linear in the weight, so its minimum is
  /// at an end or where one of the differences vanishes: all of them are tried.
  @Test func `segments agree with trying every kink`() {
    var drawer = Drawer(seed: 5)
    for _ in 0..<200 {
      let (one, other, law) = (drawer.law(5), drawer.law(5), drawer.law(5))
      var kinks = [0.0, 1.0]
      for a in 0..<5 where one[a] != other[a] {
        kinks.append(min(1, max(0, (law[a] - other[a]) / (one[a] - other[a]))))
      }
      let best = kinks.map { weight in
        totalVariation(zip(one, other).map { weight * $0 + (1 - weight) * $1 }, law)
      }.min()!
      #expect(abs(NearestMixture(of: [one, other], to: law).distance - best) < 1e-12)
    }
  }

  /// No drawn mixture is nearer; a law that is a mixture is at distance 0.
  @Test func `nothing drawn is nearer`() {
    var drawer = Drawer(seed: 6)
    for _ in 0..<50 {
      let strategies = (0..<4).map { _ in drawer.law(6) }
      func mixed(_ weights: [Double]) -> [Double] {
        (0..<6).map { a in (0..<4).reduce(0) { $0 + weights[$1] * strategies[$1][a] } }
      }
      let law = drawer.law(6)
      let nearest = NearestMixture(of: strategies, to: law)
      #expect(abs(nearest.point.reduce(0, +) - 1) < 1e-12)
      for _ in 0..<200 {
        let weights = drawer.law(4)
        #expect(totalVariation(mixed(weights), law) >= nearest.distance - 1e-12)
      }
      let inside = mixed(drawer.law(4))
      #expect(NearestMixture(of: strategies, to: inside).distance < 1e-12)
    }
  }
}
