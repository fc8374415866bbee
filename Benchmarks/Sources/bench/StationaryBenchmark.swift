import Environments
import Equilibria
import Foundation

/// The stationary equilibrium of every race scenario at three sizes, each stopped after a time.
func stationaryBenchmark(_ options: Options) throws {
  let sizes = options.quick ? [(21, 9)] : [(21, 9), (41, 17), (101, 41)]
  print(
    "Certified stationary equilibria of the compute race, one run each, one core, stopped after "
      + "\(decimal(options.limit, 0)) s.\n")
  var rows: [[String]] = []
  for (grid, actions) in sizes {
    for scenario in ComputeRace.scenarios {
      let game = try ComputeRace(
        scenario: scenario.name, ["grid": Double(grid), "actions": Double(actions)]
      ).stochasticGame()
      let began = (threadSeconds(), wallSeconds())
      let end = began.1 + options.limit
      let solution = try BellmanNash(horizon: nil, selection: .principal)
        .solve(game, isCancelled: { wallSeconds() > end })
      let took = (threadSeconds() - began.0, wallSeconds() - began.1)
      let certificate = solution.certificate
      rows.append([
        "\(grid)×\(actions)", scenario.name, decimal(took.0, 2), decimal(took.1, 2),
        "\(solution.iterations)", solution.status.rawValue,
        certificate?.isCertified == true ? "yes" : "no",
        certificate.map { String(format: "%.1e", $0.exploitability) } ?? "",
      ])
      FileHandle.standardError.write(Data("\(rows.last!.joined(separator: " "))\n".utf8))
    }
  }
  printTable(
    ["size", "scenario", "CPU s", "wall s", "steps", "status", "certified", "exploitability"], rows)
}
