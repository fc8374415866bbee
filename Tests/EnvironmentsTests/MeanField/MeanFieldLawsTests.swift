import Environments
import Testing

/// What every mean-field game must satisfy, at usual and at extreme parameters.
@Suite struct MeanFieldLawsTests {
  static func games() throws -> [(name: String, game: any MeanFieldGame)] {
    var small = Inventory.Primitives()
    small.cap = 1
    small.spill = 0
    var flooded = Inventory.Primitives()
    (flooded.spill, flooded.cap, flooded.rounding) = (7.3, 30, .stochastic)
    var floodedHalfUp = flooded
    floodedHalfUp.rounding = .halfUp
    var two = SocialLearning.Primitives()
    (two.points, two.theta) = (2, 0.33)
    var far = SocialLearning.Primitives()
    (far.theta, far.precisionSlope, far.persistence) = (2.5, 1e6, 1)
    var few = Reputation.Primitives()
    (few.reviewsMaximum, few.ties) = (1, .halfEven)
    var low = CapacityCompetition.defaults
    (low.cap, low.actions) = (1, 1)
    var pair = TwoScalarLadder.defaults
    pair.actions = 7
    return [
      ("two-state", try TwoStateGame()), ("inventory", try Inventory()),
      ("inventory, cap 1, no spill", try Inventory(small)),
      ("inventory, flooded", try Inventory(flooded)),
      ("inventory, flooded, half up", try Inventory(floodedHalfUp)),
      ("ridesharing", try Ridesharing()),
      ("ridesharing, one type", try Ridesharing(payoffs: [-1], durations: [1])),
      (
        "ridesharing, five types",
        try Ridesharing(
          payoffs: [1, 2, 3, 4, 5], durations: [7, 1, 1, 3, 9], requestPower: 0.3)
      ),
      ("capacity", try finite(CapacityCompetition())),
      ("capacity, two levels, one action", try finite(CapacityCompetition(low))),
      ("quality", try finite(QualityLadder())),
      ("two scalars", try finite(TwoScalarLadder(pair))),
      ("social learning", try SocialLearning()), ("social, two points", try SocialLearning(two)),
      ("social, truth far outside", try SocialLearning(far)),
      ("reputation", try Reputation()), ("reputation, one review", try Reputation(few)),
    ]
  }

  /// Shares of the way through the range of each scalar.
  static let shares = [0, 0.003, 0.25, 0.37, 0.5, 0.77, 1]

  static func point(_ share: Double, of game: any MeanFieldGame) -> [Double] {
    game.layout.interactionRange.map {
      share == 1 ? $0.upperBound : $0.lowerBound + share * ($0.upperBound - $0.lowerBound)
    }
  }

  @Test func `every entry is written, every row is a law, and payoffs are finite`() throws {
    for (name, game) in try Self.games() {
      for share in Self.shares {
        let m = Self.point(share, of: game)
        let written = tables(game, at: m)
        #expect(game.violations(of: written, at: m).isEmpty, "\(name) at \(m)")
      }
    }
  }

  @Test func `one agent facing an announced m plays a sound game`() throws {
    for (name, game) in try Self.games() {
      let m = Self.point(0.37, of: game)
      let frozen = try game.frozen(at: m)
      #expect(frozen.violations().isEmpty, "\(name)")
      #expect(frozen.rowCount == game.layout.rowCount)
      #expect(frozen.payoffs == tables(game, at: m).payoffs)
    }
  }

  @Test func `the interaction of a best response stays between the bounds`() throws {
    for (name, game) in try Self.games() where game.layout.scalarCount == 1 {
      for share in [0, 0.5, 1] {
        let mapped = SlowResponse(game, at: Self.point(share, of: game)).mapped[0]
        let range = game.interactionBounds[0]
        #expect(
          mapped >= range.lowerBound - 1e-10 && mapped <= range.upperBound + 1e-10,
          "\(name): \(mapped) outside \(range)")
      }
    }
  }

  /// Payoffs u₀ + t(m) u₁ are fixed by two values of m; a third must agree.
  @Test func `declared dependence on m holds`() throws {
    for (name, game) in try Self.games() {
      switch game.dependence {
      case .general: continue
      case .affinePayoffs(let transform):
        let points = [0.1, 0.5, 0.9].map { Self.point($0, of: game) }
        let written = points.map { tables(game, at: $0) }
        #expect(
          written.allSatisfy { $0.probabilities == written[0].probabilities }, "\(name)")
        let t = points.map { transform($0[0]) }
        for row in 0..<game.layout.rowCount {
          let u = written.map { $0.payoffs[row] }
          let predicted = u[0] + (u[2] - u[0]) * (t[1] - t[0]) / (t[2] - t[0])
          #expect(abs(predicted - u[1]) <= 1e-11 * max(1, abs(u[1])), "\(name), row \(row)")
        }
      case .constantBetween(let breakpoints):
        let range = game.layout.interactionRange[0]
        let ends = [range.lowerBound] + breakpoints + [range.upperBound]
        for (low, high) in zip(ends, ends.dropFirst()) where low < high {
          let left = tables(game, at: [low])
          let right = tables(game, at: [high.nextDown])
          #expect(
            left.payoffs == right.payoffs && left.probabilities == right.probabilities,
            "\(name) between \(low) and \(high)")
        }
      }
    }
  }

  @Test func `bounds outside what m can be are refused`() throws {
    #expect(
      message { _ = try Ridesharing(bounds: -0.1...0.5) }
        == "interaction: must lie within [0, 1], the values that the interaction can take")
    #expect(
      message { _ = try Reputation(bounds: 0...36) }
        == "interaction: must lie within [1, 36], the values that the interaction can take")
    #expect(try Reputation(bounds: 2...30).interactionBounds == [2...30])
    #expect(try Inventory().interactionBounds[0].lowerBound == 0)
    #expect(abs(try Inventory().interactionBounds[0].upperBound - 3.254234) < 5e-7)
    #expect(try SocialLearning().interactionBounds == [0...1])
    var low = Inventory.Primitives()
    low.cap = 3
    #expect(try Inventory(low).interactionBounds == Inventory().interactionBounds)
  }
}
