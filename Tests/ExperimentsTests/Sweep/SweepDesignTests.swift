import Configuration
import Foundation
import Statistics
import Testing

@testable import Experiments

private let place = Position(source: "design.yaml")

private func factors(_ vary: String) throws -> [SweepFactor] {
  try SweepFactor.read(
    vary: DocumentNode(yaml: vary, source: "design.yaml"), zip: nil, drawsIntervals: true,
    position: place)
}

private func cells(
  _ design: SweepDesign, _ vary: String, seed: UInt64 = 1
) throws -> [[String]] {
  try design.cells(factors(vary), seed: seed, generator: .taus2, position: place).map {
    $0.map(\.text)
  }
}

private let mixed = """
  a: {from: 0, to: 1}
  b: {from: 0.01, to: 100, scale: log}
  c: [x, y, z, w]
  d: {from: 1, to: 8, whole: true}

  """

@Test func `more random cells keep the earlier ones, and another seed changes them`() throws {
  let few = try cells(.random(cells: 10), mixed)
  let many = try cells(.random(cells: 30), mixed)
  #expect(Array(many.prefix(10)) == few)
  #expect(try cells(.random(cells: 10), mixed, seed: 2) != few)
  #expect(Set(many.map { $0[0] }).count == 30)
}

/// The stream of the design, drawn by hand.
@Test func `a random cell is one uniform a factor, in order`() throws {
  var stream = RandomStream(seed: 9, role: StreamRole(rawValue: "sweep"))
  let cell = try cells(.random(cells: 2), mixed, seed: 9)[1]
  for _ in 0..<4 { _ = stream.uniform() }
  let (a, b, c, d) = (stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform())
  #expect(abs(Double(cell[0])! - a) <= 1e-15)
  // Fifteen digits are kept.
  let expected = 0.01 * pow(10_000, b)
  #expect(abs(Double(cell[1])! - expected) <= 1e-14 * expected)
  #expect(cell[2] == ["x", "y", "z", "w"][Int(4 * c)])
  #expect(cell[3] == "\(1 + Int(8 * d))")
}

/// The first 2ᵏ points of a digitally shifted net hold each of 2ᵏ equal parts of every factor once;
/// so a list of 4 and a range of 8 whole numbers are used equally often.
@Test(arguments: [UInt64(1), 2, 20_261_122])
func `a Sobol design of a power of two uses every part of every factor equally`(seed: UInt64) throws
{
  let found = try cells(.sobol(cells: 64), mixed, seed: seed)
  let first = found.map { Int(64 * Double($0[0])!) }
  #expect(first.sorted() == Array(0..<64))
  let second = found.map { Int(64 * (log10(Double($0[1])!) + 2) / 4) }
  #expect(second.sorted() == Array(0..<64))
  for word in ["x", "y", "z", "w"] { #expect(found.count { $0[2] == word } == 16) }
  for number in 1...8 { #expect(found.count { $0[3] == "\(number)" } == 8) }
  // Two factors together: a net in base 2 holds 4 of 64 points in each of 4 × 4 boxes of the first two.
  let boxes = found.map { 4 * Int(4 * Double($0[0])!) + Int(4 * (log10(Double($0[1])!) + 2) / 4) }
  for box in 0..<16 { #expect(boxes.count { $0 == box } == 4) }
}

@Test func `a Sobol design moves with its seed and keeps its earlier cells`() throws {
  let few = try cells(.sobol(cells: 8), mixed)
  #expect(Array(try cells(.sobol(cells: 20), mixed).prefix(8)) == few)
  #expect(try cells(.sobol(cells: 8), mixed, seed: 2) != few)
}

@Test func `41 factors are too many for Sobol, not for random draws`() throws {
  let vary = (1...41).map { "k\($0): [1, 2]\n" }.joined()
  #expect(try cells(.random(cells: 3), vary).count == 3)
  #expect(throws: ConfigurationError.self) { try cells(.sobol(cells: 3), vary) }
}
