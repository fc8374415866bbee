internal import Agents
internal import Configuration
internal import Foundation

/// How a gradient moves a table of parameters uphill. Copies are the same state.
///
/// - `sgd`: θ ← θ + α g.
/// - `adam` (Kingma and Ba 2015, algorithm 1, with the sign of ascent): m ← β₁ m + (1 − β₁) g,
///   v ← β₂ v + (1 − β₂) g², θ ← θ + α (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε). All parameters move at
///   every step, also those whose gradient is 0: their moments fade.
struct GradientOptimiser {
  private let isAdam: Bool
  private let beta1: Double
  private let beta2: Double
  private let epsilon: Double
  private let count: Int
  private let first: UnsafeMutablePointer<Double>
  private let second: UnsafeMutablePointer<Double>
  /// t.
  private let steps: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// The key `optimiser`.
  static let parameter = Parameter(
    "optimiser",
    .variant(
      [
        Variant(
          "adam", "steps scaled by running moments of the gradient",
          [
            .real("beta1", 0.9, .rightOpen(0, 1), "memory of the mean gradient"),
            .real("beta2", 0.999, .rightOpen(0, 1), "memory of its square"),
            .real("epsilon", 1e-8, .positive, "least scale"),
          ]),
        Variant("sgd", "steps along the gradient", []),
      ], shorthand: nil),
    .defaulted(
      .group([
        "kind": .text("adam"), "beta1": .real(0.9), "beta2": .real(0.999), "epsilon": .real(1e-8),
      ])), "how the gradient moves the logits")

  init(_ set: ParameterSet, count: Int) {
    isAdam = set.kind == "adam"
    beta1 = isAdam ? set.real("beta1") : 0
    beta2 = isAdam ? set.real("beta2") : 0
    epsilon = isAdam ? set.real("epsilon") : 0
    self.count = count
    first = memory.block(of: isAdam ? count : 0, repeating: 0)
    second = memory.block(of: isAdam ? count : 0, repeating: 0)
    steps = memory.block(of: 1, repeating: 0)
  }

  /// One step of size `step` along `gradient`.
  func ascend(
    _ parameters: UnsafeMutablePointer<Double>, along gradient: UnsafePointer<Double>, step: Double
  ) {
    guard isAdam else {
      for k in 0..<count { parameters[k] += step * gradient[k] }
      return
    }
    steps.pointee &+= 1
    let bias1 = 1 - pow(beta1, Double(steps.pointee))
    let bias2 = 1 - pow(beta2, Double(steps.pointee))
    for k in 0..<count {
      let g = gradient[k]
      first[k] = beta1 * first[k] + (1 - beta1) * g
      second[k] = beta2 * second[k] + (1 - beta2) * g * g
      parameters[k] += step * (first[k] / bias1) / ((second[k] / bias2).squareRoot() + epsilon)
    }
  }

  /// Moments and count, portable; empty for `sgd`.
  struct Snapshot: Codable, Sendable {
    var first: [Double]
    var second: [Double]
    var steps: Int
  }

  var snapshot: Snapshot {
    let held = isAdam ? count : 0
    return Snapshot(
      first: Array(UnsafeBufferPointer(start: first, count: held)),
      second: Array(UnsafeBufferPointer(start: second, count: held)), steps: steps.pointee)
  }

  /// Takes up moments as a checkpoint left them. Throws `SnapshotError` if they do not fit.
  func restore(_ saved: Snapshot) throws {
    let held = isAdam ? count : 0
    guard saved.first.count == held, saved.second.count == held, saved.steps >= 0,
      saved.first.allSatisfy(\.isFinite), saved.second.allSatisfy({ $0.isFinite && $0 >= 0 })
    else { throw SnapshotError("the optimiser's moments in the checkpoint do not fit") }
    first.update(from: saved.first, count: held)
    second.update(from: saved.second, count: held)
    steps.pointee = saved.steps
  }
}
