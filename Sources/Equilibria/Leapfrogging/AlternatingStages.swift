public import Environments

/// The stage games of the leapfrogging duopoly with alternating moves: both turns m of a state are
/// solved together (Iskhakov, Rust and Schjerning 2016, section 4.2 and appendix C).
///
/// With B(i | j) = β π(c|c) f(i | j), P the rival's probability of investing on its turn, and I, R the
/// values of the state after an investment of the firm itself and of the rival, firm w's values are
///
///     V_w(o) = e₀ + e₁ V_w(w)    e₀ = [P R + (1−P)(r + β h(o))]/Q, e₁ = (1−P) B(w|o)/Q
///     v_N    = A + B φ(v_N, I)   A = r + β h(w) + B(o|w) e₀,       B = B(w|w) + B(o|w) e₁
///
/// with Q = 1 − B(o|o)(1−P). Without shocks it invests where Q [(1 − B) I − A] > 0, which is linear in
/// P, so that a stage game has one equilibrium or three.
///
/// An equilibrium is V₁(1), V₂(1), V₁(2), V₂(2), P₁, P₂, the number in brackets saying whose turn it
/// is. Order: ascending in (P₁, P₂).
public struct AlternatingStages: LeapfroggingStages, Sendable {
  let tables: LeapfroggingTables
  let memory: LeapfroggingMemory

  /// Prepares the tables. Cost n³.
  public init(_ game: LeapfroggingDuopoly) {
    memory = LeapfroggingMemory(game)
    tables = memory.tables
  }

  /// Four values and two probabilities.
  public var width: Int { 6 }
  /// The values.
  public var valueCount: Int { 4 }

  /// One firm's values on either turn.
  struct Pair {
    var own: Double
    var rival: Double
  }

  /// β Σ π(c′ | c) Σ f(m′ | m) V of `firm`, seen from its own turn and from its rival's: what lower
  /// layers bring, and the present one if `here` is not 0.
  @inline(__always)
  private func ahead(
    _ firm: Int, _ i: Int, _ j: Int, _ l: Int, _ stay: Double, _ selected: UnsafePointer<Double>
  ) -> Pair {
    let tables = tables
    let (first, second) = reached(i, j, l, stay, (firm, firm + 2), selected)
    let (f, rival) = (tables.turns, 1 - firm)
    return Pair(
      own: tables.discount * (f[2 * firm] * first + f[2 * firm + 1] * second),
      rival: tables.discount * (f[2 * rival] * first + f[2 * rival + 1] * second))
  }

  /// B(i | j) of `firm` against the other.
  struct Turns {
    var ownOwn: Double
    var ownRival: Double
    var rivalOwn: Double
    var rivalRival: Double
  }

  /// Named (to, from): `ownRival` is B(own turn | rival's turn).
  @inline(__always)
  private func turns(_ firm: Int, _ l: Int) -> Turns {
    let (f, o) = (tables.turns, 1 - firm)
    let b = tables.discount * tables.stays[l]
    return Turns(
      ownOwn: b * f[3 * firm], ownRival: b * f[2 * o + firm], rivalOwn: b * f[2 * firm + o],
      rivalRival: b * f[3 * o])
  }

