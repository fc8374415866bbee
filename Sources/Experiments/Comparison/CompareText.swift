internal import Equilibria
internal import Foundation

extension CompareSession {
  /// The tables a person reads.
  public var text: String {
    var lines: [String] = []
    for (index, run) in runs.enumerated() {
      if runs.count > 1 { lines += ["run \(index + 1): \(run.session.run.path)"] }
      lines += [run.session.title, "", run.session.verdict.text(run.session.configuration), ""]
    }
    for (number, known) in equilibria.enumerated() {
      let members = runs.filter { $0.game == number }
      if equilibria.count > 1 {
        lines += ["equilibria of \(members[0].session.configuration.title)", ""]
      }
      lines += ["equilibria known: \(known.completeness) (\(known.note))", ""]
      for run in members {
        lines += [
          "\(options.policy) policy\(runs.count > 1 ? " of \(run.name)" : ""): the equilibrium selected",
          run.matching[options.policy]!.selection.text, "",
        ]
      }
    }
    for comparison in comparisons { lines += [comparison.text, ""] }
    for table in crossPlay {
      let start = startName(runs[0].session.configuration.game)
      lines += ["cross-play of \(table.policy) policies", "", table.text(start: start), ""]
    }
    return lines.dropLast().joined(separator: "\n")
  }

  /// What to try next.
  public var advice: [String] {
    let program = ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_NAME"] ?? "lab"
    let folders = runs.map { shellWord($0.session.run.path) }.joined(separator: " ")
    var lines: [String] = []
    if !options.playsAcross {
      lines.append(
        "\(shellWord(program)) compare \(folders) --cross-play    (policies against each other)")
    }
    return lines
  }
}
