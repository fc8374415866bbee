internal import Foundation

/// A firm whose probability of investing is a function of the rival's.
protocol ShockedReply {
  /// The best answer to a rival that invests with probability `rival`, under shocks of this scale.
  func reply(to rival: Double, scale: Double) -> Double
}

/// All fixed points of P₁ ↦ BR₁(BR₂(P₁)) on [0, 1], by bracketing.
///
/// The map is smooth, with steps as steep as exp(gap/η). Its displacement F(x) = BR₁(BR₂(x)) − x is
/// looked at on a uniform grid, at 10^−k and 1 − 10^−k, and, closer and closer, around the places where
/// either reply steps; every change of sign is bisected to the last bit, and where |F| dips between
/// two points without one, the dip is followed to its bottom. A generic map has an odd number of fixed
/// points; an even number is reported as degenerate.
///
/// - Parameter write: fills in the equilibrium with these two probabilities.
@inline(never)
func shockedEquilibria<One: ShockedReply, Two: ShockedReply>(
  _ one: One, _ two: Two, scale: Double, width: Int, _ output: UnsafeMutablePointer<Double>,
  _ capacity: Int,
  _ write: (_ first: Double, _ second: Double, _ output: UnsafeMutablePointer<Double>) -> Void
) throws -> StageOutcome {
  let search = FixedPointBracketing(one, two, scale: scale)
  let found = search.fixedPoints()
  for (index, x) in found.enumerated() where index < capacity {
    write(x, two.reply(to: x, scale: scale), output + width * index)
  }
  return StageOutcome(count: found.count, isDegenerate: found.count % 2 == 0)
}

/// The search for fixed points of one composed reply.
struct FixedPointBracketing<One: ShockedReply, Two: ShockedReply> {
  private let one: One
  private let two: Two
  private let scale: Double

  init(_ one: One, _ two: Two, scale: Double) {
    (self.one, self.two, self.scale) = (one, two, scale)
  }

  private func displacement(_ x: Double) -> Double {
    one.reply(to: two.reply(to: x, scale: scale), scale: scale) - x
  }

  /// Ascending.
  func fixedPoints() -> [Double] {
    let points = samples()
    var values = points.map(displacement)
    // F(0) ≥ 0 ≥ F(1) always; a probability that rounds to 0 or 1 is a fixed point there.
    values[0] = max(values[0], 0)
    values[points.count - 1] = min(values[points.count - 1], 0)
    var roots: [Double] = []
    for index in 1..<points.count {
      let (left, right) = (points[index - 1], points[index])
      let (low, high) = (values[index - 1], values[index])
      if low == 0 {
        roots.append(left)
      } else if low > 0 && high < 0 || low < 0 && high > 0 {
        roots.append(bisect(left, right, isRising: low < 0))
      } else if index + 1 < points.count, high != 0, (values[index + 1] > 0) == (high > 0),
        (low > 0) == (high > 0), abs(high) < abs(low), abs(high) < abs(values[index + 1])
      {
        // A dip of |F| without a change of sign may hide two roots.
        let sign = high > 0 ? 1.0 : -1.0
        let bottom = lowest(left, points[index + 1], sign)
        if sign * displacement(bottom) < 0 {
          roots.append(bisect(left, bottom, isRising: sign < 0))
          roots.append(bisect(bottom, points[index + 1], isRising: sign > 0))
        }
      }
    }
    if values[points.count - 1] == 0 { roots.append(1) }
    return roots.sorted().reduce(into: []) { unique, root in
      if unique.last != root { unique.append(root) }
    }
  }

  /// Where to look: ascending, from 0 to 1.
  private func samples() -> [Double] {
    var points: [Double] = (0...128).map { Double($0) / 128 }
    for k in 2...15 {
      let small = pow(10, -Double(k))
      points += [small, 1 - small]
    }
    // Where firm 2 steps as x moves, and where firm 1 would if x were its rival's probability and
    // firm 2 passes that on.
    var steps: [Double] = crossings { two.reply(to: $0, scale: scale) - 0.5 }
    for target in crossings({ one.reply(to: $0, scale: scale) - 0.5 }) {
      steps += crossings { two.reply(to: $0, scale: scale) - target }
    }
    for step in steps {
      points.append(step)
      for k in 1...30 {
        let near = 0.05 * exp2(-Double(k) * 1.3)
        points += [step - near, step + near]
      }
    }
    let sorted = points.filter { $0 >= 0 && $0 <= 1 }.sorted()
    return sorted.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Where a function of one probability changes sign, from a coarse look.
  private func crossings(_ function: (Double) -> Double) -> [Double] {
    var found: [Double] = []
    let pieces = 32
    var last = function(0)
    for piece in 1...pieces {
      let value = function(Double(piece) / Double(pieces))
      if (last < 0) != (value < 0) {
        var (low, high) = (Double(piece - 1) / Double(pieces), Double(piece) / Double(pieces))
        let isRising = last < 0
        for _ in 0..<60 {
          let middle = 0.5 * (low + high)
          if (function(middle) < 0) == isRising { low = middle } else { high = middle }
        }
        found.append(0.5 * (low + high))
      }
      last = value
    }
    return found
  }

  /// The root between two points, to neighbouring floating-point numbers.
  private func bisect(_ left: Double, _ right: Double, isRising: Bool) -> Double {
    var (low, high) = (left, right)
    while true {
      let middle = 0.5 * (low + high)
      guard middle > low, middle < high else { return middle }
      let value = displacement(middle)
      if value == 0 { return middle }
      if (value < 0) == isRising { low = middle } else { high = middle }
    }
  }

  /// Where sign · F is lowest between two points, by golden section.
  private func lowest(_ left: Double, _ right: Double, _ sign: Double) -> Double {
    let ratio = 0.381966011250105
    var (low, high) = (left, right)
    var (x, y) = (low + ratio * (high - low), high - ratio * (high - low))
    var (fx, fy) = (sign * displacement(x), sign * displacement(y))
    for _ in 0..<60 {
      if fx < 0 { return x }
      if fy < 0 { return y }
      if fx < fy {
        (high, y, fy) = (y, x, fx)
        x = low + ratio * (high - low)
        fx = sign * displacement(x)
      } else {
        (low, x, fx) = (x, y, fy)
        y = high - ratio * (high - low)
        fy = sign * displacement(y)
      }
    }
    return fx < fy ? x : y
  }
}