  func corner(
    _ l: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome {
    let idle = tables.idleValue[l]
    for firm in 0..<2 {
      let b = turns(firm, l)
      let h = ahead(firm, l, l, l, 0, selected)
      // N(m) = h(m) + Σ B(m′ | m) [N(m′) + idle if it is the own turn].
      let (own, rival) = solvePair(
        1 - b.ownOwn, -b.rivalOwn, h.own + b.ownOwn * idle,
        -b.ownRival, 1 - b.rivalRival, h.rival + b.ownRival * idle)
      output[2 * firm + firm] = own + idle
      output[2 * (1 - firm) + firm] = rival
      output[4 + firm] = tables.idleChance[l]
    }
    return StageOutcome(count: 1)
  }

  /// The firm behind decides as if alone; what the one at the frontier does changes nothing for it.
  func edge(
    _ i: Int, _ j: Int, _ l: Int, _ selected: UnsafePointer<Double>,
    _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome {
    let (w, o) = i > l ? (0, 1) : (1, 0)
    let (stay, idle) = (tables.stays[l], tables.idleValue[l])
    let profit = tables.costs[max(i, j)] - tables.costs[l]
    let b = turns(w, l)
    let here = ahead(w, i, j, l, 0, selected)
    let invest = ahead(w, l, l, l, stay, selected).own - tables.outlays[l]
    let e0 = here.rival / (1 - b.rivalRival)
    let e1 = b.ownRival / (1 - b.rivalRival)
    let choice = LoneChoice(
      constant: here.own + b.rivalOwn * e0, stay: b.ownOwn + b.rivalOwn * e1, invest: invest,
      scale: tables.scale)
    output[2 * w + w] = choice.value
    output[2 * o + w] = e0 + e1 * choice.value
    output[4 + w] = choice.probability

    // The leader: N on its own turn, V on the follower's.
    let p = choice.probability
    let leader = ahead(o, i, j, l, 0, selected)
    let matched = ahead(o, l, l, l, stay, selected).rival
    let (n, v) = solvePair(
      1 - b.rivalRival, -b.ownRival, profit + leader.own + b.rivalRival * idle,
      -(1 - p) * b.rivalOwn, 1 - (1 - p) * b.ownOwn,
      p * (profit + matched) + (1 - p) * (profit + leader.rival + b.rivalOwn * idle))
    output[2 * o + o] = n + idle
    output[2 * w + o] = v
    output[4 + o] = tables.idleChance[l]
    return StageOutcome(count: 1, isDegenerate: choice.isTie)
  }

  @inline(__always)
  func interior(
    _ point: Int, _ i: Int, _ j: Int, _ l: Int, _ selected: UnsafePointer<Double>,
    _ output: UnsafeMutablePointer<Double>, _ capacity: Int
  ) throws -> StageOutcome {
    let (stay, outlay) = (tables.stays[l], tables.outlays[l])
    let gap = tables.costs[j] - tables.costs[i]
    let (r1, r2) = (max(gap, 0), max(-gap, 0))
    let one = TurnResponse(
      turns: turns(0, l), profit: r1, here: ahead(0, i, j, l, 0, selected),
      invest: r1 - outlay + ahead(0, l, j, l, stay, selected).own,
      rivalIn: r1 + ahead(0, i, l, l, stay, selected).rival)
    let two = TurnResponse(
      turns: turns(1, l), profit: r2, here: ahead(1, i, j, l, 0, selected),
      invest: r2 - outlay + ahead(1, i, l, l, stay, selected).own,
      rivalIn: r2 + ahead(1, l, j, l, stay, selected).rival)
    @inline(__always)
    func write(_ p1: Double, _ p2: Double, _ first: Pair, _ second: Pair, _ index: Int) {
      let to = output + 6 * index
      (to[0], to[1], to[2], to[3]) = (first.own, second.rival, first.rival, second.own)
      (to[4], to[5]) = (p1, p2)
    }
    if tables.scale > 0 {
      return try shockedEquilibria(one, two, scale: tables.scale, width: 6, output, capacity) {
        p1, p2, output in
        let first = one.shocked(p2, tables.scale).values
        let second = two.shocked(p1, tables.scale).values
        (output[0], output[1], output[2], output[3]) = (
          first.own, second.rival, first.rival, second.own
        )
        (output[4], output[5]) = (p1, p2)
      }
    }
    let (f0, f1) = (one.gain(0), one.gain(1))
    let (s0, s1) = (two.gain(0), two.gain(1))
    var count = 0
    if f0 <= 0, s0 <= 0 {
      write(0, 0, one.waiting(0), two.waiting(0), count)
      count += 1
    }
    if f1 <= 0, s0 > 0 {
      write(0, 1, one.waiting(1), two.investing(0), count)
      count += 1
    }
    if (f0 > 0) != (f1 > 0), (s0 > 0) != (s1 > 0) {
      // Each firm's probability makes the other indifferent.
      let (p1, p2) = (s0 / (s0 - s1), f0 / (f0 - f1))
      write(p1, p2, one.investing(p2), two.investing(p1), count)
      count += 1
    }
    if f0 > 0, s1 <= 0 {
      write(1, 0, one.investing(0), two.waiting(1), count)
      count += 1
    }
    if f1 > 0, s1 > 0 {
      write(1, 1, one.investing(1), two.investing(1), count)
      count += 1
    }
    return StageOutcome(
      count: count, isDegenerate: one.isTie(f0) || one.isTie(f1) || two.isTie(s0) || two.isTie(s1))
  }

  /// The solution of two linear equations in two unknowns.
  @inline(__always)
  private func solvePair(
    _ a: Double, _ b: Double, _ c: Double, _ d: Double, _ e: Double, _ f: Double
  ) -> (Double, Double) {
    let determinant = a * e - b * d
    return ((c * e - b * f) / determinant, (a * f - c * d) / determinant)
  }
}

/// A firm's side of a stage game with alternating moves.
struct TurnResponse: ShockedReply {
  let turns: AlternatingStages.Turns
  let profit: Double
  /// β h on the own turn and on the rival's.
  let here: AlternatingStages.Pair
  /// I.
  let invest: Double
  /// R.
  let rivalIn: Double

  /// e₀, e₁, A and B against a rival that invests with probability `p`.
  @inline(__always)
  private func parts(_ p: Double) -> (e0: Double, e1: Double, a: Double, b: Double, q: Double) {
    let q = 1 - turns.rivalRival * (1 - p)
    let e0 = (p * rivalIn + (1 - p) * (profit + here.rival)) / q
    let e1 = (1 - p) * turns.ownRival / q
    return (
      e0, e1, profit + here.own + turns.rivalOwn * e0, turns.ownOwn + turns.rivalOwn * e1, q
    )
  }

  /// Q [(1 − B) I − A].
  @inline(__always)
  func gain(_ p: Double) -> Double {
    let parts = parts(p)
    return parts.q * ((1 - parts.b) * invest - parts.a)
  }

  @inline(__always)
  func isTie(_ gain: Double) -> Bool {
    abs(gain) <= tieTolerance * (abs(invest) + abs(rivalIn) + abs(here.own) + abs(here.rival))
  }

  /// Values if the firm invests on its turn.
  @inline(__always)
  func investing(_ p: Double) -> AlternatingStages.Pair {
    let parts = parts(p)
    return .init(own: invest, rival: parts.e0 + parts.e1 * invest)
  }

  /// Values if it waits.
  @inline(__always)
  func waiting(_ p: Double) -> AlternatingStages.Pair {
    let parts = parts(p)
    let own = parts.a / (1 - parts.b)
    return .init(own: own, rival: parts.e0 + parts.e1 * own)
  }

  /// Values and probability of investing with shocks.
  func shocked(_ p: Double, _ scale: Double) -> (values: AlternatingStages.Pair, chance: Double) {
    let parts = parts(p)
    let choice = LoneChoice(constant: parts.a, stay: parts.b, invest: invest, scale: scale)
    return (
      .init(own: choice.value, rival: parts.e0 + parts.e1 * choice.value), choice.probability
    )
  }

  func reply(to rival: Double, scale: Double) -> Double { shocked(rival, scale).chance }
}
