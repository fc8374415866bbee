import Foundation

/// Two firms race for a lead in AI capability while their training drives up the price of compute.
///
/// The state g is firm 1's capability minus firm 2's, on an odd grid of [−G, G]. Both firms choose
/// training x₁, x₂ at once. Training uses compute T = x₁²/2 + x₂²/2, rented at R(T) = W/(Q − T).
/// The post-training gap is g̃ = (1 − μ)g + (x₁ − x₂); it pays
/// π(g) = ω(s (L(θag) − 1/2) + (1 − s)[2 sinh(ag/2)]₊) with L the logistic function, so that
/// u₁ = π(g̃) − R(T)x₁²/2 and u₂ = π(−g̃) − R(T)x₂²/2. The next gap is g̃ plus a shock, clamped to
/// the grid's range and split between its two neighbours so that the mean is kept.
///
/// With κ > 0 the money unit rides the frontier: the frontier payoff (plus `base`) and the future
/// are multiplied by exp(κ(x₁ + x₂)). See docs/compute-race.md for the whole statement.
public struct ComputeRace: Sendable, Equatable {
  /// G: the largest gap, in units of capability (log quality).
  public var gapMax = 2.0
  /// Grid points, odd.
  public var grid = 21
  /// The largest training per period, in units of capability.
  public var xMax = 0.8
  /// Training levels, equally spaced from 0 to `xMax`.
  public var actions = 9
  /// μ: share of the gap lost to imitation per period, in [0, 1].
  public var mu = 0.2
  /// β: discount factor, in [0, 1).
  public var beta = 0.95
  /// ω: frontier stakes, money per period.
  public var omega = 0.5
  /// s: share of the stakes in one-shot priority tasks; the rest is repeatable Bertrand service.
  public var s = 1.0
  /// a: slope of log productivity in capability.
  public var a = 1.0
  /// θ: sharpness of the one-shot contest.
  public var theta = 1.0
  /// W: what the inference market spends on compute, money per period.
  public var spending = 8.0
  /// Q: compute capacity.
  public var capacity = 1.0
  /// Probability of a shock to the gap.
  public var noiseProbability = 0.2
  /// Size of that shock, in units of capability.
  public var noiseSize = 0.2
  /// κ: frontier riding, 1/capability.
  public var kappa = 0.0
  /// Constant payoff that rides the frontier, money per period.
  public var base = 0.0

  /// The defaults.
  public init() {}

  /// Distance between neighbouring gaps.
  public var step: Double { 2 * gapMax / Double(grid - 1) }

  /// The index of parity.
  public var parity: Int { (grid - 1) / 2 }

  /// The gap at grid point k; exactly odd about parity.
  public func gap(_ k: Int) -> Double { Double(k - parity) * step }

  /// Training level i of `actions`.
  public func training(_ i: Int) -> Double {
    i == actions - 1 ? xMax : Double(i) * xMax / Double(actions - 1)
  }

  /// g̃ = (1 − μ)g + (x₁ − x₂), grouped so that swapping the firms negates it exactly.
  public func postTrainingGap(_ gap: Double, _ own: Double, _ rival: Double) -> Double {
    (1 - mu) * gap + (own - rival)
  }

  /// R(T) = W/(Q − T), money per unit of compute.
  public func rent(_ compute: Double) -> Double { spending / (capacity - compute) }

  /// π(g), money per period; L(z) − 1/2 is computed as tanh(z/2)/2, exactly odd.
  public func frontierPayoff(_ gap: Double) -> Double {
    let priority = tanh(theta * a * gap / 2) / 2
    // Without Bertrand service its rent, which may overflow, is not asked for.
    let bertrand = gap > 0 && s < 1 ? 2 * sinh(a * gap / 2) : 0
    return omega * (s * priority + (1 - s) * bertrand)
  }

  /// u₁ at a gap; u₂ is this with the gap negated and the firms' training swapped.
  public func stagePayoff(_ gap: Double, own: Double, rival: Double) -> Double {
    let compute = own * own / 2 + rival * rival / 2
    let frontier = frontierPayoff(postTrainingGap(gap, own, rival)) + base
    let riding = kappa == 0 ? frontier : exp(kappa * (own + rival)) * frontier
    return riding - rent(compute) * own * own / 2
  }

