import Foundation

@testable import Experiments

/// A small race whose firms mix at parity.
let racePaths = """
  experiment: paths
  seed: 3
  game: {kind: compute-race, scenario: contested, parameters: {grid: 9, actions: 4}}
  solver: {kind: bellman-nash}
  montecarlo: {paths: 2000, periods: 40}

  """

func monteCarlo(_ text: String = racePaths, _ overrides: [String] = []) throws
  -> MonteCarloConfiguration
{
  try MonteCarloConfiguration(yaml: text, source: "paths.yaml", overrides: overrides)
}

/// Runs a study in a folder of its own and returns its document.
@discardableResult
func simulate(
  _ configuration: MonteCarloConfiguration, into root: String? = nil, threads: Int = 2,
  resumes: Bool = false, drawsPlots: Bool = false, interruption: Interruption = Interruption()
) throws -> MonteCarloStudy {
  let folder = try TemporaryFolder()
  return try MonteCarloStudy.perform(
    configuration,
    options: TrainingOptions(
      root: root ?? folder.path, threads: threads, resumes: resumes, draws: drawsPlots),
    interruption: interruption, log: { _ in },
    progress: ProgressDisplay(unit: "steps", isSilent: true), status: { _ in })
}

extension MonteCarloDocument.Played {
  /// Everything that was estimated, by name.
  var all: [PathStatistic] { statistics + events + longRun }

  subscript(_ name: String) -> PathStatistic? {
    (statistics + events).first { $0.name == name }
  }
}

/// The fields of a line of CSV; commas between quotes belong to their field.
func fields(_ line: Substring) -> [String] {
  var (found, isQuoted) = ([""], false)
  for letter in line {
    if letter == "\"" {
      isQuoted.toggle()
    } else if letter == ",", !isQuoted {
      found.append("")
    } else {
      found[found.count - 1].append(letter)
    }
  }
  return found
}
