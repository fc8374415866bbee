internal import Agents
internal import Environments
internal import Statistics

/// Sobol points for the first draws of the paths of one replicate, under one random shift.
///
/// Coordinate 0 is the first state's where the initial law leaves a choice; then come, date by date,
/// those of every player who mixes in some profile and nature's. GSL has 40 coordinates; later draws
/// stay pseudo-random, which leaves the estimate unbiased (Owen 1998, "Latin supercube sampling for
/// very high-dimensional simulations", calls it padding).
final class QuasiDraws {
  private let plan: PathPlan
  private let family: Int
  private let dimensions: Int
  private let startsByChance: Bool
  /// Slots of this profile: coordinate within a date, and slot in its uniforms.
  private let slots: [(coordinate: Int, slot: Int)]
  private let source: SobolSource
  private let point: UnsafeMutableBufferPointer<Double>
  private let memory = TableMemory()
  private var shift: RandomShift?

  init(_ plan: PathPlan, _ tables: PathTables, family: Int) {
    self.plan = plan
    self.family = family
    startsByChance = tables.initial.count(where: { $0 > 0 }) > 1
    let wanted = (startsByChance ? 1 : 0) + plan.coordinatesPerPeriod * plan.periods
    dimensions = max(1, min(SobolSequence.dimensionLimit, wanted))
    source = SobolSource(dimensions: dimensions)
    point = UnsafeMutableBufferPointer(
      start: memory.block(of: dimensions, repeating: 0.0), count: dimensions)
    slots = Self.slots(plan, tables)
  }

  /// Which coordinate of a date each of a profile's slots takes.
  static func slots(_ plan: PathPlan, _ tables: PathTables) -> [(coordinate: Int, slot: Int)] {
    var found = tables.mixing.enumerated().map { slot, player in
      (coordinate: plan.mixing.firstIndex(of: player)!, slot: slot)
    }
    if !tables.isCertain { found.append((plan.mixing.count, tables.mixing.count)) }
    return found
  }

  /// Begins a replicate.
  func begin(_ replicate: Int) {
    source.rewind()
    var stream = RandomStream(
      seed: plan.seed, role: .pathShift, index: family << 40 + replicate,
      generator: plan.generator)
    shift = RandomShift(dimensions: dimensions, using: &stream)
  }

  /// Takes the next point; the uniform of the first state, where chance has a say in it.
  func next() -> Double? {
    source.next(into: point)
    shift!.apply(to: point)
    return startsByChance ? point[0] : nil
  }

  /// Puts the point's coordinates in place of a path's first uniforms, `[slot][period]`.
  func override(_ uniforms: UnsafeMutablePointer<Double>, periods: Int) {
    var coordinate = startsByChance ? 1 : 0
    var period = 0
    while period < periods, coordinate < dimensions {
      for (place, slot) in slots where coordinate + place < dimensions {
        uniforms[slot * periods + period] = point[coordinate + place]
      }
      coordinate += plan.coordinatesPerPeriod
      period += 1
    }
  }
}

/// A Sobol sequence that a class can hold.
final class SobolSource {
  private var sequence: SobolSequence

  init(dimensions: Int) {
    do {
      sequence = try SobolSequence(dimensions: dimensions)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  func rewind() { sequence.seek(to: 0) }
  func next(into point: UnsafeMutableBufferPointer<Double>) { sequence.next(into: point) }
}
