internal import Configuration
internal import Foundation

/// Cells that are trained and judged: each is an ordinary run in a folder of its own, which
/// `lab train` may have made and may take up.
struct TrainCells: SweepCommand {
  let name = "train"
  let defaultReport = [
    "share_converged", "last/nash_conv", "average/nash_conv", "last/value_initial", "m", "m_error",
    "wrong_actions", "value_loss",
  ]

  private static let needs: [ExperimentConfiguration.Section] = [
    .game, .learner, .training, .evaluation,
  ]

  /// `last/nash_conv` is short for `policies/last/nash_conv`, and `m_error` of a mean-field game for
  /// `statistics/m_error`.
  func places(of column: String) -> [String] {
    [column, "policies/\(column)", "statistics/\(column)"]
  }

  func flags(root: String) -> [String] {
    // What failed has begun, so a single command would ask for one of --resume and --force.
    ["--resume"] + (root == "runs" ? [] : ["--out", root])
  }

  func check(_ document: DocumentNode, source: String) throws -> SweepCellIdentity {
    let read = try LabConfiguration(document, source: source, needs: Self.needs)
    let header = read.header
    return SweepCellIdentity(
      hash: read.hash, key: "\(read.hash) \(header.seed) \(header.replicates)", title: read.title,
      folder: "\(header.experiment)/\(read.hash)")
  }

  func run(_ document: DocumentNode, source: String, context: SweepCellContext) throws -> Data {
    // Pictures of single runs are left to `lab train` and `lab report`: drawing them would take longer
    // than training a small cell.
    let options = TrainingOptions(
      root: context.root, threads: context.threads, resumes: true, forces: context.forces,
      draws: false, commandLine: context.commandLine)
    let progress = ProgressDisplay(unit: "steps", isSilent: true, share: context.report)
    switch try LabConfiguration(document, source: source, needs: Self.needs) {
    case .game(let configuration):
      return jsonData(
        try TrainingSession.train(
          configuration, options: options, interruption: context.interruption, progress: progress,
          log: { _ in }
        ).verdict)
    case .meanField(let configuration):
      return jsonData(
        try MeanFieldTrainingSession.train(
          configuration, options: options, interruption: context.interruption, progress: progress,
          log: { _ in }
        ).verdict)
    case .directional: preconditionFailure("what learns is read as an ordinary game")
    }
  }
}
