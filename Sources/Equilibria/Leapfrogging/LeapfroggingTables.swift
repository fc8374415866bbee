internal import Environments
internal import Foundation

/// A leapfrogging duopoly as flat tables, for the inner loops of its stage games.
///
/// Pointers and numbers alone; a `LeapfroggingMemory` owns what they point to.
private struct LeapfroggingFields {
  let levels: Int
  let discount: Double
  let scale: Double
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
  /// Where improvement is by one sort of step only: the points that (i, j), (l, j), (i, l) and (l, l)
  /// come from, four a point, and its level's probability; −1 elsewhere.
  let sources: UnsafeMutablePointer<Int32>
  /// r₁, r₂, K and, if technology cannot stay, there is one sort of step and no shock, the step's
  /// probability; −1 elsewhere. A point each.
  let flows: UnsafeMutablePointer<SIMD4<Double>>
  /// Gains larger than this are no ties, whatever the values.
  let clearGain: Double
  /// f(m′ | m) at `[2 m + m′]`.
  let turns: UnsafeMutablePointer<Double>
  /// φ(0, −K): what the choice to invest for nothing is worth, by level; 0 without shocks.
  let idleValue: UnsafeMutablePointer<Double>
  /// The probability of doing so.
  let idleChance: UnsafeMutablePointer<Double>

  init(_ game: LeapfroggingDuopoly, _ space: LeapfroggingPoints) {
    let n = game.levels
    levels = n
    discount = game.discount
    scale = game.scale
    pointCount = space.count
    places = .allocate(capacity: 4 * pointCount)
    for (index, point) in space.points.enumerated() {
      places[4 * index] = Int32(point.first)
      places[4 * index + 1] = Int32(point.second)
      places[4 * index + 2] = Int32(point.best)
      places[4 * index + 3] = Int32(space.part(index).rawValue)
    }
    // Four terms, none larger than all profits and an outlay.
    let largest =
      (game.costs[n - 1] - game.costs[0]) / (1 - game.discount) + (game.outlays.max() ?? 0)
    clearGain = 4 * tieTolerance * largest
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
    var sources = [Int32](repeating: -1, count: 4 * pointCount)
    for (index, point) in space.points.enumerated() {
      let (i, j, l) = (point.first, point.second, point.best)
      guard start[l + 1] == start[l] + 1 else { continue }
      for (place, pair) in [(i, j), (l, j), (i, l), (l, l)].enumerated() {
        sources[4 * index + place] = Int32(space.index(pair.0, pair.1, level[start[l]]))
      }
    }
    self.sources = copy(sources)
    flows = copy(
      space.points.enumerated().map { index, point in
        let isOnly =
          game.scale == 0 && sources[4 * index] >= 0
          && game.improvement(from: point.best, to: point.best) == 0
        return SIMD4(
          game.profit(0, point.first, point.second), game.profit(1, point.first, point.second),
          game.outlays[point.best], isOnly ? weight[start[point.best]] : -1)
      })
    turns = copy(game.turns.flatMap(\.self))
    let scale = game.scale
    idleValue = copy(game.outlays.map { scale > 0 ? softMaximum(0, -$0, scale) : 0 })
    idleChance = copy(game.outlays.map { scale > 0 ? logistic(-$0 / scale) : 0 })
  }

  func deallocate() {
    places.deallocate()
    indices.deallocate()
    costs.deallocate()
    outlays.deallocate()
    stays.deallocate()
    improvementStart.deallocate()
    improvementLevel.deallocate()
    improvementWeight.deallocate()
    sources.deallocate()
    flows.deallocate()
    turns.deallocate()
    idleValue.deallocate()
    idleChance.deallocate()
  }
}

/// The tables of a duopoly: one pointer, so that the inner loop reads what it needs and counts no
/// references. Immutable, and so safe to share between threads; a `LeapfroggingMemory` owns them.
struct LeapfroggingTables: @unchecked Sendable {
  fileprivate let fields: UnsafeMutablePointer<LeapfroggingFields>

  @inline(__always) var levels: Int { fields.pointee.levels }
  @inline(__always) var discount: Double { fields.pointee.discount }
  @inline(__always) var scale: Double { fields.pointee.scale }
  @inline(__always) var pointCount: Int { fields.pointee.pointCount }
  @inline(__always) var places: UnsafeMutablePointer<Int32> { fields.pointee.places }
  @inline(__always) var indices: UnsafeMutablePointer<Int32> { fields.pointee.indices }
  @inline(__always) var costs: UnsafeMutablePointer<Double> { fields.pointee.costs }
  @inline(__always) var outlays: UnsafeMutablePointer<Double> { fields.pointee.outlays }
  @inline(__always) var stays: UnsafeMutablePointer<Double> { fields.pointee.stays }
  @inline(__always) var improvementStart: UnsafeMutablePointer<Int> {
    fields.pointee.improvementStart
  }
  @inline(__always) var improvementLevel: UnsafeMutablePointer<Int> {
    fields.pointee.improvementLevel
  }
  @inline(__always) var improvementWeight: UnsafeMutablePointer<Double> {
    fields.pointee.improvementWeight
  }
  @inline(__always) var sources: UnsafeMutablePointer<Int32> { fields.pointee.sources }
  @inline(__always) var clearGain: Double { fields.pointee.clearGain }
  @inline(__always) var flows: UnsafeMutablePointer<SIMD4<Double>> { fields.pointee.flows }
  @inline(__always) var turns: UnsafeMutablePointer<Double> { fields.pointee.turns }
  @inline(__always) var idleValue: UnsafeMutablePointer<Double> { fields.pointee.idleValue }
  @inline(__always) var idleChance: UnsafeMutablePointer<Double> { fields.pointee.idleChance }

  /// Whether nothing in the stage game at `point` is strategic and no other one needs it: corners and
  /// edges where technology cannot stay. What makes an edge a tie makes one of the interior states
  /// beside it a tie.
  func hasOneEquilibrium(at point: Int) -> Bool {
    places[4 * point + 3] != 2 && stays[Int(places[4 * point + 2])] == 0
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

/// Keeps the tables of a duopoly for as long as somebody reads them.
final class LeapfroggingMemory: Sendable {
  let space: LeapfroggingPoints
  let tables: LeapfroggingTables

  init(_ game: LeapfroggingDuopoly) {
    space = LeapfroggingPoints(levels: game.levels)
    let fields = UnsafeMutablePointer<LeapfroggingFields>.allocate(capacity: 1)
    fields.initialize(to: LeapfroggingFields(game, space))
    tables = LeapfroggingTables(fields: fields)
  }

  deinit {
    tables.fields.pointee.deallocate()
    tables.fields.deallocate()
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
