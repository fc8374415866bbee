import ArgumentParser
import Experiments

/// `lab check`: validate without running.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Validate a configuration, study or sweep and print it with every default.",
    usage: "lab check <config> [key=value ...] [--json] [--quiet]",
    discussion: """
      Reads every section strictly, builds the game and checks its laws; nothing is
      run and nothing is written.

      Example: lab check configs/qlearn.yaml learner.step_size=0.1
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    // A game's own file, such as one of Gambit, is no YAML.
    let isGame = GameFile.isOne(input.config)
    if try !isGame && StudyConfiguration.isStudy(path: input.config) {
      let study = try StudyConfiguration(path: input.config, overrides: input.overrides)
      if output.json {
        print(jsonLine(StudyCheckDocument(study)))
        return
      }
      for cell in study.cells {
        print("# \(cell.game), \(cell.learner): fingerprint \(cell.configuration.hash)")
        print(try cell.configuration.yaml())
      }
      output.log("ok: a study of \(study.games.count) games and \(study.learners.count) learners")
      return
    }
    if try !isGame && SweepConfiguration.isSweep(path: input.config) {
      let plan = SweepPlan(
        try SweepConfiguration(path: input.config, overrides: input.overrides),
        options: SweepOptions())
      print(output.json ? jsonLine(plan) : plan.text)
      return
    }
    let configuration = try input.loadAny(needs: [.game])
    if case .game(let configuration) = configuration { try configuration.checkSolver() }
    let document = CheckDocument(configuration)
    if output.json {
      print(jsonLine(document))
      return
    }
    print(try document.yaml(), terminator: "")
    output.log(document.summary)
  }
}