  /// The law of the next grid point after a post-training gap, as (index, probability) pairs in a
  /// fixed order; the law after −g̃ is the exact mirror image of that after g̃.
  public func transitions(_ postTrainingGap: Double) -> [(state: Int, probability: Double)] {
    if postTrainingGap < 0 {
      return transitions(-postTrainingGap).map { (grid - 1 - $0.state, $0.probability) }
    }
    var law: [(state: Int, probability: Double)] = []
    spread(postTrainingGap, weight: 1 - noiseProbability, into: &law)
    if noiseProbability > 0 {
      spread(postTrainingGap + noiseSize, weight: noiseProbability / 2, into: &law)
      spread(postTrainingGap - noiseSize, weight: noiseProbability / 2, into: &law)
    }
    return law
  }

  /// Clamps a position and splits its weight between its two neighbours.
  private func spread(
    _ position: Double, weight: Double, into law: inout [(state: Int, probability: Double)]
  ) {
    guard weight > 0 else { return }
    let sign = position < 0 ? -1 : 1
    // The quotient itself may round to beyond the last grid point.
    let distance = min(min(abs(position), gapMax) / step, Double(parity))
    var below = distance.rounded(.down)
    var share = distance - below
    // A position within 1e-12 steps of a grid point counts as on it.
    if share > 1 - 1e-12 { (below, share) = (below + 1, 0) }
    if share < 1e-12 { share = 0 }
    let near = parity + sign * Int(below)
    if share < 1 { law.append((near, weight * (1 - share))) }
    if share > 0 { law.append((near + sign, weight * share)) }
  }
}

extension ComputeRace {
  /// Refuses parameters that no race has.
  ///
  /// - Throws: `GameError` naming the parameter: a value outside its declared range, an even grid,
  ///   a largest total training that reaches capacity, or riding that outruns discounting.
  public func validate() throws {
    try validateRanges()
    guard grid % 2 == 1 else {
      throw GameError(
        "grid",
        "\(grid) is even: the grid must be odd, so that parity is on it; try \(grid + 1)")
    }
    guard grid * actions * actions <= StochasticGame.maximumRowCount else {
      throw GameError(
        "actions",
        "\(grid) gaps × \(actions)² joint actions are more than the \(StochasticGame.maximumRowCount) "
          + "that can be written out; use fewer actions or a coarser grid")
    }
    guard xMax * xMax < capacity else {
      throw GameError(
        "x_max",
        "the largest total training is x_max² = \(xMax * xMax), which must stay below capacity "
          + "Q = \(capacity); lower x_max or raise Q")
    }
    let growth = beta * exp(2 * kappa * xMax)
    guard growth < 1 else {
      throw GameError(
        "kappa",
        "beta exp(2 kappa x_max) = \(growth) must stay below 1, or values are infinite; "
          + "lower kappa, beta or x_max")
    }
  }

  /// The race written out; player 0 is firm 1, `mirror` maps g to −g, play starts at parity.
  public func stochasticGame() throws -> StochasticGame {
    try validate()
    let gaps = (0..<grid).map(gap)
    let levels = (0..<actions).map(training)
    return try StochasticGame(
      actionCounts: Array(repeating: [actions, actions], count: grid),
      discounts: [beta, beta],
      initial: (0..<grid).map { $0 == parity ? 1 : 0 },
      stateLabels: gaps.map(Label.number),
      actionLabels: .uniform(Array(repeating: levels.map(Label.number), count: 2)),
      mirror: (0..<grid).map { grid - 1 - $0 },
      coordinates: gaps.map { [$0] }
    ) { state, joint, row in
      let (own, rival) = (levels[joint[0]], levels[joint[1]])
      row.pay(0, stagePayoff(gaps[state], own: own, rival: rival))
      row.pay(1, stagePayoff(-gaps[state], own: rival, rival: own))
      for move in transitions(postTrainingGap(gaps[state], own, rival)) {
        row.move(to: move.state, probability: move.probability)
      }
      if kappa != 0 { row.grow(by: exp(kappa * (own + rival))) }
    }
  }
}
