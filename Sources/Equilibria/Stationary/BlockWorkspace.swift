/// One block of the logit Jacobian: its factors, and its share of the bordered Schur complement.
///
/// The matrix is [B | C | k], row-major over the block's active actions, rows scaled to largest
/// entry 1 in B; after elimination the columns to the right of B hold K = B⁻¹[C | k]. E is the
/// coupling of the block's value equations to its log σ.
final class BlockWorkspace {
  let block: Int
  /// Sign of det B; 0 if singular.
  private(set) var sign = 1
  /// −border · K, per column and λ.
  let borderPart: UnsafeMutablePointer<Double>

  private let system: StationarySystem
  private let slots: [Int]
  private let columns: [Int]
  /// Position of each flat action among its block's active ones, or −1; shared by all blocks.
  private let places: UnsafeMutablePointer<Int32>
  /// Flat indices of the active actions.
  private let active: UnsafeMutablePointer<Int>
  private var activeCount = 0
  private var width = 0
  private let matrix: UnsafeMutablePointer<Double>
  private let rowScale: UnsafeMutablePointer<Double>
  private let pivots: UnsafeMutablePointer<Int32>
  private let right: UnsafeMutablePointer<Double>
  private let couplings: UnsafeMutablePointer<Double>
  private let schurRows: UnsafeMutablePointer<Double>

  init(_ system: StationarySystem, block: Int, places: UnsafeMutablePointer<Int32>) {
    self.system = system
    self.block = block
    self.places = places
    slots = system.blocks[block]
    columns = system.columns[block]
    let total = slots.reduce(0) { $0 + system.count($1) }
    let extra = columns.count + 1
    borderPart = .allocate(capacity: extra)
    active = .allocate(capacity: total)
    matrix = .allocate(capacity: total * (total + extra))
    rowScale = .allocate(capacity: total)
    pivots = .allocate(capacity: total)
    right = .allocate(capacity: total)
    couplings = .allocate(capacity: slots.count * total)
    schurRows = .allocate(capacity: slots.count * extra)
  }

  deinit {
    borderPart.deallocate()
    active.deallocate()
    matrix.deallocate()
    rowScale.deallocate()
    pivots.deallocate()
    right.deallocate()
    couplings.deallocate()
    schurRows.deallocate()
  }

