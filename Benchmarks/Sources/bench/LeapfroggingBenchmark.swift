import CReference
import Environments
import Equilibria
import Foundation

/// Every equilibrium of the leapfrogging duopoly: visited, beside a plain C program that follows the
/// paper; counted without visiting; and one state recursion over many levels, with its certificate.
func leapfroggingBenchmark(_ options: Options) throws {
  let cores = ProcessInfo.processInfo.activeProcessorCount
  var rows: [[String]] = []
  for (n, rounds) in options.quick ? [(3, 101), (4, 11)] : [(3, 101), (4, 41), (5, 1)] {
    let game = try duopoly(n)
    var reference = reference_leapfrogging_result()
    var visited: EnumerationOutcome?
    let variants: [() -> Double] = [
      { timed(wallSeconds) { visited = try! game.enumerateEquilibria(threads: 1) } },
      { timed(wallSeconds) { visited = try! game.enumerateEquilibria(threads: cores) } },
      {
        timed(wallSeconds) {
          reference = reference_leapfrogging_result()
          _ = reference_leapfrogging(Int32(n), exp(-0.05), 8.3, 1, 5, &reference)
        }
      },
    ]
    let times = Interleaved(rounds: n == 5 ? 1 : options.rounds(rounds), variants)
    let same =
      visited!.tally.count == UInt128(reference.count)
      && visited!.tally.payoffs.count == Int(reference.distinct)
    rows.append([
      "\(n)", "\(visited!.tally.count)", "\(visited!.tally.payoffs.count)",
      "\(visited!.tally.solveCount)", seconds(times.median(0)), seconds(times.median(1)),
      seconds(times.median(2)), times.speed(of: 0, relativeTo: 2).text, same ? "yes" : "NO",
    ])
  }
  print("Every equilibrium visited, with all payoffs; simultaneous moves, certain improvement.\n")
  printTable(
    [
      "levels", "equilibria", "payoff pairs", "stage games", "one core", "\(cores) threads",
      "C, one core", "speed ours / C, one core", "same numbers",
    ], rows)

  rows = []
  for n in options.quick ? [3, 4, 5] : [3, 4, 5, 6] {
    let game = try duopoly(n)
    var counted: EnumerationOutcome?
    let one = timed(wallSeconds) { counted = try! game.countEquilibria(threads: 1) }
    let all = timed(wallSeconds) { counted = try! game.countEquilibria(threads: cores) }
    rows.append([
      "\(n)", "\(counted!.tally.count)", "\(counted!.tally.payoffs.count)",
      counted!.tally.payoffs.isComplete ? "yes" : "at least", seconds(one), seconds(all),
    ])
  }
  print("\nCounted without visiting, payoffs included.\n")
  printTable(
    ["levels", "equilibria", "payoff pairs", "all kept", "one core", "\(cores) threads"], rows)

  let costs = (0..<100).map { 5 * Double($0) / 99 }
  let large = try LeapfroggingDuopoly(
    costs: costs, discount: exp(-0.05), outlays: costs.map { 8.3 / (1 + $0) },
    technology: LeapfroggingDuopoly.steps(levels: 100) { _ in 0 }, moves: .alternating)
  let times = (0..<options.rounds(11)).map { _ in
    timed(wallSeconds) { _ = try! large.enumerateEquilibria(threads: 1) }
  }
  let played = try large.equilibrium(string: []).probabilities
  let judged = (0..<options.rounds(11)).map { _ in
    timed(wallSeconds) { _ = try! LeapfroggingCertificate(large, played) }
  }
  print(
    "\nAlternating moves, 100 levels, 338,350 states, one equilibrium: "
      + "\(seconds(median(times))), its certificate \(seconds(median(judged))), one core.")
}

private func duopoly(_ n: Int) throws -> LeapfroggingDuopoly {
  let costs = (0..<n).map { 5 * Double($0) / Double(n - 1) }
  return try LeapfroggingDuopoly(
    costs: costs, discount: exp(-0.05), outlays: costs.map { 8.3 / (1 + $0) },
    technology: LeapfroggingDuopoly.steps(levels: n) { _ in 0 })
}

private func seconds(_ value: Double) -> String {
  value < 1 ? "\(decimal(value * 1e3, 3)) ms" : "\(decimal(value, 2)) s"
}
