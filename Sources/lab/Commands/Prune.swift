import ArgumentParser
import Experiments
import Foundation

/// `lab prune`: remove runs.
struct Prune: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Remove runs that nobody needs; shows what would go until --yes is said.",
    usage:
      "lab prune [--unfinished] [--older-than 30d] [--experiment NAME]\n    [--keep-latest N] [--checkpoints] [--root DIR] [--yes] [--json]\n    [--quiet]",
    discussion: """
      Nothing is removed without --yes. What is said must all hold: --older-than 30d
      --keep-latest 3 removes runs that are old and not among the last three of
      their experiment. Only runs are ever removed: never other folders, studies' own
      files, what somebody is at work on, or anything behind a link.

      Examples: lab prune --unfinished
                lab prune --older-than 30d --keep-latest 3 --yes
      """)

  @Flag(help: "Remove unfinished seeds, and runs in which no seed has finished.")
  var unfinished = false

  @Option(help: "Runs in which nothing changed for so long: 90s, 30min, 12h, 30d, 2w.")
  var olderThan: String?

  @Option(help: "Runs of this experiment.")
  var experiment: String?

  @Option(help: "Keep so many runs of each experiment, those that changed last.")
  var keepLatest: Int?

  @Flag(help: "Remove checkpoints only; their seeds can then not go on.")
  var checkpoints = false

  @Option(help: "The folder above experiments.", completion: .directory)
  var root = "runs"

  @Flag(help: "Remove; without it nothing is touched.")
  var yes = false

  @Flag(help: "Show what would go (the default).")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let olderThan, ageSeconds(olderThan) == nil {
      throw ValidationError(
        "--older-than \(olderThan): must be a number with s, min, h, d or w, such as 30d")
    }
    if let keepLatest, keepLatest < 0 {
      throw ValidationError("--keep-latest \(keepLatest): must be at least 0")
    }
    guard !yes || !dryRun else {
      throw ValidationError("--yes removes and --dry-run does not; choose one")
    }
    guard !(unfinished && checkpoints) else {
      throw ValidationError(
        "--unfinished removes unfinished seeds whole, --checkpoints only what they could go on "
          + "from; choose one")
    }
    guard !criteria.isEmpty else {
      throw ValidationError(
        "say what to remove: --unfinished, --older-than 30d, --experiment NAME, --keep-latest N or "
          + "--checkpoints")
    }
  }

  private var criteria: RunPruning.Criteria {
    var criteria = RunPruning.Criteria()
    criteria.experiment = experiment
    criteria.olderThan = olderThan.flatMap(ageSeconds)
    criteria.keepLatest = keepLatest
    criteria.isUnfinishedOnly = unfinished
    criteria.isCheckpointsOnly = checkpoints
    return criteria
  }

  func run() throws {
    let plan = try RunPruning(root: root, criteria)
    guard yes else {
      if output.json {
        print(jsonLine(plan.document(freed: nil, failures: plan.refused)))
        return
      }
      print(plan.text(TerminalStyle(descriptor: STDOUT_FILENO)))
      for refusal in plan.refused { complain("kept \(refusal.path): \(refusal.why)") }
      if !plan.items.isEmpty { output.log("nothing was removed; add --yes to remove this") }
      return
    }
    let output = output
    let (freed, failures) = plan.perform { line in if !output.json { print(line) } }
    if output.json {
      print(jsonLine(plan.document(freed: freed, failures: failures)))
    } else {
      print("freed \(shortSize(freed))")
    }
    for failure in failures { complain("kept \(failure.path): \(failure.why)") }
    if failures.count > plan.refused.count { throw ExitCode(1) }
  }
}