  /// Writes [B | C | k], E and F at the point whose derivatives the system holds.
  func assemble(
    _ x: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>,
    star: UnsafeMutablePointer<Int>, precision: Double, cutoff: Double
  ) {
    activeCount = 0
    for slot in slots {
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
        if x[action] > cutoff {
          active[activeCount] = action
          places[action] = Int32(activeCount)
          activeCount += 1
        } else {
          places[action] = -1
        }
      }
    }
    width = activeCount + columns.count + 1
    matrix.update(repeating: 0, count: activeCount * width)
    couplings.update(repeating: 0, count: slots.count * activeCount)
    schurRows.update(repeating: 0, count: slots.count * (columns.count + 1))
    for (index, slot) in slots.enumerated() {
      let top = star[slot]
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1]
      where places[action] >= 0 {
        if action == top {
          normalisationRow(slot, Int(places[action]))
        } else {
          logitRow(slot, action, top, precision)
        }
      }
      valueRow(index, slot, values[slot])
    }
  }

  private func normalisationRow(_ slot: Int, _ row: Int) {
    let target = matrix + row * width
    var total = 0.0
    for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
      total += system.sigma[action]
      if places[action] >= 0 { target[Int(places[action])] = system.sigma[action] }
    }
    rowScale[row] = 1
    for column in 0..<activeCount { target[column] /= total }
  }

  private func logitRow(_ slot: Int, _ action: Int, _ top: Int, _ precision: Double) {
    let row = Int(places[action])
    let target = matrix + row * width
    let first = system.actionOffset[slot]
    target[row] += 1
    target[Int(places[top])] -= 1
    var offset = system.crossOffset[slot]
    for rival in 0..<system.players where rival != system.slotPlayer[slot] {
      let other = system.slot(rival, system.slotState[slot])
      let (start, count) = (system.actionOffset[other], system.count(other))
      let mine = system.cross + offset + (action - first) * count
      let best = system.cross + offset + (top - first) * count
      for b in 0..<count where places[start + b] >= 0 {
        target[Int(places[start + b])] -= precision * (mine[b] - best[b]) * system.sigma[start + b]
      }
      offset += system.count(slot) * count
    }
    let right = target + activeCount
    let mine = system.future + system.futureOffset[slot] + (action - first) * columns.count
    let best = system.future + system.futureOffset[slot] + (top - first) * columns.count
    for column in 0..<columns.count { right[column] = precision * (best[column] - mine[column]) }
    right[columns.count] = system.worth[top] - system.worth[action]
    var largest = 0.0
    for column in 0..<activeCount { largest = max(largest, abs(target[column])) }
    rowScale[row] = 1 / largest
    for column in 0..<width { target[column] *= rowScale[row] }
  }

  /// E and F of one slot's value equation; its own V is added by the caller.
  private func valueRow(_ index: Int, _ slot: Int, _ value: Double) {
    let (sigma, worth) = (system.sigma, system.worth)
    let coupling = couplings + index * activeCount
    let row = schurRows + index * (columns.count + 1)
    let first = system.actionOffset[slot]
    for a in 0..<system.count(slot) where sigma[first + a] > 0 {
      let weight = sigma[first + a]
      if places[first + a] >= 0 {
        coupling[Int(places[first + a])] += weight * (value - worth[first + a])
      }
      let ahead = system.future + system.futureOffset[slot] + a * columns.count
      for column in 0..<columns.count { row[column] -= weight * ahead[column] }
      var offset = system.crossOffset[slot]
      for rival in 0..<system.players where rival != system.slotPlayer[slot] {
        let other = system.slot(rival, system.slotState[slot])
        let (start, count) = (system.actionOffset[other], system.count(other))
        let across = system.cross + offset + a * count
        for b in 0..<count where places[start + b] >= 0 {
          coupling[Int(places[start + b])] -= weight * across[b] * sigma[start + b]
        }
        offset += system.count(slot) * count
      }
    }
  }

  /// Factorises B, forms K, and from it this block's rows of the Schur complement.
  func eliminate(_ border: UnsafeMutablePointer<Double>) {
    sign = FlatLU.factor(matrix, n: activeCount, width: width, pivots: pivots)
    let extra = columns.count + 1
    borderPart.update(repeating: 0, count: extra)
    guard sign != 0 else { return }
    FlatLU.backSubstitute(matrix, n: activeCount, width: width)
    for place in 0..<activeCount {
      let solved = matrix + place * width + activeCount
      let weight = border[active[place]]
      if weight != 0 {
        for column in 0..<extra { borderPart[column] -= weight * solved[column] }
      }
      for index in slots.indices {
        let coupling = couplings[index * activeCount + place]
        guard coupling != 0 else { continue }
        let row = schurRows + index * extra
        for column in 0..<extra { row[column] -= coupling * solved[column] }
      }
    }
  }

  /// F − E K of the block's slot number `index`, per column and λ.
  func schurRow(_ index: Int) -> UnsafeMutablePointer<Double> {
    schurRows + index * (columns.count + 1)
  }

  /// y = −B⁻¹ residual, kept for `coupling`, `borderDot` and `backward`; 0 for nil.
  func forward(residual: UnsafeMutablePointer<Double>?) {
    guard let residual else {
      right.update(repeating: 0, count: activeCount)
      return
    }
    for place in 0..<activeCount { right[place] = -residual[active[place]] * rowScale[place] }
    FlatLU.solve(matrix, n: activeCount, width: width, pivots: pivots, right)
  }

  /// E y of the block's slot number `index`.
  func coupling(_ index: Int) -> Double {
    var total = 0.0
    for place in 0..<activeCount { total += couplings[index * activeCount + place] * right[place] }
    return total
  }

  /// border · y over the block's active actions.
  func borderDot(_ border: UnsafeMutablePointer<Double>) -> Double {
    var total = 0.0
    for place in 0..<activeCount { total += border[active[place]] * right[place] }
    return total
  }

  /// Scatters dy = y − K (dV, dλ) into `d`.
  func backward(
    _ d: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>, change: Double
  ) {
    for place in 0..<activeCount {
      let solved = matrix + place * width + activeCount
      var total = right[place] - solved[columns.count] * change
      for column in 0..<columns.count { total -= solved[column] * values[columns[column]] }
      d[active[place]] = total
    }
  }

  /// dW of one action, from the active log σ already in `d` and the change of values.
  func worthChange(
    _ slot: Int, _ a: Int, _ d: UnsafeMutablePointer<Double>, values: UnsafeMutablePointer<Double>
  ) -> Double {
    var total = 0.0
    let ahead = system.future + system.futureOffset[slot] + a * columns.count
    for column in 0..<columns.count { total += ahead[column] * values[columns[column]] }
    var offset = system.crossOffset[slot]
    for rival in 0..<system.players where rival != system.slotPlayer[slot] {
      let other = system.slot(rival, system.slotState[slot])
      let (start, count) = (system.actionOffset[other], system.count(other))
      let across = system.cross + offset + a * count
      for b in 0..<count where places[start + b] >= 0 {
        total += across[b] * system.sigma[start + b] * d[start + b]
      }
      offset += system.count(slot) * count
    }
    return total
  }
}
