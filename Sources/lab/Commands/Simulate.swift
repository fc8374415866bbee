import ArgumentParser
import Experiments

/// `lab simulate`: play a profile.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a profile and print or save the path.",
    usage:
      "lab simulate <config> [key=value ...] [--profile NAME] [--run RUN]\n    [--policy-seed SEED] [--steps N] [--save FILE] [--json] [--quiet]\n"
      + "       lab simulate <mean-field config> --agents N | --announced M ...",
    discussion: """
      Without --run the exact equilibrium of the solver section is played (default:
      the stationary principal one); with --run the learned policy of one seed.
      A mean-field game is played by --agents N in one market, or by one agent who
      faces an announced m (--announced, the same as game.announced=M).

      Examples: lab simulate configs/race.yaml --steps 50 --save path.csv
                lab simulate configs/qlearn.yaml --run runs/qlearn/0123456789abcdef
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  /// Which profile to play.
  enum Profile: String, ExpressibleByArgument, CaseIterable {
    case exact, uniform, last, average, best
  }

  @Option(help: "exact, uniform, or with --run: last, average or best.")
  var profile: Profile?

  @Option(
    name: .customLong("run"), help: "Play the learned policies of this run.",
    completion: .directory)
  var folder: String?

  @Option(help: "With --run: which seed's policies (default: the first finished).")
  var policySeed: UInt64?

  @Option(help: "Periods to play.")
  var steps = 40

  @Option(help: "Mean field: so many agents in one market, all at the exact equilibrium.")
  var agents: Int?

  @Option(help: "Mean field: the m that one agent faces, or several between commas.")
  var announced: String?

  @Option(help: "Write the path as CSV instead of printing it.", completion: .file())
  var save: String?

  func validate() throws {
    guard steps >= 1, steps <= 1_000_000 else {
      throw ValidationError("--steps \(steps): must be from 1 to 1000000")
    }
    let learned = profile == .last || profile == .average || profile == .best
    if learned, folder == nil {
      throw ValidationError("--profile \(profile!.rawValue) needs --run, the run that learned it")
    }
    if folder != nil, profile == .exact || profile == .uniform {
      throw ValidationError(
        "--run plays learned policies; leave out --profile or use last, average, best")
    }
    if let agents, !(1...10_000_000).contains(agents) {
      throw ValidationError("--agents \(agents): must be from 1 to 10,000,000")
    }
    if agents != nil, announced != nil {
      throw ValidationError("--agents plays a market, --announced one agent; choose one")
    }
    if agents != nil, folder != nil || profile != nil {
      throw ValidationError("--agents plays the exact equilibrium; leave out --run and --profile")
    }
    if policySeed != nil, folder == nil { throw ValidationError("--policy-seed needs --run") }
  }

  func run() throws {
    var input = input
    if let announced {
      let m = announced.contains(",") ? "[\(announced)]" : announced
      input.overrides.append("game.announced=\(m)")
    }
    let configuration: ExperimentConfiguration
    switch try input.loadAny(needs: [.game]) {
    case .game(let game):
      guard agents == nil else {
        throw ValidationError("--agents is for mean-field games; leave it out")
      }
      configuration = game
    case .meanField: return try playMarket()
    // Play needs the game written out; an exact equilibrium to play is then asked for by its solver.
    case .directional: configuration = try input.load(needs: [.game])
    }
    let source: PathStudy.Source
    if let folder {
      source = .run(
        try RunFolder(argument: folder), policy: profile?.rawValue ?? "last", seed: policySeed)
    } else if profile == .uniform {
      source = .uniform
    } else {
      source = .exact
    }
    let path = try PathStudy(configuration).play(
      source, steps: steps, interruption: Interruption.listening())
    if let save {
      try path.write(to: save)
      output.log("\(path.steps.count) periods written to \(save)")
    }
    if output.json {
      print(jsonLine(path))
    } else if save == nil {
      print(path.text(quiet: output.quiet))
    }
  }

  private func playMarket() throws {
    guard let agents else {
      throw ValidationError(
        "a mean-field game is played by --agents N in one market, or by one agent facing "
          + "--announced M")
    }
    let configuration = try MeanFieldConfiguration(
      path: input.config, overrides: input.overrides, needs: [.solver])
    let path = try MarketPath(
      configuration, agents: agents, steps: steps, interruption: Interruption.listening())
    if let save {
      try path.write(to: save)
      output.log("\(path.steps.count) periods written to \(save)")
    }
    if output.json {
      print(jsonLine(path))
    } else if save == nil {
      print(path.text(quiet: output.quiet))
    }
  }
}
