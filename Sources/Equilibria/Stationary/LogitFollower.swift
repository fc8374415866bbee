internal import Foundation

/// Follows the logit path by predictor and corrector (Allgower and Georg 1990, chapters 2 to 6).
///
/// A point is x = (log σ, V, λ). Lengths are measured with weights that change slowly along the
/// path: 1/(1 + |log σ|/8) for log σ and 0 once σ is negligible, 1 for V, 1/(1/10 + λ) for λ. So the
/// long straight tails log σ ≈ −λ·gap neither shrink the steps nor need to be bent with.
///
/// One step: Euler prediction along the unit tangent t; corrections orthogonal to t, by Newton with
/// a factorisation that is kept while it contracts well; the new tangent, chosen with a positive
/// product with the old one. A step is rejected and halved if the corrector stalls or moves far, if
/// the tangent turns too much, or if the bordered determinant changes sign, which on a regular
/// path it cannot: the corrector has jumped to another branch. A sign change that persists however
/// short the step is a genuine bifurcation, as paths of symmetric games followed without imposing
/// the symmetry have, and is stepped over.
final class LogitFollower {
  /// How one `advance` ended.
  enum Outcome { case moved, stuck }

  let equations: LogitEquations
  /// The current point.
  let x: UnsafeMutablePointer<Double>
  private(set) var steps = 0
  private(set) var turns = 0
  private(set) var corrections = 0
  private(set) var factorisations = 0
  private(set) var bifurcations = 0

  private let size: Int
  private let tangent: UnsafeMutablePointer<Double>
  private let border: UnsafeMutablePointer<Double>
  private let weight: UnsafeMutablePointer<Double>
  private let trial: UnsafeMutablePointer<Double>
  private let change: UnsafeMutablePointer<Double>
  private var length = 0.05
  private var taken = 0.0
  private var orientation = 1
  /// Whether the factorisation in hand is that of the current point.
  private var factorsAreCurrent = false
  /// Largest first correction and turn of the tangent that steps aim at.
  private let targetError: Double
  private let targetAngle: Double

  /// Starts at λ = 0. `fineness` ≤ 1 scales the step targets down.
  convenience init(_ equations: LogitEquations, fineness: Double) {
    self.init(unstarted: equations, fineness: fineness)
    equations.start(x)
    solveAtFixedPrecision(x)
    head(upwards: true)
  }

  /// Starts at the point of the equations' solutions near `point`, at its λ > 0, towards smaller λ;
  /// nil if Newton at fixed λ finds none.
  convenience init?(_ equations: LogitEquations, fineness: Double, near point: [Double]) {
    self.init(unstarted: equations, fineness: fineness)
    for index in 0..<size { x[index] = point[index] }
    guard solveAtFixedPrecision(x) else { return nil }
    head(upwards: false)
  }

