internal import Environments

/// Newton's method on the indifference conditions of one guessed support.
///
/// Unknowns: σ on the support and V. Equations per slot p: W(p, a) − V(p) = 0 for a in the support,
/// and Σ σ = 1. The dense system is solved as a whole, because the mixing that makes one player
/// indifferent at a state may well sit at another state, so that no block need be regular.
/// Near a solution 2 to 10 iterations reach rounding. Cost per iteration O((support + slots)³).
final class IndifferenceSystem {
  private let system: StationarySystem
  /// Values of the slots, in units of the system's scale.
  private(set) var values: [Double]
  private(set) var iterations = 0

  init(_ system: StationarySystem, values: [Double]) {
    self.system = system
    self.values = values
  }

  /// Repeats Newton, dropping actions whose probability comes out negative and adding actions that
  /// would gain, until neither is left. Starts from the laws in the system's `sigma`.
  ///
  /// - Returns: whether a consistent support was found; the laws are then in `sigma`.
  func solve(support start: [Bool], rounds: Int = 40) -> Bool {
    var support = start
    var seen = Set<[Bool]>()
    for _ in 0..<rounds {
      completeSupport(&support)
      guard seen.insert(support).inserted, newton(support) else { return false }
      guard revise(&support) else { return true }
    }
    return false
  }

  /// Gives every slot at least its likeliest action, and restricts `sigma` to the support.
  private func completeSupport(_ support: inout [Bool]) {
    let sigma = system.sigma
    for slot in 0..<system.slotCount {
      let actions = system.actionOffset[slot]..<system.actionOffset[slot + 1]
      if !actions.contains(where: { support[$0] }) {
        support[actions.max { sigma[$0] < sigma[$1] } ?? actions.lowerBound] = true
      }
      var total = 0.0
      for action in actions {
        sigma[action] = support[action] ? max(sigma[action], 0) : 0
        total += sigma[action]
      }
      let size = actions.reduce(0) { $0 + (support[$1] ? 1 : 0) }
      for action in actions where support[action] {
        sigma[action] = total > 0 ? sigma[action] / total : 1 / Double(size)
      }
    }
  }

  /// Drops the most negative probability and adds the most profitable action of each slot; false
  /// if there is neither.
  private func revise(_ support: inout [Bool]) -> Bool {
    let (sigma, worth) = (system.sigma, system.worth)
    var changed = false
    for slot in 0..<system.slotCount {
      let actions = system.actionOffset[slot]..<system.actionOffset[slot + 1]
      if let least = actions.min(by: { sigma[$0] < sigma[$1] }), sigma[least] < 0 {
        support[least] = false
        if sigma[least] < -1e-12 { changed = true }
        sigma[least] = 0
        continue
      }
      let tolerance = 1e-11 * (1 + abs(values[slot]))
      if let best = actions.filter({ !support[$0] }).max(by: { worth[$0] < worth[$1] }),
        worth[best] - values[slot] > tolerance
      {
        support[best] = true
        changed = true
      }
    }
    return changed
  }

  private func evaluate(derivatives: Bool) {
    values.withUnsafeBufferPointer { held in
      guard let base = held.baseAddress else { return }
      for block in system.blocks.indices {
        system.evaluate(block: block, values: base, derivatives: derivatives)
      }
    }
  }

  private func newton(_ support: [Bool]) -> Bool {
    let sigma = system.sigma
    var place = [Int](repeating: -1, count: system.actionTotal)
    var unknowns = 0
    for action in support.indices where support[action] {
      place[action] = unknowns
      unknowns += 1
    }
    let size = unknowns + system.slotCount
    let matrix = UnsafeMutablePointer<Double>.allocate(capacity: size * size)
    let right = UnsafeMutablePointer<Double>.allocate(capacity: size)
    let pivots = UnsafeMutablePointer<Int32>.allocate(capacity: size)
    defer {
      matrix.deallocate()
      right.deallocate()
      pivots.deallocate()
    }
    var previous = Double.infinity
    var start = Double.infinity
    for iteration in 0..<25 {
      evaluate(derivatives: true)
      matrix.initialize(repeating: 0, count: size * size)
      let residual = assemble(matrix, right, place, unknowns, size)
      guard residual.isFinite else { return false }
      // Converged: at rounding, or no longer improving close to it.
      let largestValue = values.reduce(1) { max($0, abs($1)) }
      if residual <= 2e-16 * largestValue
        || (residual <= 1e-12 * largestValue && residual >= previous / 4)
      {
        return true
      }
      // From near a solution the residual falls at once; do not pay for a start that is not.
      if iteration == 0 { start = residual }
      if iteration >= 6, residual > 0.1 * start { return false }
      previous = residual
      iterations += 1
      let regular = FlatLU.factor(matrix, n: size, width: size, pivots: pivots) != 0
      if regular { FlatLU.solve(matrix, n: size, width: size, pivots: pivots, right) }
      if !regular || (0..<unknowns).contains(where: { !(abs(right[$0]) < 1e3) }) {
        // A continuum of solutions, or a bad start: move only what the equations determine.
        matrix.initialize(repeating: 0, count: size * size)
        _ = assemble(matrix, right, place, unknowns, size)
        FlatLU.solveDeficient(matrix, n: size, right)
      }
      for action in support.indices where support[action] { sigma[action] += right[place[action]] }
      for slot in 0..<system.slotCount { values[slot] += right[unknowns + slot] }
    }
    return false
  }

  /// Writes the Jacobian and minus the residual; returns the largest |residual|.
  private func assemble(
    _ matrix: UnsafeMutablePointer<Double>, _ right: UnsafeMutablePointer<Double>, _ place: [Int],
    _ unknowns: Int, _ size: Int
  ) -> Double {
    let (sigma, worth) = (system.sigma, system.worth)
    var largest = 0.0
    for slot in 0..<system.slotCount {
      let first = system.actionOffset[slot]
      let columns = system.columns[system.blockOf[slot]]
      var total = -1.0
      let sumRow = matrix + (unknowns + slot) * size
      for action in first..<system.actionOffset[slot + 1] where place[action] >= 0 {
        sumRow[place[action]] = 1
        total += sigma[action]
        let row = matrix + place[action] * size
        let residual = worth[action] - values[slot]
        right[place[action]] = -residual
        largest = max(largest, abs(residual))
        let ahead = system.future + system.futureOffset[slot] + (action - first) * columns.count
        for (column, other) in columns.enumerated() { row[unknowns + other] += ahead[column] }
        row[unknowns + slot] -= 1
        var offset = system.crossOffset[slot]
        for rival in 0..<system.players where rival != system.slotPlayer[slot] {
          let other = system.slot(rival, system.slotState[slot])
          let (start, count) = (system.actionOffset[other], system.count(other))
          let across = system.cross + offset + (action - first) * count
          for b in 0..<count where place[start + b] >= 0 { row[place[start + b]] += across[b] }
          offset += system.count(slot) * count
        }
      }
      right[unknowns + slot] = -total
      largest = max(largest, abs(total))
    }
    return largest
  }
}
