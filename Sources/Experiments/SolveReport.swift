internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation

/// What `lab solve` prints for a person.
public enum SolveReport {
  /// A heading, a table by state, the certificate and how it ended.
  ///
  /// - Throws: what the game's own report throws.
  public static func text(
    _ configuration: ExperimentConfiguration, _ solution: BellmanNashSolution, seconds: Double
  ) throws -> String {
    let game = configuration.game
    let solver = configuration.resolved.group("solver")!
    var lines = [
      "\(configuration.title): \(solver.kind), horizon \(solver["horizon"]!.text), "
        + "selection \(solver.text("selection"))", "",
    ]
    if let stages = solution.stageEquilibria {
      lines.append(stageTable(game, stages))
    } else if let profile = solution.profiles.first, let values = solution.values.first {
      lines.append(stateTable(game, profile, values))
      if solution.profiles.count > 1 {
        lines.append("(first of \(solution.profiles.count) periods; --json --all-periods has all)")
      }
    } else {
      lines.append("no equilibrium to show")
    }
    if let report = try RaceSummary.report(configuration, solution) {
      lines += ["", RaceSummary.text(report)]
    }
    lines += [
      "", "status: \(solution.status.rawValue) after \(duration(seconds)): \(solution.note)",
    ]
    if let certificate = solution.certificate {
      let document = CertificateDocument(certificate)
      lines.append(
        "certificate: \(wrap(document.text, width: 66).replacing("\n", with: "\n             "))")
      lines.append(
        certificate.isCertified
          ? "             an equilibrium: exploitability is within \(tableNumber(certificate.tolerance))"
          : "             NOT an equilibrium: exploitability exceeds \(tableNumber(certificate.tolerance))"
      )
    }
    lines.append(
      "stage games with several pure equilibria: \(solution.counts.several); with none: "
        + "\(solution.counts.none)")
    return lines.joined(separator: "\n")
  }

  private static func stateTable(
    _ game: StochasticGame, _ profile: Profile, _ values: [[Double]]
  ) -> String {
    let players = 0..<game.playerCount
    var table = TextTable(
      ["state"] + players.map { "policy \($0 + 1)" } + players.map { "value \($0 + 1)" })
    for state in 0..<game.stateCount {
      table.add(
        [game.stateLabels[state].description]
          + players.map { law(profile[$0].law(at: state), game.actionLabels.labels($0, at: state)) }
          + players.map { tableNumber(values[$0][state]) })
    }
    return table.text
  }

  /// `0.4` for a pure choice, `0.3: 67%, 0.4: 33%` for a mixed one.
  private static func law(_ law: [Double], _ labels: [Label]) -> String {
    if let pure = law.firstIndex(where: { $0 > 1 - 1e-12 }) { return labels[pure].description }
    let played = law.indices.filter { law[$0] >= 5e-4 }
    guard played.count <= 3 else {
      // Mixed over many actions: the mean where labels are numbers.
      var mean = 0.0
      for action in law.indices {
        guard case .number(let value) = labels[action] else {
          return "mixes \(played.count) actions"
        }
        mean += law[action] * value
      }
      return "mixes \(played.count), mean \(decimal(mean, 3))"
    }
    return played.map { "\(labels[$0]): \(decimal(100 * law[$0], 1))%" }.joined(separator: " ")
  }

  private static func stageTable(_ game: StochasticGame, _ stages: [StageEquilibria]) -> String {
    var table = TextTable(["state", "equilibrium", "policy 1", "policy 2", "value 1", "value 2"])
    for (state, stage) in stages.enumerated() {
      for (index, found) in stage.equilibria.enumerated() {
        table.add([
          index == 0 ? game.stateLabels[state].description : "",
          "\(index + 1) of \(stage.isComplete ? "" : "at least ")\(stage.equilibria.count)",
          law(found.strategies[0], game.actionLabels.labels(0, at: state)),
          law(found.strategies[1], game.actionLabels.labels(1, at: state)),
          tableNumber(found.values[0]), tableNumber(found.values[1]),
        ])
      }
    }
    let degenerate = stages.indices.filter { stages[$0].isDegenerate }
    guard !degenerate.isEmpty else { return table.text }
    return table.text + "\n"
      + "degenerate at \(degenerate.count) state\(degenerate.count == 1 ? "" : "s"): equilibria there "
      + "come in sets, of which the extreme points are listed"
  }
}

extension ExperimentConfiguration {
  /// `compute-race (tipping)`.
  public var title: String { gameTitle(family, resolved) }
}

extension TrainingSession {
  /// One line on what was learned.
  public var title: String {
    "\(configuration.title), \(configuration.seats.text), "
      + "\(verdict.seeds.count) seed\(verdict.seeds.count == 1 ? "" : "s") × "
      + (isEarly ? "up to " : "")
      + "\(grouped(verdict.steps)) \(unit)\(verdict.steps == 1 ? "" : "s")"
  }

  private var isEarly: Bool { verdict.stepsTrained.contains { $0 < verdict.steps } }
  private var unit: String { configuration.seats.isFromModel ? "round" : "step" }

  /// What to try next.
  public var advice: [String] {
    let program = ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_NAME"] ?? "lab"
    return [
      "\(shellWord(program)) compare \(shellWord(run.path))",
      "\(shellWord(program)) simulate \(shellWord(run.configurationPath)) --run "
        + shellWord(run.path),
    ]
  }
}

/// A word as a shell takes it, quoted where it must be.
func shellWord(_ text: String) -> String {
  let plain = text.allSatisfy {
    $0.isASCII && ($0.isLetter || $0.isNumber || "/._-=+:@,".contains($0))
  }
  return plain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
