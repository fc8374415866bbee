import Environments
import Foundation
import Testing

@Suite struct SocialLearningTests {
  static func primitives(
    _ change: (inout SocialLearning.Primitives) -> Void
  ) -> SocialLearning.Primitives {
    var primitives = SocialLearning.Primitives()
    change(&primitives)
    return primitives
  }

  /// Other parameters than the defaults.
  static let other = primitives {
    ($0.theta, $0.persistence, $0.effortCost, $0.precisionSlope) = (0.63, 0.7, 0.03, 12)
    ($0.scale, $0.points, $0.discount) = (30, 15, 0.9)
  }

  /// Each cell as an integral of the normal density, by Gauss and Legendre on pieces; nothing of
  /// the distribution function is used.
  @Test func `cells integrate the density of the next belief`() throws {
    let game = try SocialLearning(Self.other)
    let m = 0.55
    let written = tables(game, at: [m])
    let offset = (3.0 / 5).squareRoot()
    for (belief, effort) in [(0, 0), (3, 1), (7, 5), (14, 2), (14, 5)] {
      let a = Double(effort)
      let k = (0.5 + a) / (1.5 + a)
      let mean = 0.7 * (1 - k) * Double(belief) / 14 + 0.3 * (1 - k) * m + k * 0.63
      let deviation = k / (3 + 12 * a).squareRoot()
      func density(_ x: Double) -> Double {
        exp(-(x - mean) * (x - mean) / (2 * deviation * deviation))
          / (deviation * (2 * Double.pi).squareRoot())
      }
      let found = law(game, written, row: 6 * belief + effort)
      for point in 0..<15 {
        let low = point == 0 ? -4 : (Double(point) - 0.5) / 14
        let high = point == 14 ? 5 : (Double(point) + 0.5) / 14
        let pieces = point == 0 || point == 14 ? 4000 : 60
        let half = (high - low) / Double(2 * pieces)
        var sum = 0.0
        for piece in 0..<pieces {
          let middle = low + half * Double(2 * piece + 1)
          sum +=
            half
            * (5 * density(middle - offset * half) + 8 * density(middle)
              + 5 * density(middle + offset * half)) / 9
        }
        #expect(abs(found[point] - sum) < 1e-13)
      }
    }
  }

  /// scipy: stats.norm.cdf(0.5 / 20, mean, deviation) and .sf(19.5 / 20, mean, deviation).
  @Test func `small tails keep their digits`() throws {
    let game = try SocialLearning(Self.primitives { $0.precisionSlope = 400 })
    let written = tables(game, at: [0.4])
    let low = law(game, written, row: 6 * 20 + 5)
    #expect(abs(low[0] / 1.5244511365082516e-105 - 1) < 1e-11)
    #expect(abs(low[20] / 1.830398564289895e-178 - 1) < 1e-11)
  }

  @Test(arguments: [
    (5.0, 0.400300873191, 0.037989601), (15, 0.399611729927, 0.020169126),
  ])
  func `known equilibria`(slope: Double, m: Double, variance: Double) throws {
    let game = try SocialLearning(Self.primitives { $0.precisionSlope = slope })
    let found = SlowResponse(game, at: [m])
    #expect(abs(found.mapped[0] - m) < 1e-11)
    #expect(abs(found.variance(game) - variance) < 1e-9)
  }

  /// numpy and scipy, written from the recursion: differences of norm.cdf, policy iteration.
  @Test func `another program at other parameters`() throws {
    let game = try SocialLearning(Self.other)
    let found = SlowResponse(game, at: [0.55])
    #expect(abs(found.mapped[0] - 0.6258564590140431) < 1e-12)
    #expect(abs(found.variance(game) - 0.011924021314993405) < 1e-13)
    #expect(found.choices == Array(repeating: 5, count: 15))
  }

  @Test func `a truth in the middle makes everything symmetric`() throws {
    let game = try SocialLearning(Self.primitives { $0.theta = 0.5 })
    let written = tables(game, at: [0.5])
    for belief in 0...20 {
      for effort in 0..<6 {
        let here = law(game, written, row: 6 * belief + effort)
        let mirrored = law(game, written, row: 6 * (20 - belief) + effort)
        for point in 0...20 { #expect(abs(here[point] - mirrored[20 - point]) < 1e-15) }
        #expect(
          abs(written.payoffs[6 * belief + effort] - written.payoffs[6 * (20 - belief) + effort])
            < 1e-14)
      }
    }
    let found = SlowResponse(game, at: [0.5])
    #expect(found.choices == found.choices.reversed())
    #expect(abs(found.mapped[0] - 0.5) < 1e-12)
    for point in 0...20 { #expect(abs(found.law[point] - found.law[20 - point]) < 1e-13) }
  }
}
