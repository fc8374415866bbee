import ArgumentParser
import Equilibria
import Experiments

/// `lab compare`: judge stored runs, or any policy, anew.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge runs anew, match them with exact equilibria, and compare them.",
    usage:
      "lab compare <run> ... [--against all|found|principal] [--cross-play]\n"
      + "    [--using last|average|best] [--json] [--quiet]\n"
      + "       lab compare --policy FILE --config FILE [--json] [--quiet]\n"
      + "       lab compare <mean-field run or config> [key=value ...]\n"
      + "    [--agents 2,5,10] [--replications N] [--seed SEED] [--plots DIR]",
    discussion: """
      Reads only the runs' folders: the games, the stored policies of every finished
      seed, and the exact solutions they are compared with are computed again. Each
      policy is matched with the nearest known equilibrium; several runs are compared
      with tests and intervals. With --policy, a policy of any other program is judged
      (see docs/results.md for the table's columns).

      Runs and configurations of mean-field games are placed in markets of N agents:
      how far an agent's value there is from that of the continuum, and what one agent
      gains by deviating, with 95% bands (docs/mean-field-market.md).

      Examples: lab compare runs/qlearn/0123456789abcdef --json
                lab compare configs/mfe-capacity.yaml --agents 2,10,100
      """)

  @Argument(
    help: ArgumentHelp(
      "Runs' folders, or one seed's folder in them; or the configuration of a mean-field game and overrides.",
      valueName: "run"),
    completion: .directory)
  var folders: [String] = []

  @Option(
    help:
      "Equilibria to match with: all (where provable, else the widest search), found, or principal."
  )
  var against: EquilibriaName = .found

  @Option(help: "Drawn starts of the search for equilibria (all takes at least 200).")
  var starts = Against.usualStarts

  @Option(help: "Seconds allowed for that search, for each game; 0 for no limit.")
  var timeLimit = 120.0

  @Option(help: "Which policy tables are about: last, average or best.")
  var using: PolicyName = .last

  @Option(
    help: "Largest NashConv, in payoff ranges, of a seed that selects an equilibrium.")
  var epsilon = 0.01

  @Option(help: "Largest distance of a seed to the equilibrium it selects.")
  var distance = 0.05

  @Flag(help: "Play the policies of all seeds and runs against each other.")
  var crossPlay = false

  @Option(help: "Judge the policies of this table instead of runs.", completion: .file())
  var policy: String?

  @Option(help: "The configuration whose game --policy plays.", completion: .file())
  var config: String?

  @OptionGroup var market: MarketArguments
  @OptionGroup var output: OutputOptions
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    guard epsilon.isFinite, epsilon >= 0 else {
      throw ValidationError("--epsilon \(epsilon): must be a number of at least 0")
    }
    guard starts >= 0, starts <= 1_000_000 else {
      throw ValidationError("--starts \(starts): must be from 0 to 1,000,000")
    }
    guard timeLimit >= 0, timeLimit.isFinite else {
      throw ValidationError("--time-limit \(timeLimit): must be at least 0")
    }
    guard distance >= 0, distance <= 1 else {
      throw ValidationError("--distance \(distance): must be in [0, 1]")
    }
    if policy != nil {
      guard config != nil else {
        throw ValidationError("--policy needs --config: the configuration whose game it plays")
      }
      guard folders.isEmpty else {
        throw ValidationError("--policy judges a table and takes no runs; leave one out")
      }
      guard !crossPlay else {
        throw ValidationError("--cross-play is for runs; leave out --policy")
      }
    } else {
      guard config == nil else {
        throw ValidationError("--config goes with --policy; runs hold their own")
      }
      guard !folders.isEmpty else {
        throw ValidationError(
          "name a run, such as runs/qlearn/0123456789abcdef, or --policy FILE --config FILE")
      }
    }
  }

  func run() throws {
    if try compareMeanFields() { return }
    guard !market.isGiven else {
      throw ValidationError(
        "--agents, --replications, --seed and --plots are for mean-field games; leave them out")
    }
    let options = CompareOptions(
      against: Against(rawValue: against.rawValue)!, starts: starts,
      timeLimit: timeLimit > 0 ? timeLimit : nil,
      rule: MatchRule(epsilon: epsilon, distance: distance), policy: using.rawValue,
      playsAcross: crossPlay, threads: threads.threads)
    let interruption = Interruption.listening()
    let output = output
    let progress = ProgressDisplay(unit: "attempts", isSilent: output.quiet)
    if let policy, let config {
      let verdict = try PolicyJudgement(
        file: policy, configuration: ExperimentConfiguration(path: config), options: options,
        interruption: interruption, progress: progress)
      print(output.json ? jsonLine(verdict) : verdict.text)
      return
    }
    let session = try CompareSession(
      try folders.map { try RunFolder(argument: $0) }, options: options,
      interruption: interruption, progress: progress)
    if output.json {
      print(jsonLine(session))
      return
    }
    print(session.text)
    if !output.quiet { for line in session.advice { print("next:  \(line)") } }
  }
}

/// Which equilibria policies are matched with.
enum EquilibriaName: String, CaseIterable, ExpressibleByArgument {
  case all, found, principal
}

/// The policies of a seed.
enum PolicyName: String, CaseIterable, ExpressibleByArgument {
  case last, average, best
}
