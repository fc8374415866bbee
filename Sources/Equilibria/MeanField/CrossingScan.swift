internal import Environments

/// Crossings found on an even grid of m: zeros of f at its points, and sign changes between them.
struct Scan: Sendable {
  /// Ascending in m.
  private(set) var crossings: [MeanFieldCrossing] = []
  private(set) var evaluations = 0
  private(set) var isInterrupted = false
  /// Stretches on which f vanishes at neighbouring points.
  private(set) var note: String?
  /// Where actions with different consequences are tied at neighbouring points.
  private(set) var tieNote: String?

  /// Points evaluated from one starting policy: fixed, so that results do not depend on threads.
  private static let chunk = 50

  /// What one stretch of the grid gives.
  private struct Stretch: Sendable {
    var points: [CrossingSearch.Point] = []
    var tied: [Bool] = []
    var crossings: [MeanFieldCrossing] = []
    var evaluations = 0
    var isCut = false
  }

  /// Scans the bounds, both ends included.
  ///
  /// - Throws: `MeanFieldError` of the lowest point at fault.
  init(
    _ search: CrossingSearch, points: Int, _ low: CrossingSearch.Point,
    _ high: CrossingSearch.Point, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let count = max(points, 2)
    let bounds = search.problem.game.interactionBounds[0]
    func place(_ index: Int) -> Double {
      index == count - 1
        ? high.t
        : index == 0
          ? low.t
          : bounds.lowerBound
            + (bounds.upperBound - bounds.lowerBound) * Double(index) / Double(count - 1)
    }
    let places = (0..<count).map(place)
    let chunks = (count + Self.chunk - 1) / Self.chunk
    let grid = orderedMap(chunks, threads: threads) { index -> Result<Stretch, any Error> in
      Result {
        var own = search
        own.problem.forgetPolicy()
        var stretch = Stretch()
        for k in (index * Self.chunk)..<min(count, (index + 1) * Self.chunk) {
          if isCancelled() {
            stretch.isCut = true
            break
          }
          let point = try own.point(places[k])
          stretch.points.append(point)
          stretch.tied.append(own.hasTies(point))
        }
        stretch.evaluations = own.evaluations - search.evaluations
        return stretch
      }
    }
    var all: [CrossingSearch.Point] = []
    var tied: [Bool] = []
    for stretch in grid {
      let stretch = try stretch.get()
      evaluations += stretch.evaluations
      // A stretch cut short ends what can be compared.
      if !isInterrupted {
        all += stretch.points
        tied += stretch.tied
      }
      isInterrupted = isInterrupted || stretch.isCut
    }
    try locate(all, search, threads: threads)
    if let k = tied.indices.dropLast().first(where: { tied[$0] && tied[$0 + 1] }) {
      tieNote =
        "actions with different consequences are tied at neighbouring points of the scan, as from "
        + "m = \(all[k].t): there may be a continuum of equilibria, which is not listed"
    }
  }

  private mutating func locate(
    _ points: [CrossingSearch.Point], _ search: CrossingSearch, threads: Int
  ) throws {
    guard points.count >= 2 else { return }
    // Cells with opposite signs at their ends, and points that are zeros.
    var cells: [Int] = []
    var zeros: [Int] = []
    for (index, point) in points.enumerated() {
      if CrossingSearch.isZero(point) {
        zeros.append(index)
      } else if index + 1 < points.count, !CrossingSearch.isZero(points[index + 1]),
        (point.residual < 0) != (points[index + 1].residual < 0)
      {
        cells.append(index)
      }
    }
    let kept = keep(zeros, points)
    let crossed = cells
    let located = orderedMap(crossed.count + kept.count, threads: threads) {
      index -> Result<Stretch, any Error> in
      Result {
        var own = search
        own.problem.forgetPolicy()
        var stretch = Stretch()
        if index < crossed.count {
          let (low, high) = (points[crossed[index]], points[crossed[index] + 1])
          let isUp = low.residual < 0
          let found = try own.narrow(low, high, isUp: isUp)
          stretch.crossings = [try own.crossing(found, direction: isUp ? .up : .down)]
        } else {
          let zero = kept[index - crossed.count]
          let sides = try own.sides(of: points[zero])
          stretch.crossings = [try own.crossing(.zero(points[zero]), direction: sides)]
        }
        stretch.evaluations = own.evaluations - search.evaluations
        return stretch
      }
    }
    for result in located {
      let stretch = try result.get()
      crossings = MeanFieldEquilibrium.merged(crossings, stretch.crossings)
      evaluations += stretch.evaluations
    }
  }

  /// Of neighbouring zeros the first and the last.
  private mutating func keep(_ zeros: [Int], _ points: [CrossingSearch.Point]) -> [Int] {
    var kept: [Int] = []
    var first = 0
    while first < zeros.count {
      var last = first
      while last + 1 < zeros.count, zeros[last + 1] == zeros[last] + 1 { last += 1 }
      kept.append(zeros[first])
      if last > first {
        kept.append(zeros[last])
        note =
          "f vanishes at \(last - first + 1) neighbouring points of the scan, from "
          + "m = \(points[zeros[first]].t) to \(points[zeros[last]].t): a continuum of equilibria, "
          + "of which the ends are listed"
      }
      first = last + 1
    }
    return kept
  }
}

extension CrossingSearch {
  /// How f passes a zero, from its signs 1e-8 of the bounds to either side.
  ///
  /// - Returns: `touching` at an end of the values that M can take; nil where Φ is not known on a side.
  mutating func sides(of zero: Point) throws -> MeanFieldCrossing.Direction? {
    let range = problem.layout.interactionRange[0]
    let step = 1e-8 * (range.upperBound - range.lowerBound)
    guard zero.t - step >= range.lowerBound, zero.t + step <= range.upperBound else {
      return .touching
    }
    guard let left = try? point(zero.t - step).residual,
      let right = try? point(zero.t + step).residual
    else { return nil }
    return left < 0 && right > 0 ? .up : left > 0 && right < 0 ? .down : .touching
  }
}
