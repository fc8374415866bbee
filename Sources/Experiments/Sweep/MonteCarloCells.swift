internal import Configuration
internal import Foundation

/// Cells that are ensembles of paths: each is an ordinary path study in a folder of its own.
///
/// A study has one seed, whatever `replicates` says: its intervals come from its paths.
struct MonteCarloCells: SweepCommand {
  let name = "montecarlo"
  let defaultReport = ["status", "paths", "value", "welfare"]

  private static let lists = ["statistics", "events", "long_run"]

  /// `welfare` is the first profile's statistic, event or long-run mean of that name, in this order;
  /// `uniform/welfare` is the profile's of that name.
  func places(of column: String) -> [String] {
    var places = [column]
    for list in Self.lists { places.append("profiles/1/\(list)/\(column)") }
    places.append("profiles/1/\(column)")
    if let slash = column.firstIndex(of: "/") {
      let (profile, rest) = (column[..<slash], column[slash...].dropFirst())
      for list in Self.lists { places.append("profiles/\(profile)/\(list)/\(rest)") }
      places.append("profiles/\(column)")
    }
    return places
  }

  func flags(root: String) -> [String] {
    ["--resume"] + (root == "runs" ? [] : ["--out", root])
  }

  func check(_ document: DocumentNode, source: String) throws -> SweepCellIdentity {
    let read = try PathStudyConfiguration(document, source: source)
    return SweepCellIdentity(
      hash: read.hash, key: "\(read.hash) \(read.header.seed)", title: read.title,
      folder: "\(read.header.experiment)/\(read.hash)")
  }

  func run(_ document: DocumentNode, source: String, context: SweepCellContext) throws -> Data {
    do {
      return jsonData(
        try MonteCarloStudy.perform(
          PathStudyConfiguration(document, source: source),
          options: TrainingOptions(
            root: context.root, threads: context.threads, resumes: true, forces: context.forces,
            draws: false, commandLine: context.commandLine),
          interruption: context.interruption, log: { _ in },
          progress: ProgressDisplay(unit: "steps", isSilent: true, share: context.report),
          status: { _ in }
        ).document)
    } catch is MonteCarloStop {
      throw TrainingStop.stopped
    }
  }
}
