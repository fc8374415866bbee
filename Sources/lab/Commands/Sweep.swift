import ArgumentParser
import Experiments
import Foundation

/// `lab sweep`: a configuration over a design of its keys.
struct SweepCommandLine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Solve, train or simulate a configuration over a grid or drawn design of its keys.",
    usage:
      "lab sweep <sweep> [key=value ...] [--out DIR] [--threads N] [--shard I/N]\n    [--fail-fast] [--force] [--dry-run | --collect] [--json] [--quiet]",
    discussion: """
      Every cell is checked before anything runs, and is an ordinary configuration.
      Results go to runs/<experiment>/sweep-<fingerprint>/: sweep.csv has a row a cell.
      Finished cells are skipped; after Ctrl-C the same command goes on. A cell that
      fails stops no other (--fail-fast: it does), is listed at the end with the
      command that repeats it alone, and makes the exit code 1.

      Examples: lab sweep configs/sweep.yaml --dry-run
                lab sweep configs/sweep.yaml 'vary.game.parameters.mu=[0.1, 0.3]'
                lab sweep configs/sweep.yaml --shard $SLURM_ARRAY_TASK_ID/16
      """)

  @Argument(help: "The sweep's file (YAML).", completion: .file())
  var sweep: String

  @Argument(
    help: "Overrides of the sweep's keys, or of its cells': replicates=2 training.steps=1e4.")
  var overrides: [String] = []

  @OptionGroup var output: OutputOptions
  @OptionGroup var threads: ThreadOptions

  @Option(name: .customLong("out"), help: "Folder for runs.", completion: .directory)
  var root = "runs"

  @Option(help: "Run only every N-th cell, from the I-th on: one job of an array, as 3/16.")
  var shard: String?

  @Flag(help: "Run anew what is done.")
  var force = false

  @Flag(help: "Go on from what is done, as always (for habit's sake).")
  var resume = false

  @Flag(help: "A cell that fails stops no other (the default).")
  var keepGoing = false

  @Flag(help: "Stop at the first cell that fails.")
  var failFast = false

  @Flag(help: "Check every cell and print the design; nothing is run or written.")
  var dryRun = false

  @Flag(help: "Run nothing: make the table of what all shards left.")
  var collect = false

  func validate() throws {
    guard !root.isEmpty else {
      throw ValidationError("--out is empty: name a folder, such as runs")
    }
    if let shard, SweepShard(shard) == nil {
      throw ValidationError(
        "--shard \(shard): must be I/N with I from 1 to N, such as 3/16")
    }
    if keepGoing, failFast {
      throw ValidationError("--keep-going and --fail-fast exclude each other; choose one")
    }
    if resume, force {
      throw ValidationError("--resume goes on and --force starts anew; choose one")
    }
    if dryRun, collect {
      throw ValidationError("--dry-run and --collect run nothing each; choose one")
    }
    if collect, force || shard != nil {
      throw ValidationError("--collect runs nothing; leave out --force and --shard")
    }
  }

  func run() throws {
    let configuration = try SweepConfiguration(
      path: sweep, overrides: overrides, threads: threads.threads)
    let options = SweepOptions(
      root: root, threads: threads.threads, shard: shard.flatMap { SweepShard($0) },
      forces: force, failsFast: failFast, collects: collect, commandLine: CommandLine.arguments)
    let style = TerminalStyle(descriptor: STDOUT_FILENO)
    if dryRun {
      let plan = SweepPlan(configuration, options: options)
      print(output.json ? jsonLine(plan) : style.letters(plan.text))
      return
    }
    output.log(configuration.summary)
    let output = output
    let result = try Sweep.perform(
      configuration, options: options, interruption: Interruption.listening(),
      display: SweepDisplay(isSilent: output.quiet), log: { output.log($0) })
    print(output.json ? jsonLine(result) : style.letters(result.text))
    if !output.quiet, !output.json { for line in result.advice { print(line) } }
    for line in result.complaints { complain(line) }
    if result.exitCode != 0 { throw ExitCode(result.exitCode) }
  }
}
