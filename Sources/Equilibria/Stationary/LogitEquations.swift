internal import Dispatch
internal import Foundation

/// The logit equilibrium equations in (log σ, V, λ), and linear solves with their Jacobian.
///
/// For each slot p, with a* its currently likeliest action and ρ the reference law:
///
///     h(a) = log σ(a)/ρ(a) − log σ(a*)/ρ(a*) − λ (W(a) − W(a*)) = 0     a ≠ a*
///     h(a*) = log Σ σ = 0
///     v = Σ σ(a) (V − W(a)) = 0
///
/// (McKelvey and Palfrey 1995, in each state's game of W; Eibelshäuser and Poensgen 2019 for
/// stochastic games). The determinant does not change sign when a* moves to another action.
///
/// *Structured elimination.* The log σ of a block couple to other blocks only through V, so with
/// B dy + C dV + k dλ = r per block and E dy + F dV = s, each block is eliminated by a pivoted LU,
/// which leaves the Schur complement F − E B⁻¹C on V, bordered by λ and one further row (the
/// arclength condition). An action whose probability is below e^cutoff does not move any W beyond
/// rounding: its column is dropped and its own row read off afterwards.
final class LogitEquations {
  let system: StationarySystem
  /// Elements of an unknown vector: log σ flat by slot, then V by slot, then λ.
  let size: Int
  let actionTotal: Int
  let slotCount: Int
  /// h and v at the last evaluated point.
  let residual: UnsafeMutablePointer<Double>
  /// Below this log σ an action is left out of the factorised blocks.
  let cutoff = -46.0

  private let logReference: UnsafeMutablePointer<Double>
  private let threads: Int
  /// a* of each slot, as a flat action index.
  private let star: UnsafeMutablePointer<Int>
  /// Position of each action among its block's active ones, −1 for dropped actions.
  private let places: UnsafeMutablePointer<Int32>
  private let workspaces: [BlockWorkspace]
  private let schur: UnsafeMutablePointer<Double>
  private let schurPivots: UnsafeMutablePointer<Int32>
  private let schurRight: UnsafeMutablePointer<Double>
  private var precision = 0.0

