internal import Environments
internal import Learners

/// The metrics of a mean-field run: one row an outer step, what the learner saw, then what is exact.
struct MeanFieldMetrics {
  /// One name, or one per scalar, counted from 1.
  private let scalars: [String]

  init(_ game: any MeanFieldGame) {
    let count = game.layout.scalarCount
    scalars = count == 1 ? [""] : (1...count).map { "/\($0)" }
  }

  /// The columns, in order.
  var columns: [String] {
    ["step"] + scalars.map { "m\($0)" } + ["bracket_low", "bracket_high"]
      + scalars.map { "train/f_hat\($0)" }
      + [
        "train/standard_error", "train/half_width", "train/sign", "train/updates", "train/samples",
        "train/bellman_residual", "train/exploitability", "train/consistency", "train/weight_max",
      ] + scalars.map { "exact/f\($0)" } + scalars.map { "exact/f_policy\($0)" }
      + [
        "exact/q_error", "exact/wrong_actions", "exact/wrong_anywhere", "exact/wrong_mass",
        "exact/smallest_gap", "exact/value_loss", "exact/value_loss_mean",
        "exact/total_variation", "exact/total_variation_policy", "bound/f_error",
        "bound/f_error_bound", "bound/distance", "bound/distance_bound", "bound/sign_right",
      ]
  }

  /// One row.
  ///
  /// - Throws: `FileError` naming what is not finite.
  func row(
    _ step: OuterStep, _ gap: MeanFieldGap, _ bound: FiniteTimeCheck.Found?, largestWeight: Double?
  ) throws -> [Double?] {
    let sign: Double? =
      switch step.sign {
      case .below: -1
      case .above: 1
      case .within: 0
      case .undecided: nil
      }
    var row: [Double?] = [Double(step.index)]
    row += step.m.map { $0 }
    row += [step.bracket?.first, step.bracket?.last]
    row += step.residual.map { $0 }
    row += [step.standardError, step.halfWidth, sign, Double(step.updates), Double(step.samples)]
    row += [step.bellmanResidual, step.exploitability, step.consistency, largestWeight]
    row += gap.residual.map { $0 }
    row += gap.policyResidual.map { $0.map { $0 } } ?? scalars.map { _ in nil }
    row += [
      gap.actionValueError, Double(gap.wrongActions), Double(gap.wrongAnywhere), gap.wrongMass,
      gap.smallestGap.isFinite ? gap.smallestGap : nil, gap.valueLoss, gap.meanValueLoss,
      gap.totalVariation, gap.policyVariation, bound?.residualError, bound?.residualBound,
      bound?.distance, bound?.distanceBound, bound?.isSignRight.map { $0 ? 1 : 0 },
    ]
    for (name, value) in zip(columns, row) {
      if let value, !value.isFinite {
        throw FileError(
          "training",
          "\(name) became \(value) at outer step \(step.index); smaller step sizes may help"
        )
      }
    }
    return row
  }
}