  private init(unstarted equations: LogitEquations, fineness: Double) {
    self.equations = equations
    size = equations.size
    targetError = 0.05 * fineness
    targetAngle = 0.2 * fineness
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: count)
      pointer.initialize(repeating: 0, count: count)
      return pointer
    }
    x = zeros(size)
    tangent = zeros(size)
    border = zeros(size)
    weight = zeros(size)
    trial = zeros(size)
    change = zeros(size)
  }

  /// Takes the tangent along which λ rises, or falls, and the determinant's sign that goes with it.
  private func head(upwards: Bool) {
    border.update(repeating: 0, count: size)
    border[size - 1] = upwards ? 1 : -1
    orientation = equations.factor(x, border: border)
    takeTangent()
  }

  deinit {
    x.deallocate()
    tangent.deallocate()
    border.deallocate()
    weight.deallocate()
    trial.deallocate()
    change.deallocate()
  }

  /// λ in units of 1/scale at the current point.
  var precision: Double { x[size - 1] }

  /// d x/d log λ times a positive number: which log σ still fall as λ grows.
  var direction: UnsafeMutablePointer<Double> { tangent }

  /// Largest |equation| at the current point.
  func residual() -> Double {
    equations.evaluate(x)
    return (0..<(size - 1)).reduce(0) { max($0, abs(equations.residual[$1])) }
  }

  /// Takes one accepted step.
  func advance() -> Outcome {
    var (flips, failures) = (0, -1)
    while length > 1e-9 {
      failures += 1
      taken = limitedLength()
      predict()
      guard let firstError = correct() else {
        length = taken / 2
        continue
      }
      let sign = equations.factor(trial, border: border)
      factorisations += 1
      guard sign != 0 else {
        length = taken * 0.7
        continue
      }
      equations.solve(change, border: border, last: 1, homogeneous: true)
      let angle = turnOfTangent()
      let strain = max((firstError / targetError).squareRoot(), angle / targetAngle)
      if strain > 1.7 || !strain.isFinite {
        length = taken / min(max(strain, 1.7), 8)
        continue
      }
      if sign != orientation {
        flips += 1
        if flips < 6 {
          length = taken / 2
          continue
        }
        orientation = sign
        bifurcations += 1
      }
      let forwards = tangent[size - 1]
      x.update(from: trial, count: size)
      takeTangent(solved: true)
      factorsAreCurrent = true
      if forwards * tangent[size - 1] < 0 { turns += 1 }
      steps += 1
      length = taken / max(strain, failures > 0 ? 1 : 0.6)
      return .moved
    }
    return .stuck
  }

  /// Newton in (log σ, V) at the λ of `point`; false if it does not converge.
  @discardableResult
  func solveAtFixedPrecision(_ point: UnsafeMutablePointer<Double>) -> Bool {
    let row = UnsafeMutablePointer<Double>.allocate(capacity: size)
    defer { row.deallocate() }
    row.initialize(repeating: 0, count: size)
    row[size - 1] = 1
    var previous = Double.infinity
    for _ in 0..<30 {
      guard equations.factor(point, border: row) != 0 else { return false }
      equations.solve(change, border: row, last: 0, homogeneous: false)
      var largest = 0.0
      for index in 0..<(size - 1) {
        point[index] += change[index]
        if point[index] > -40 || index >= equations.actionTotal {
          largest = max(largest, abs(change[index]))
        }
      }
      guard largest.isFinite else { return false }
      if largest < 1e-13 || (largest < 1e-8 && largest >= previous / 2) { return true }
      previous = largest
    }
    return false
  }

  /// Corrects `trial` from the prediction; returns the first correction, or nil if it should not
  /// be trusted: it is too large, or the next is not clearly smaller.
  private func correct() -> Double? {
    if factorsAreCurrent {
      factorsAreCurrent = false
      equations.evaluate(trial)
      if let first = contract(limit: 0.25) { return first }
      predict()
    }
    guard factorTrial() else { return nil }
    return contract(limit: 0.4)
  }

  /// Repeats corrections with the factorisation in hand while each is at most `limit` of the one
  /// before; a fresh factorisation is allowed once the first two have shown that.
  private func contract(limit: Double) -> Double? {
    var first = 0.0
    var previous = 0.0
    for iteration in 0..<10 {
      equations.solve(change, border: border, last: 0, homogeneous: false)
      corrections += 1
      var largest = 0.0
      for index in 0..<size { largest = max(largest, abs(change[index] * weight[index])) }
      guard largest.isFinite, largest < 4 * targetError else { return nil }
      let enough = 1e-8 + 1e-13 * trial[size - 1]
      if iteration == 0 { first = largest }
      if iteration > 0, largest > limit * previous, largest >= enough {
        // Corrections that stop shrinking this far down have met rounding, not trouble.
        return largest < 1e-6 ? first : nil
      }
      for index in 0..<size { trial[index] += change[index] }
      guard trial[size - 1] >= 0 else { return nil }
      if largest < enough { return first }
      if iteration == 1, largest > 0.05 * previous {
        guard factorTrial() else { return nil }
      } else {
        equations.evaluate(trial)
      }
      previous = largest
    }
    return nil
  }

  private func factorTrial() -> Bool {
    factorisations += 1
    return equations.factor(trial, border: border) != 0
  }

  private func predict() {
    for index in 0..<size { trial[index] = x[index] + taken * tangent[index] }
  }

  /// The step length, cut so that no action enters play faster than it can be followed: an action
  /// at log σ < −2 may rise by half its distance to 0, or by 1.
  private func limitedLength() -> Double {
    var result = length
    for index in 0..<equations.actionTotal where tangent[index] > 0 && x[index] < -2 {
      result = min(result, max(-x[index] / 2, 1) / tangent[index])
    }
    return result
  }

  /// Angle between the tangent solved into `change` and the current one, in the current weights.
  private func turnOfTangent() -> Double {
    var (product, square) = (0.0, 0.0)
    for index in 0..<size {
      let w = weight[index]
      product += w * w * change[index] * tangent[index]
      square += w * w * change[index] * change[index]
    }
    let cosine = product / square.squareRoot()
    return cosine >= 1 ? 0 : acos(max(cosine, -1))
  }

  /// Makes the solved tangent at `x` the current one, with fresh weights.
  private func takeTangent(solved: Bool = false) {
    if !solved { equations.solve(change, border: border, last: 1, homogeneous: true) }
    for index in 0..<equations.actionTotal {
      weight[index] = x[index] > equations.cutoff ? 1 / (1 + abs(x[index]) / 8) : 0
    }
    for index in equations.actionTotal..<(size - 1) { weight[index] = 1 }
    weight[size - 1] = 1 / (0.1 + x[size - 1])
    var square = 0.0
    for index in 0..<size {
      square += (weight[index] * change[index]) * (weight[index] * change[index])
    }
    let unit = 1 / square.squareRoot()
    for index in 0..<size {
      tangent[index] = change[index] * unit
      border[index] = weight[index] * weight[index] * tangent[index]
    }
  }
}
