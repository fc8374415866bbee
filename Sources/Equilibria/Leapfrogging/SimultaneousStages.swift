public import Environments

/// The stage games of the leapfrogging duopoly with simultaneous moves: all equilibria of each, in
/// closed form without shocks, by bracketing with shocks (Iskhakov, Rust and Schjerning 2016, section
/// 4.1 and appendix B).
///
/// With b = β π(c|c), P the rival's probability of investing and h the discounted-to-be value of
/// what lower layers bring, firm 1's values at (c₁, c₂, c) are
///
///     v_I = r − K + β [(1 − P) H(c, c₂) + P H(c, c)]
///     v_N = A + B φ(v_N, v_I)
///     A   = r + β [(1 − P) h(c₁, c₂) + P H(c₁, c)]        B = b (1 − P)
///
/// Without shocks it invests where g(P) = (1 − B) v_I − A > 0, a quadratic in P; each firm's
/// probability in a mixed equilibrium is a root of the other's.
///
/// An equilibrium is V₁, V₂, P₁, P₂. Order: ascending in (P₁, P₂).
public struct SimultaneousStages: LeapfroggingStages, Sendable {
  let tables: LeapfroggingTables
  let memory: LeapfroggingMemory

  /// Prepares the tables. Cost n³.
  public init(_ game: LeapfroggingDuopoly) {
    memory = LeapfroggingMemory(game)
    tables = memory.tables
  }

  /// V₁, V₂, P₁, P₂.
  public var width: Int { 4 }
  /// V₁, V₂.
  public var valueCount: Int { 2 }
  /// Corners and edges where technology cannot stay. Not so with alternating moves, in which a tie at an
  /// edge does not show in the interior.
  public func hasOneEquilibrium(at point: Int) -> Bool { tables.hasOneEquilibrium(at: point) }

  /// Numbers of firm 1 and firm 2.
  private typealias Pair = (Double, Double)
  /// Where their values stand.
  @inline(__always) private var firms: (Int, Int) { (0, 1) }

