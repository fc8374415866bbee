import Foundation

/// The two prices that a market of like firms is measured against, and the profits they earn.
public struct PriceBenchmarks: Sendable, Equatable {
  /// p^N: the price of the one-shot Bertrand-Nash equilibrium, which is unique and symmetric.
  public let nash: Double
  /// p^M: the price at which the firms' joint profit is largest.
  public let monopoly: Double
  /// π^N: profit of one firm when all charge p^N.
  public let nashProfit: Double
  /// π^M: profit of one firm when all charge p^M.
  public let monopolyProfit: Double
  /// The most that a search over prices, which knows no first-order condition, could add to a
  /// firm's profit at p^N, or to the joint profit at p^M, relative to that profit: 0 up to rounding.
  public let searchGain: Double

  /// Δ = (π̄ − π^N)/(π^M − π^N): 0 for competition, 1 for full collusion (Calvano et al. 2020).
  public func profitGain(_ profit: Double) -> Double {
    (profit - nashProfit) / (monopolyProfit - nashProfit)
  }
}

extension LogitBertrand {
  /// Solves for p^N and p^M.
  ///
  /// With markups y = (p − c)/μ and k = (a − a₀ − c)/μ, demand at equal prices is
  /// q(y) = 1/(n + exp(y − k)), and the first-order conditions are
  ///
  ///     Nash       y = 1/(1 − q(y)),
  ///     monopoly   y = 1/(1 − n q(y)),  that is  t + exp(t) = ln n + k − 1 with y = 1 + exp(t)
  ///
  /// (Anderson, de Palma and Thisse 1992, *Discrete Choice Theory of Product Differentiation*,
  /// chapter 7). Both have one solution. The first is bisected between 1 and n/(n − 1) to
  /// neighbouring doubles; the second is found by Newton's method from the right, where it
  /// converges monotonically. Both prices are then checked by golden-section searches over one
  /// firm's price and, for the monopoly, over the common price.
  ///
  /// - Returns: prices to a few units in the last place of c + μy.
  /// - Throws: `GameError` naming a parameter: if μ is so small that markups vanish beside the cost,
  ///   if demand is so small that collusion changes profit by less than a part in 10⁹, which no
  ///   profit gain can be measured against, or if a search finds a better price.
  public func benchmarks() throws -> PriceBenchmarks {
    let n = Double(firms)
    let k = (quality - outside - cost) / mu
    guard k.isFinite, (quality / mu).isFinite, (outside / mu).isFinite, (cost / mu).isFinite else {
      throw GameError(
        "mu", "\(mu) is too small: quality, outside and cost over mu must be finite; raise it")
    }
    // Nash: y − 1/(1 − q(y)) rises in y.
    var (low, high) = (1.0, n / (n - 1))
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      let share = 1 / (n + exp(middle - k))
      if middle < 1 / (1 - share) { low = middle } else { high = middle }
    }
    let nashMarkup = high
    // Monopoly: t + exp(t) is convex and rising, and the start lies at or above the root.
    let goal = log(n) + k - 1
    var t = goal > 1 ? log(goal) : goal
    for _ in 0..<100 {
      let next = t - (t + exp(t) - goal) / (1 + exp(t))
      guard next < t else { break }
      t = next
    }
    let (nash, monopoly) = (cost + mu * nashMarkup, cost + mu * (1 + exp(t)))
    guard nash.isFinite, monopoly.isFinite else {
      throw GameError("mu", "\(mu) makes prices that are not finite; lower it")
    }
    guard abs((nash - cost) / (mu * nashMarkup) - 1) <= 1e-6 else {
      throw GameError(
        "mu",
        "\(mu) is too small beside cost = \(cost): markups vanish in rounding; raise mu")
    }
    return try certified(nash, monopoly)
  }

  /// Profits at the two prices, once searches have found nothing better.
  private func certified(_ nash: Double, _ monopoly: Double) throws -> PriceBenchmarks {
    /// Profits when firm 1 charges one price and all others another.
    func profits(_ first: Double, others: Double) -> [Double] {
      self.profits([first] + Array(repeating: others, count: firms - 1))
    }
    func joint(_ first: Double, others: Double) -> Double {
      profits(first, others: others).reduce(0, +)
    }
    let (nashProfit, monopolyProfit) =
      (profits(nash, others: nash)[0], profits(monopoly, others: monopoly)[0])
    guard nashProfit.isFinite, monopolyProfit > 0, nash < monopoly,
      monopolyProfit - nashProfit >= 1e-9 * monopolyProfit
    else {
      throw GameError(
        "quality",
        "\(quality) leaves so little demand at cost = \(cost) that joint monopoly (price "
          + "\(monopoly)) and competition (price \(nash)) earn the same to a part in 10⁹; raise "
          + "quality, or lower cost or outside")
    }
    let top = cost + 10 * (monopoly - cost)
    let gains = [
      largest(from: cost, to: cost + 10 * (nash - cost)) { profits($0, others: nash)[0] }
        / nashProfit - 1,
      largest(from: cost, to: top) { joint($0, others: monopoly) }
        / joint(monopoly, others: monopoly) - 1,
      largest(from: cost, to: top) { joint($0, others: $0) } / joint(monopoly, others: monopoly)
        - 1,
    ]
    let gain = max(0, gains.reduce(-.infinity, max))
    // Profits carry roundings of prices beside markups, each of a few units in the last place.
    let rounding = 64 * Double.ulpOfOne * max(1, abs(cost) / (nash - cost))
    guard gain <= max(1e-12, rounding) else {
      throw GameError(
        "mu",
        "prices \(nash) and \(monopoly) are no equilibrium and no monopoly in floating point: "
          + "another price earns more by the share \(gain); choose less extreme parameters")
    }
    return PriceBenchmarks(
      nash: nash, monopoly: monopoly, nashProfit: nashProfit, monopolyProfit: monopolyProfit,
      searchGain: gain)
  }
}

/// The largest value of a function with one peak, by golden-section search (Kiefer 1953). 120
/// sections shrink the interval by 10⁻²⁵: to neighbouring doubles.
private func largest(from low: Double, to high: Double, _ value: (Double) -> Double) -> Double {
  let ratio = (5.0.squareRoot() - 1) / 2
  var (low, high) = (low, high)
  var (left, right) = (high - ratio * (high - low), low + ratio * (high - low))
  var (atLeft, atRight) = (value(left), value(right))
  var best = max(atLeft, atRight)
  for _ in 0..<120 {
    if atLeft < atRight {
      (low, left, atLeft) = (left, right, atRight)
      right = low + ratio * (high - low)
      atRight = value(right)
    } else {
      (high, right, atRight) = (right, left, atLeft)
      left = high - ratio * (high - low)
      atLeft = value(left)
    }
    best = max(best, atLeft, atRight)
  }
  return best
}
