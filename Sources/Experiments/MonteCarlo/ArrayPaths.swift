internal import Agents
internal import Environments
internal import Statistics

/// All paths of a replicate played together, date by date: array-RQMC.
///
/// At each date the paths are sorted by state; the i-th takes the i-th point of a Sobol sequence under
/// that date's own random shift. Paths in like states thus share the date's chance out evenly, at any
/// horizon, where a sequence over whole paths runs out of coordinates (L'Ecuyer, Lécot and Tuffin 2008,
/// "A randomized quasi-Monte Carlo simulation method for Markov chains", Operations Research 56). Each
/// path by itself is a path of the chain, so means over paths are unbiased.
final class ArrayPaths {
  private let plan: PathPlan
  private let memory = TableMemory()
  /// `[profile]` of `[path][period]`.
  let cells: [UnsafeMutablePointer<Int32>]
  /// `[profile]` of `[path]`: after the last move.
  let states: [UnsafeMutablePointer<Int32>]
  /// Sobol points, `[path][coordinate]`, before shifts.
  private let points: UnsafeMutablePointer<Double>
  private let uniforms: UnsafeMutablePointer<Double>
  private let order: UnsafeMutablePointer<Int32>
  private let sorted: UnsafeMutablePointer<Int32>
  private let played: UnsafeMutablePointer<Int32>
  private let starts: UnsafeMutablePointer<Int>
  private var size = 0

  init(_ plan: PathPlan) {
    self.plan = plan
    let (n, width) = (plan.blockSize, max(1, plan.coordinatesPerPeriod))
    let memory = memory
    cells = plan.played.map { _ in memory.block(of: n * plan.periods, repeating: 0) }
    states = plan.played.map { _ in memory.block(of: n, repeating: 0) }
    points = memory.block(of: n * width, repeating: 0)
    uniforms = memory.block(of: n * width, repeating: 0)
    order = memory.block(of: n, repeating: 0)
    sorted = memory.block(of: n, repeating: 0)
    played = memory.block(of: n, repeating: 0)
    starts = memory.block(of: plan.game.stateCount + 1, repeating: 0)
    let source = SobolSource(dimensions: min(SobolSequence.dimensionLimit, width))
    for path in 0..<n {
      source.next(
        into: UnsafeMutableBufferPointer(
          start: points + path * width, count: min(SobolSequence.dimensionLimit, width)))
    }
  }

  /// Plays a replicate for every profile.
  func play(_ replicate: Int) throws {
    size = plan.paths(of: replicate).count
    let common = plan.settings.commonRandomNumbers
    for index in plan.played.indices {
      play(replicate, index, family: common || index >= plan.profileCount ? 0 : index)
    }
  }

  private func play(_ replicate: Int, _ index: Int, family: Int) {
    let tables = plan.played[index].tables
    let (n, width) = (size, plan.coordinatesPerPeriod)
    let slots = QuasiDraws.slots(plan, tables)
    let own = tables.drawsPerPeriod
    var stream = RandomStream(
      seed: plan.seed, role: .pathShift, index: family << 40 + replicate,
      generator: plan.generator)
    let current = states[index]
    let first = stream.uniform()
    for path in 0..<n {
      current[path] = Int32(tables.firstState((Double(path) + first) / Double(n)))
    }
    for period in 0..<plan.periods {
      let shift = RandomShift(dimensions: max(1, width), using: &stream).offsets
      sort(current, n)
      for rank in 0..<n {
        sorted[rank] = current[Int(order[rank])]
        for (place, slot) in slots {
          let u = points[rank * width + place] + shift[place]
          uniforms[rank * own + slot] = u < 1 ? u : u - 1
        }
      }
      tables.play(
        n, periods: 1, from: period, uniforms: uniforms, states: sorted, cells: played)
      let target = cells[index] + period
      for rank in 0..<n {
        let path = Int(order[rank])
        target[path * plan.periods] = played[rank]
        current[path] = sorted[rank]
      }
    }
  }

  /// Paths in ascending order of their states' coordinates, those of one state by number.
  private func sort(_ current: UnsafePointer<Int32>, _ n: Int) {
    let count = plan.game.stateCount
    starts.update(repeating: 0, count: count + 1)
    for path in 0..<n { starts[plan.stateRanks[Int(current[path])] + 1] += 1 }
    for rank in 0..<count { starts[rank + 1] += starts[rank] }
    for path in 0..<n {
      let rank = plan.stateRanks[Int(current[path])]
      order[starts[rank]] = Int32(path)
      starts[rank] += 1
    }
  }
}
