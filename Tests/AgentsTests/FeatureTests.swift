import Environments
import Foundation
import Testing

@testable import Agents

/// Two tiles of width 1/2; the second tiling is shifted by half a tile, so its edges lie at 1/4 and
/// 3/4. Its features follow the three of the first.
@Test func `tilings are shifted against each other by equal parts of a tile`() {
  let tiles = TileCoding(tilings: 2, tiles: 2)
  #expect(tiles.featureCount(dimensions: 1) == 6)
  let expected: [(Double, [Int])] = [
    (0, [0, 3]), (0.24, [0, 3]), (0.25, [0, 4]), (0.49, [0, 4]), (0.5, [1, 4]), (0.75, [1, 5]),
    (1, [2, 5]),
  ]
  for (u, active) in expected { #expect(tiles.activeTiles(at: [u]) == active, "\(u)") }
}

/// Four tilings of one tile, displaced by t (1, 3)/4 modulo 1: (0, 0), (1/4, 3/4), (2/4, 2/4) and
/// (3/4, 1/4). At (1/2, 1/2) the places are (0, 0), (0, 1), (1, 1) and (1, 0) of 2 × 2.
@Test func `in two dimensions tilings move by the first odd numbers`() {
  let tiles = TileCoding(tilings: 4, tiles: 1)
  #expect(tiles.activeTiles(at: [0.5, 0.5]) == [0, 4 + 1, 8 + 3, 12 + 2])
}

/// A third of one, times three tiles, may fall short of one by rounding.
@Test func `a state on an edge lies in the tile above it, whatever the rounding`() {
  let tiles = TileCoding(tilings: 1, tiles: 49)
  for k in 0...49 { #expect(tiles.activeTiles(at: [1.0 / 49 * Double(k)]) == [k]) }
}

/// c = (0,0), (0,1), (1,0), (1,1) at u = (1/3, 1/2): cos 0, cos π/2, cos π/3, cos 5π/6.
@Test func `Fourier features are the cosines worked by hand`() {
  let features = fourierFeatures(at: [1.0 / 3, 0.5], order: 1)
  for (found, expected) in zip(features, [1, 0, 0.5, -(3.0.squareRoot()) / 2]) {
    #expect(abs(found - expected) <= 1e-15)
  }
  #expect(features.count == 4)
  #expect(fourierScales(dimensions: 2, order: 1) == [1, 1, 1, 1 / 2.0.squareRoot()])
  #expect(fourierScales(dimensions: 1, order: 3) == [1, 1, 1 / 2.0, 1 / 3.0])
}

/// z = 2u − 1 = (1/2, −1), powers up to 2 of each, all exact in binary.
@Test func `polynomial features are the products worked by hand`() {
  #expect(
    polynomialFeatures(at: [0.75, 0], degree: 2) == [1, -1, 1, 0.5, -0.5, 0.5, 0.25, -0.25, 0.25])
  #expect(polynomialFeatures(at: [0.75, 0], degree: 0) == [1])
}

/// Centres 0, 1/2, 1 and σ = 1/2: at 1/2 the neighbours are one σ away.
@Test func `radial features are the bells worked by hand`() {
  let basis = RadialBasis(centres: 3, width: 1, isNormalised: false)
  let side = exp(-0.5)
  for (found, expected) in zip(basis.features(at: [0.5]), [side, 1, side]) {
    #expect(abs(found - expected) <= 1e-15)
  }
  // One centre stands in the middle, with σ the whole edge: exp(−1/8) at either end.
  let alone = RadialBasis(centres: 1, width: 1, isNormalised: false)
  #expect(abs(alone.features(at: [0])[0] - exp(-0.125)) <= 1e-15)
  #expect(alone.features(at: [0.5]) == [1])
}

@Test(arguments: [0.01, 0.3, 1, 100])
func `normalised radial features are a partition of unity`(width: Double) {
  let basis = RadialBasis(centres: 4, width: width, isNormalised: true)
  for u in [[0, 0], [0.31, 0.77], [0.5, 0.5], [1, 0.123]] as [[Double]] {
    let features = basis.features(at: u)
    #expect(features.count == 16)
    #expect(features.allSatisfy { $0 >= 0 && $0.isFinite })
    #expect(abs(features.reduce(0, +) - 1) <= 1e-15 * 16)
  }
}

private func line(_ labels: [Double]) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: labels.map { _ in [2] }, discounts: [0.5], initial: labels.map { _ in 1.0 / 4 },
    stateLabels: labels.map(Label.number)
  ) { state, _, row in row.move(to: state, probability: 1) }
}

@Test func `states are tabulated from their scaled coordinates`() throws {
  let game = try line([-1, 0, 1, 3])
  #expect(FeatureBasis.scaled(game.stateCoordinates) == [[0], [0.25], [0.5], [1]])
  // Coordinates that never vary, and ranges beyond the largest number.
  #expect(FeatureBasis.scaled([[2], [2]]) == [[0], [0]])
  #expect(FeatureBasis.scaled([[-1.5e308], [0], [1.5e308]]) == [[0], [0.5], [1]])

  let tiles = try StateFeatures(.tileCoding(TileCoding(tilings: 2, tiles: 2)), game: game)
  #expect(tiles.vector(at: 1) == [1, 0, 0, 0, 1, 0])
  // A step of 1 moves the value all the way: each of the two active tiles takes half of it.
  #expect((0..<8).map { tiles.steps[$0] } == Array(repeating: 0.5, count: 8))
  let raw = try StateFeatures(.coordinates, game: game)
  #expect((0..<4).map { raw.vector(at: $0) } == [[-1], [0], [1], [3]])
  let table = try StateFeatures(.tabular, game: game)
  #expect(table.vector(at: 2) == [0, 0, 1, 0])
  #expect(table.starts[4] == 4)
  let cosines = try StateFeatures(.fourier(order: 2), game: game)
  // At u = 1: cos 0, cos π, cos 2π; the last at half the step.
  #expect(cosines.vector(at: 3) == [1, -1, 1])
  #expect((9..<12).map { cosines.steps[$0] } != [1, -1, 1])
  #expect(cosines.steps[cosines.starts[4] - 1] == 0.5)
}

@Test func `too many features are refused, not computed`() throws {
  let game = try Baird().stochasticGame()
  for basis in [
    FeatureBasis.polynomial(degree: 100), .fourier(order: 1000),
    .tileCoding(TileCoding(tilings: 1024, tiles: 100_000)),
    .radial(RadialBasis(centres: 10_000, width: 1, isNormalised: true)),
  ] {
    #expect(throws: GameError.self) { try StateFeatures(basis, game: game) }
  }
}
