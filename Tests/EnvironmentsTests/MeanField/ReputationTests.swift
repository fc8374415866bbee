import Environments
import Testing

@Suite struct ReputationTests {
  static func primitives(
    _ ties: Reputation.Ties, _ change: (inout Reputation.Primitives) -> Void = { _ in }
  ) -> Reputation.Primitives {
    var primitives = Reputation.Primitives()
    primitives.ties = ties
    change(&primitives)
    return primitives
  }

  /// The nearest score by comparing |score − average| over all scores in whole numbers: distances
  /// times 4 (n + 1), as scores are multiples of ½ and reviews of ¼.
  static func nearest(_ sumTimes4: Int, _ count: Int, _ ties: Reputation.Ties) -> Int {
    let distances = (0...10).map { abs(2 * $0 * count - sumTimes4) }
    let least = distances.min()!
    let candidates = (0...10).filter { distances[$0] == least }
    if candidates.count == 1 { return candidates[0] }
    switch ties {
    case .halfDown: return candidates[0]
    case .halfUp: return candidates[1]
    case .halfEven: return candidates.first { $0.isMultiple(of: 2) }!
    }
  }

  @Test(arguments: Reputation.Ties.allCases, [20, 7])
  func `next scores are the nearest, ties by rule`(ties: Reputation.Ties, most: Int) throws {
    let game = try Reputation(Self.primitives(ties) { $0.reviewsMaximum = most })
    let written = tables(game, at: [20])
    for score in 0...10 {
      for reviews in 0...most {
        let state = score * (most + 1) + reviews
        #expect(game.layout.coordinates[state] == [Double(score) / 2, Double(reviews)])
        for effort in 0...2 {
          var expected = [Double](repeating: 0, count: game.layout.stateCount)
          for quarters in [4, 6, 8, 9, 10] {
            let next = Self.nearest(2 * score * reviews + effort * quarters, reviews + 1, ties)
            expected[next * (most + 1) + min(reviews + 1, most)] += 1
          }
          let found = law(game, written, row: 3 * state + effort)
          for (a, b) in zip(found, expected) { #expect(abs(a - b / 5) < 1e-16) }
        }
        // A score that rests on twenty reviews cannot change.
        if reviews == 20 {
          #expect(law(game, written, row: 3 * state + 2)[state] == 1)
        }
      }
    }
  }

  @Test func `ties are met, so that the three rules differ`() throws {
    let all = try Reputation.Ties.allCases.map { ties in
      let game = try Reputation(Self.primitives(ties))
      let written = tables(game, at: [20])
      return (0..<game.layout.rowCount).map { law(game, written, row: $0) }
    }
    #expect(all[0] != all[1] && all[1] != all[2] && all[0] != all[2])
  }

  /// numpy, written from the recursion with Python's Fraction: policy iteration, least squares.
  @Test(arguments: [
    (Reputation.Ties.halfDown, 23.288217588195177, 3.3664833713191196),
    (.halfUp, 23.814922672132358, 3.5420517326315117),
    (.halfEven, 23.574168285031174, 3.4618002702644484),
  ])
  func `another program, by rule of ties`(
    ties: Reputation.Ties, mapped: Double, score: Double
  ) throws {
    let game = try Reputation(Self.primitives(ties))
    let found = SlowResponse(game, at: [23.3])
    #expect(abs(found.mapped[0] - mapped) < 1e-10)
    #expect(abs(found.mean(game) - score) < 1e-11)
  }

  @Test func `another program at other parameters`() throws {
    let game = try Reputation(
      Self.primitives(.halfUp) {
        ($0.effortCost, $0.scoreWeight, $0.reviewWeight) = (0.3, 2, 0.5)
        ($0.reviewsMaximum, $0.discount) = (9, 0.9)
      })
    let found = SlowResponse(game, at: [12])
    #expect(abs(found.mapped[0] - 8.468183937973613) < 1e-11)
    #expect(abs(found.mean(game) - 2.355788069236802) < 1e-12)
  }

  /// Each period a share 1 − β is new, whatever sellers do.
  @Test func `the number of reviews has a geometric law`() throws {
    let game = try Reputation()
    let law = SlowResponse(game, at: [20]).law
    #expect(abs(law[0] - 0.05) < 1e-14)
    var survivors = 1.0
    for reviews in 0...20 {
      let mass = (0...10).reduce(0) { $0 + law[$1 * 21 + reviews] }
      #expect(abs(mass - (reviews < 20 ? 0.05 * survivors : survivors)) < 1e-13)
      survivors *= 0.95
    }
  }

  @Test func `payoffs share customers by attraction`() throws {
    let game = try Reputation(
      Self.primitives(.halfDown) {
        ($0.scoreWeight, $0.reviewWeight, $0.effortCost) = (2, 0.5, 0.3)
      })
    let written = tables(game, at: [16])
    // Score 3.5 of 6 reviews: ν = 1 + 7 + 3.
    let row = 3 * (7 * 21 + 6)
    for effort in 0...2 {
      #expect(abs(written.payoffs[row + effort] - (11.0 / 16 - 0.3 * Double(effort))) < 1e-15)
      #expect(game.layout.interaction[0][row + effort] == 11)
    }
    #expect(game.interactionBounds == [1...21])
    #expect(game.turnover == Turnover(survival: 0.95, entry: 0))
  }
}