  /// `reference` is ρ, positive everywhere; nil for the uniform law.
  init(_ system: StationarySystem, reference: [Double]?, threads: Int) {
    self.system = system
    self.threads = threads
    (actionTotal, slotCount) = (system.actionTotal, system.slotCount)
    size = actionTotal + slotCount + 1
    residual = .allocate(capacity: size)
    residual.initialize(repeating: 0, count: size)
    logReference = .allocate(capacity: max(actionTotal, 1))
    for slot in 0..<slotCount {
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
        logReference[action] = log(reference?[action] ?? 1 / Double(system.count(slot)))
      }
    }
    star = .allocate(capacity: max(slotCount, 1))
    star.initialize(repeating: 0, count: max(slotCount, 1))
    places = .allocate(capacity: max(actionTotal, 1))
    places.initialize(repeating: -1, count: max(actionTotal, 1))
    let places = places
    workspaces = system.blocks.indices.map { BlockWorkspace(system, block: $0, places: places) }
    let width = slotCount + 1
    schur = .allocate(capacity: width * width)
    schurPivots = .allocate(capacity: width)
    schurRight = .allocate(capacity: width)
  }

  deinit {
    residual.deallocate()
    logReference.deallocate()
    star.deallocate()
    places.deallocate()
    schur.deallocate()
    schurPivots.deallocate()
    schurRight.deallocate()
  }

  /// Writes the start of the path into `x`: σ = ρ, V = 0, λ = 0. V is not yet solved for.
  func start(_ x: UnsafeMutablePointer<Double>) {
    x.update(from: logReference, count: actionTotal)
    for index in actionTotal..<size { x[index] = 0 }
  }

  /// Fills `residual` at `x`.
  func evaluate(_ x: UnsafeMutablePointer<Double>) {
    precision = x[size - 1]
    nonisolated(unsafe) let x = x
    nonisolated(unsafe) let equations = self
    forEachBlock { equations.evaluate(block: $0, x, derivatives: false) }
  }

  /// Fills `residual` and factorises the Jacobian at `x` with `border` as its last row.
  ///
  /// - Returns: the sign of the bordered determinant, 0 if it is singular to working precision.
  func factor(_ x: UnsafeMutablePointer<Double>, border: UnsafeMutablePointer<Double>) -> Int {
    precision = x[size - 1]
    let width = slotCount + 1
    schur.update(repeating: 0, count: width * width)
    nonisolated(unsafe) let x = x
    nonisolated(unsafe) let border = border
    nonisolated(unsafe) let equations = self
    forEachBlock { block in
      equations.evaluate(block: block, x, derivatives: true)
      equations.eliminate(block: block, x, border)
    }
    let last = schur + slotCount * width
    for slot in 0...slotCount { last[slot] = border[actionTotal + slot] }
    var sign = 1
    for (block, workspace) in workspaces.enumerated() {
      sign *= workspace.sign
      for (column, slot) in system.columns[block].enumerated() {
        last[slot] += workspace.borderPart[column]
      }
      last[slotCount] += workspace.borderPart[system.columns[block].count]
    }
    return sign * FlatLU.factor(schur, n: width, width: width, pivots: schurPivots)
  }

  /// Solves J d = −residual, border · d = `last` with the last factorisation, into `d`; with
  /// `homogeneous` the residual counts as 0, which gives tangents.
  func solve(
    _ d: UnsafeMutablePointer<Double>, border: UnsafeMutablePointer<Double>, last: Double,
    homogeneous: Bool
  ) {
    schurRight[slotCount] = last
    for (block, workspace) in workspaces.enumerated() {
      workspace.forward(residual: homogeneous ? nil : residual)
      for (row, slot) in system.blocks[block].enumerated() {
        schurRight[slot] =
          (homogeneous ? 0 : -residual[actionTotal + slot]) - workspace.coupling(row)
      }
      schurRight[slotCount] -= workspace.borderDot(border)
    }
    FlatLU.solve(schur, n: slotCount + 1, width: slotCount + 1, pivots: schurPivots, schurRight)
    for slot in 0...slotCount { d[actionTotal + slot] = schurRight[slot] }
    for workspace in workspaces {
      workspace.backward(d, values: schurRight, change: schurRight[slotCount])
      readInactive(workspace, d, homogeneous: homogeneous)
    }
  }

  /// d log σ of dropped actions, from their own rows.
  private func readInactive(
    _ workspace: BlockWorkspace, _ d: UnsafeMutablePointer<Double>, homogeneous: Bool
  ) {
    let worth = system.worth
    let change = schurRight[slotCount]
    for slot in system.blocks[workspace.block] {
      let (first, end, top) = (system.actionOffset[slot], system.actionOffset[slot + 1], star[slot])
      var moved = 0.0
      var known = false
      for action in first..<end where places[action] < 0 {
        if !known {
          moved = workspace.worthChange(slot, top - first, d, values: schurRight)
          known = true
        }
        let gain = workspace.worthChange(slot, action - first, d, values: schurRight) - moved
        d[action] =
          (homogeneous ? 0 : -residual[action]) + d[top] + precision * gain
          + change * (worth[action] - worth[top])
      }
    }
  }

  private func evaluate(block: Int, _ x: UnsafeMutablePointer<Double>, derivatives: Bool) {
    let (sigma, worth) = (system.sigma, system.worth)
    for slot in system.blocks[block] {
      var top = system.actionOffset[slot]
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
        sigma[action] = exp(x[action])
        if x[action] > x[top] { top = action }
      }
      star[slot] = top
    }
    system.evaluate(block: block, values: x + actionTotal, derivatives: derivatives)
    for slot in system.blocks[block] {
      let top = star[slot]
      let value = x[actionTotal + slot]
      let base = x[top] - logReference[top] - precision * worth[top]
      var (total, gap) = (0.0, 0.0)
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
        total += sigma[action]
        gap += sigma[action] * (value - worth[action])
        residual[action] = x[action] - logReference[action] - precision * worth[action] - base
      }
      residual[top] = log(total)
      residual[actionTotal + slot] = gap
    }
  }

  private func eliminate(
    block: Int, _ x: UnsafeMutablePointer<Double>, _ border: UnsafeMutablePointer<Double>
  ) {
    let workspace = workspaces[block]
    workspace.assemble(
      x, values: x + actionTotal, star: star, precision: precision, cutoff: cutoff)
    workspace.eliminate(border)
    let width = slotCount + 1
    let columns = system.columns[block]
    for (row, slot) in system.blocks[block].enumerated() {
      let target = schur + slot * width
      let source = workspace.schurRow(row)
      for (column, other) in columns.enumerated() { target[other] = source[column] }
      target[slotCount] = source[columns.count]
      var total = 0.0
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
        total += system.sigma[action]
      }
      target[slot] += total
    }
  }

  /// Runs `work` for every block, on several threads where that pays. Blocks write apart, so the
  /// result is the same for every thread count.
  private func forEachBlock(_ work: @Sendable (Int) -> Void) {
    let count = system.blocks.count
    guard threads > 1, actionTotal > 300, count > 1 else {
      for block in 0..<count { work(block) }
      return
    }
    let workers = min(threads, count)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for block in stride(from: worker, to: count, by: workers) { work(block) }
    }
  }
}
