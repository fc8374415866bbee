internal import Environments
internal import Foundation

/// A leapfrogging duopoly as flat tables, for the inner loops of its stage games.
///
/// Immutable once made, and so safe to share between threads.
final class LeapfroggingTables: @unchecked Sendable {
  let levels: Int
  let discount: Double
  let scale: Double
  let space: LeapfroggingPoints
  let pointCount: Int
  /// c₁, c₂, c and part of every point: four small numbers each.
  let places: UnsafeMutablePointer<Int32>
  /// Index of (i, j, l) at `[(l n + i) n + j]`.
  let indices: UnsafeMutablePointer<Int32>
  let costs: UnsafeMutablePointer<Double>
  let outlays: UnsafeMutablePointer<Double>
  /// π(c | c) by level.
  let stays: UnsafeMutablePointer<Double>
  /// Lower levels that a level can improve to, with their probabilities: entries from
  /// `improvementStart[l]` to `improvementStart[l + 1]`.
  let improvementStart: UnsafeMutablePointer<Int>
  let improvementLevel: UnsafeMutablePointer<Int>
  let improvementWeight: UnsafeMutablePointer<Double>
  /// f(m′ | m) at `[2 m + m′]`.
  let turns: UnsafeMutablePointer<Double>
  /// φ(0, −K): what the choice to invest for nothing is worth, by level; 0 without shocks.
  let idleValue: UnsafeMutablePointer<Double>
  /// The probability of doing so.
  let idleChance: UnsafeMutablePointer<Double>

  init(_ game: LeapfroggingDuopoly) {
    let n = game.levels
    levels = n
    discount = game.discount
    scale = game.scale
    space = LeapfroggingPoints(levels: n)
    pointCount = space.count
    places = .allocate(capacity: 4 * pointCount)
    for (index, point) in space.points.enumerated() {
      places[4 * index] = Int32(point.first)
      places[4 * index + 1] = Int32(point.second)
      places[4 * index + 2] = Int32(point.best)
      places[4 * index + 3] = Int32(space.part(index).rawValue)
    }
    func copy<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
      let memory = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
      memory.initialize(from: values, count: values.count)
      return memory
    }
    indices = copy(space.indices)
    costs = copy(game.costs)
    outlays = copy(game.outlays)
    stays = copy((0..<n).map { game.improvement(from: $0, to: $0) })
    var (start, level, weight): ([Int], [Int], [Double]) = ([0], [], [])
    for from in 0..<n {
      for to in 0..<from where game.improvement(from: from, to: to) > 0 {
        level.append(to)
        weight.append(game.improvement(from: from, to: to))
      }
      start.append(level.count)
    }
    improvementStart = copy(start)
    improvementLevel = copy(level)
    improvementWeight = copy(weight)
    turns = copy(game.turns.flatMap(\.self))
    let scale = game.scale
    idleValue = copy(game.outlays.map { scale > 0 ? softMaximum(0, -$0, scale) : 0 })
    idleChance = copy(game.outlays.map { scale > 0 ? logistic(-$0 / scale) : 0 })
  }

  deinit {
    places.deallocate()
    indices.deallocate()
    costs.deallocate()
    outlays.deallocate()
    stays.deallocate()
    improvementStart.deallocate()
    improvementLevel.deallocate()
    improvementWeight.deallocate()
    turns.deallocate()
    idleValue.deallocate()
    idleChance.deallocate()
  }

  /// Whether technology moves by one level at most.
  var hasOneStep: Bool {
    (0..<levels).allSatisfy { level in
      (improvementStart[level]..<improvementStart[level + 1]).allSatisfy {
        improvementLevel[$0] == level - 1
      }
    }
  }

  @inline(__always)
  func index(_ i: Int, _ j: Int, _ l: Int) -> Int { Int(indices[(l * levels + i) * levels + j]) }

  /// The points whose values the stage game at `point` reads: those of lower layers that can follow,
  /// and in its own layer, where the technology can stay, those that an investment leads to.
  func reads(at point: Int) -> [Int] {
    let (i, j, l) = (
      Int(places[4 * point]), Int(places[4 * point + 1]), Int(places[4 * point + 2])
    )
    let reached = Set([[i, j], [i, l], [l, j], [l, l]])
    var reads: [Int] = []
    for entry in improvementStart[l]..<improvementStart[l + 1] {
      reads += reached.map { index($0[0], $0[1], improvementLevel[entry]) }
    }
    if stays[l] > 0 {
      reads += reached.map { index($0[0], $0[1], l) }.filter { $0 != point }
    }
    return reads.sorted()
  }
}

/// η log(exp(a/η) + exp(b/η)), without overflow.
@inline(__always)
func softMaximum(_ a: Double, _ b: Double, _ scale: Double) -> Double {
  max(a, b) + scale * log1p(exp(-abs(a - b) / scale))
}

/// 1/(1 + exp(−x)), accurate at both ends.
@inline(__always)
func logistic(_ x: Double) -> Double {
  if x >= 0 { return 1 / (1 + exp(-x)) }
  let growth = exp(x)
  return growth / (1 + growth)
}