  /// All equilibria of a stage game.
  @inline(__always)
  public func solve(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome {
    let tables = tables
    if tables.flows[point].w >= 0, capacity > 4 {
      switch tables.places[4 * point + 3] {
      case 0:
        let at = selected + 4 * Int(tables.sources[4 * point])
        let (beta, weight) = (tables.discount, tables.flows[point].w)
        (output[0], output[1]) = (beta * (weight * at[0]), beta * (weight * at[1]))
        (output[2], output[3]) = (0, 0)
        return StageOutcome(count: 1)
      case 2: if let outcome = certain(point, selected, output) { return outcome }
      default: break
      }
    }
    return try solveInGeneral(point, selected: selected, into: output, capacity: capacity)
  }

  @inline(__always)
  func corner(
    _ l: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome {
    let tables = tables
    let b = tables.discount * tables.stays[l]
    let idle = tables.idleValue[l]
    let h = improved(l, l, l, firms, selected)
    output[0] = (tables.discount * h.0 + b * idle) / (1 - b) + idle
    output[1] = (tables.discount * h.1 + b * idle) / (1 - b) + idle
    output[2] = tables.idleChance[l]
    output[3] = tables.idleChance[l]
    return StageOutcome(count: 1)
  }

  /// The firm behind decides as if alone; the one at the frontier only answers.
  func edge(
    _ i: Int, _ j: Int, _ l: Int, _ selected: UnsafePointer<Double>,
    _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome {
    let tables = tables
    let (beta, stay, outlay) = (tables.discount, tables.stays[l], tables.outlays[l])
    let b = beta * stay
    let isFirstBehind = i > l
    let here = improved(i, j, l, firms, selected)
    let corner = reached(l, l, l, stay, firms, selected)
    let (followerHere, leaderHere) = isFirstBehind ? (here.0, here.1) : (here.1, here.0)
    let (followerCorner, leaderCorner) =
      isFirstBehind ? (corner.0, corner.1) : (corner.1, corner.0)
    let profit = tables.costs[max(i, j)] - tables.costs[l]

    let invest = beta * followerCorner - outlay
    let choice = LoneChoice(
      constant: beta * followerHere, stay: b, invest: invest, scale: tables.scale)
    let p = choice.probability
    let idle = tables.idleValue[l]
    let leader =
      (profit + beta * (p * leaderCorner + (1 - p) * leaderHere) + b * (1 - p) * idle)
      / (1 - b * (1 - p)) + idle
    output[0] = isFirstBehind ? choice.value : leader
    output[1] = isFirstBehind ? leader : choice.value
    output[2] = isFirstBehind ? p : tables.idleChance[l]
    output[3] = isFirstBehind ? tables.idleChance[l] : p
    return StageOutcome(count: 1, isDegenerate: choice.isTie)
  }

  @inline(__always)
  func interior(
    _ point: Int, _ i: Int, _ j: Int, _ l: Int, _ selected: UnsafePointer<Double>,
    _ output: UnsafeMutablePointer<Double>, _ capacity: Int
  ) throws -> StageOutcome {
    let tables = tables
    let (beta, stay, outlay) = (tables.discount, tables.stays[l], tables.outlays[l])
    let gap = tables.costs[j] - tables.costs[i]
    let (r1, r2) = (max(gap, 0), max(-gap, 0))
    let here = improved(i, j, l, firms, selected)
    let firstIn = reached(l, j, l, stay, firms, selected)
    let secondIn = reached(i, l, l, stay, firms, selected)
    let bothIn = reached(l, l, l, stay, firms, selected)
    let b = beta * stay
    let one = RivalResponse(
      wait0: r1 + beta * here.0, wait1: r1 + beta * secondIn.0,
      invest0: r1 - outlay + beta * firstIn.0, invest1: r1 - outlay + beta * bothIn.0, b: b)
    let two = RivalResponse(
      wait0: r2 + beta * here.1, wait1: r2 + beta * firstIn.1,
      invest0: r2 - outlay + beta * secondIn.1, invest1: r2 - outlay + beta * bothIn.1, b: b)
    if tables.scale > 0 {
      return try shockedEquilibria(one, two, scale: tables.scale, width: 4, output, capacity) {
        first, second, output in
        output[0] = one.choice(second, tables.scale).value
        output[1] = two.choice(first, tables.scale).value
        output[2] = first
        output[3] = second
      }
    }
    return unshocked(one, two, output, capacity)
  }

  /// The usual case in few instructions: no shocks, and technology surely moves by the one step it can.
  /// Then b = 0, gains are linear in P, and a stage game has one equilibrium or three. What
  /// `unshocked` computes, to the last bit, for both firms at once.
  ///
  /// - Returns: nil where a tie must be looked for.
  @inline(__always)
  private func certain(
    _ point: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome? {
    let flow = tables.flows[point]
    let beta = tables.discount
    let sources = tables.sources + 4 * point
    @inline(__always)
    func term(_ place: Int) -> SIMD2<Double> {
      let at = selected + 4 * Int(sources[place])
      return beta * (flow.w * SIMD2(at[0], at[1]))
    }
    let (firstIn, secondIn) = (term(1), term(2))
    let profit = SIMD2(flow.x, flow.y)
    let net = profit - flow.z
    let (wait0, wait1) = (profit + term(0), profit + SIMD2(secondIn.x, firstIn.y))
    let (invest0, invest1) = (net + SIMD2(firstIn.x, secondIn.y), net + term(3))
    let (gain0, gain1) = (invest0 - wait0, invest1 - wait1)
    let clear = tables.clearGain
    guard abs(gain0.x) > clear, abs(gain0.y) > clear, abs(gain1.x) > clear, abs(gain1.y) > clear
    else { return nil }
    // Firm 1's probability is the root of firm 2's gain, and the other way round.
    let root = gain0 / (gain0 - gain1)
    let mixed = invest0 + (invest1 - invest0) * root
    let (f0, s0, f1, s1) = (gain0.x > 0, gain0.y > 0, gain1.x > 0, gain1.y > 0)
    var count = 0
    // Written in any case, and kept if it is one: which are cannot be predicted.
    @inline(__always)
    func write(_ v1: Double, _ v2: Double, _ p1: Double, _ p2: Double, if holds: Bool) {
      let to = output + 4 * count
      (to[0], to[1], to[2], to[3]) = (v1, v2, p1, p2)
      count += holds ? 1 : 0
    }
    write(wait0.x, wait0.y, 0, 0, if: !f0 && !s0)
    write(wait1.x, invest0.y, 0, 1, if: !f1 && s0)
    write(mixed.x, mixed.y, root.y, root.x, if: f0 != f1 && s0 != s1)
    write(invest0.x, wait1.y, 1, 0, if: f0 && !s1)
    write(invest1.x, invest1.y, 1, 1, if: f1 && s1)
    return StageOutcome(count: count)
  }

  @inline(__always)
  private func unshocked(
    _ one: RivalResponse, _ two: RivalResponse, _ output: UnsafeMutablePointer<Double>,
    _ capacity: Int
  ) -> StageOutcome {
    var count = 0
    @inline(__always)
    func write(_ v1: Double, _ v2: Double, _ p1: Double, _ p2: Double) {
      let to = output + 4 * count
      (to[0], to[1], to[2], to[3]) = (v1, v2, p1, p2)
      count += 1
    }
    let first = one.gain
    let second = two.gain
    let (f0, f1) = (first.c0 > 0, first.atOne > 0)
    let (s0, s1) = (second.c0 > 0, second.atOne > 0)
    if !f0, !s0 { write(one.waitValue, two.waitValue, 0, 0) }
    if !f1, s0 { write(one.wait1, two.invest0, 0, 1) }
    // Firm 1's probabilities are roots of firm 2's gain, and the other way round.
    let roots1 = second.roots
    let roots2 = first.roots
    if roots1.count > 0, roots2.count > 0 {
      write(one.investValue(roots2.low), two.investValue(roots1.low), roots1.low, roots2.low)
      if roots2.count > 1 {
        write(one.investValue(roots2.high), two.investValue(roots1.low), roots1.low, roots2.high)
      }
      if roots1.count > 1 {
        write(one.investValue(roots2.low), two.investValue(roots1.high), roots1.high, roots2.low)
        if roots2.count > 1 {
          write(
            one.investValue(roots2.high), two.investValue(roots1.high), roots1.high, roots2.high)
        }
      }
    }
    if f0, !s1 { write(one.invest0, two.wait1, 1, 0) }
    if f1, s1 { write(one.invest1, two.invest1, 1, 1) }
    if count == 0 { return tied(one, two, output, capacity) }
    return StageOutcome(
      count: count,
      isDegenerate: one.isTie(first) || two.isTie(second) || roots1.isDouble || roots2.isDouble)
  }
}

extension SimultaneousStages {
  /// Where ties leave no strict play and no root that is one.
  @inline(never)
  private func tied(
    _ one: RivalResponse, _ two: RivalResponse, _ output: UnsafeMutablePointer<Double>,
    _ capacity: Int
  ) -> StageOutcome {
    let found = TwoChoices(gains: (one.gain, two.gain), scales: (one.scale, two.scale)).tied()
    for (number, pair) in found.prefix(capacity).enumerated() {
      let to = output + 4 * number
      (to[0], to[1]) = (one.value(pair.first, pair.second), two.value(pair.second, pair.first))
      (to[2], to[3]) = (pair.first, pair.second)
    }
    return StageOutcome(count: found.count, isDegenerate: true)
  }
}

/// A firm's values in a stage game, as functions of the rival's probability P of investing: A and v_I
/// at P = 0 and P = 1, between which they are linear. Kept by their ends, so that equal futures give
/// equal values to the last bit.
struct RivalResponse {
  var wait0: Double
  var wait1: Double
  var invest0: Double
  var invest1: Double
  var b: Double

  /// (1 − B) v_I − A: the firm invests where it is positive.
  @inline(__always)
  var gain: Gain {
    let (c0, c2) = ((1 - b) * invest0 - wait0, b * (invest1 - invest0))
    let end = invest1 - wait1
    return Gain(c0: c0, c1: end - c0 - c2, c2: c2, atOne: end)
  }

  @inline(__always)
  func investValue(_ rival: Double) -> Double { invest0 + (invest1 - invest0) * rival }

  /// A/(1 − B) at P = 0; at P = 1 it is A itself.
  @inline(__always)
  var waitValue: Double { wait0 / (1 - b) }

  /// The value of investing with probability `own`, if that is a best answer.
  func value(_ own: Double, _ rival: Double) -> Double {
    own > 0 ? investValue(rival) : (wait0 + (wait1 - wait0) * rival) / (1 - b * (1 - rival))
  }

  /// What gains are compared with.
  @inline(__always)
  var scale: Double { abs(invest0) + abs(wait0) + abs(invest1) + abs(wait1) }

  /// Whether the gain at a pure rival is too small to tell its sign.
  @inline(__always)
  func isTie(_ gain: Gain) -> Bool {
    let bound = tieTolerance * scale
    return abs(gain.c0) <= bound || abs(gain.atOne) <= bound
  }

  /// The best answer with shocks.
  @inline(__always)
  func choice(_ rival: Double, _ scale: Double) -> LoneChoice {
    LoneChoice(
      constant: wait0 + (wait1 - wait0) * rival, stay: b * (1 - rival), invest: investValue(rival),
      scale: scale)
  }
}

extension RivalResponse: ShockedReply {
  @inline(__always)
  func reply(to rival: Double, scale: Double) -> Double { choice(rival, scale).probability }
}

/// Gains this small beside their terms have no sign: rounding is a hundred times smaller.
let tieTolerance = 1e-13

/// c₀ + c₁ P + c₂ P².
struct Gain {
  var c0: Double
  var c1: Double
  var c2: Double
  /// The value at P = 1, by itself more exact than the sum.
  var atOne: Double

  /// The roots strictly between 0 and 1, ascending.
  @inline(__always)
  var roots: (count: Int, low: Double, high: Double, isDouble: Bool) {
    let end = atOne
    if c2 == 0 {
      guard (c0 > 0) != (end > 0) else { return (0, 0, 0, false) }
      let root = c0 / (c0 - end)
      return root > 0 && root < 1 ? (1, root, 0, false) : (0, 0, 0, false)
    }
    return quadraticRoots(end)
  }

  private func quadraticRoots(
    _ end: Double
  ) -> (count: Int, low: Double, high: Double, isDouble: Bool) {
    let discriminant = c1 * c1 - 4 * c2 * c0
    let isDouble = abs(discriminant) <= tieTolerance * (c1 * c1 + abs(4 * c2 * c0))
    let differs = (c0 > 0) != (end > 0)
    guard discriminant > 0 else {
      return (0, 0, 0, isDouble && -c1 / (2 * c2) > 0 && -c1 / (2 * c2) < 1)
    }
    let q = -0.5 * (c1 + (c1 < 0 ? -1 : 1) * discriminant.squareRoot())
    let (x, y) = q == 0 ? (0, 0) : (q / c2, c0 / q)
    let (low, high) = (min(x, y), max(x, y))
    let (isLowIn, isHighIn) = (low > 0 && low < 1, high > 0 && high < 1)
    if differs {
      return isLowIn || isHighIn ? (1, isLowIn ? low : high, 0, false) : (0, 0, 0, false)
    }
    guard isLowIn, isHighIn else { return (0, 0, 0, false) }
    return (2, low, high, isDouble)
  }
}

/// The choice of one firm whose rival's play is given: v_N = A + B φ(v_N, v_I).
struct LoneChoice {
  /// Probability of investing.
  let probability: Double
  /// φ(v_N, v_I).
  let value: Double
  /// Whether both choices are worth the same without shocks.
  let isTie: Bool

  @inline(__always)
  init(constant: Double, stay: Double, invest: Double, scale: Double) {
    if scale > 0 {
      let wait = Self.waitValue(constant, stay, invest, scale)
      probability = logistic((invest - wait) / scale)
      value = softMaximum(wait, invest, scale)
      isTie = false
    } else {
      let gain = (1 - stay) * invest - constant
      probability = gain > 0 ? 1 : 0
      value = gain > 0 ? invest : constant / (1 - stay)
      isTie = abs(gain) <= tieTolerance * (abs(invest) + abs(constant))
    }
  }

  /// The unique root of v = A + B φ(v, v_I), 0 ≤ B < 1. The difference of both sides is increasing
  /// and concave in v, so Newton's method from below climbs to the root.
  @inline(__always)
  private static func waitValue(
    _ constant: Double, _ stay: Double, _ invest: Double, _ scale: Double
  ) -> Double {
    if stay == 0 { return constant }
    // φ ≥ max, so this is below the root.
    var v = max(constant / (1 - stay), constant + stay * invest)
    for _ in 0..<60 {
      let residual = v - constant - stay * softMaximum(v, invest, scale)
      let slope = 1 - stay * logistic((v - invest) / scale)
      let next = v - residual / slope
      if abs(next - v) <= 4e-16 * (abs(next) + abs(v)) { return next }
      v = next
    }
    return v
  }
}
