import Equilibria
import Foundation
import Statistics

/// Random games with uniform payoffs: every equilibrium, and one.
///
/// The reference figures are medians of QuantEcon.py 0.11.4 (`vertex_enumeration`, compiled by
/// Numba, second call) on random games of these sizes.
func bimatrixBenchmark(_ options: Options) throws {
  var rows: [[String]] = []
  var pathRows: [[String]] = []
  for (size, target, reference) in [(10, 6.0, 5.9), (12, 40.0, 36.0)] {
    let games = (0..<options.rounds(size == 10 ? 101 : 41)).map {
      randomGame(size: size, index: $0)
    }
    _ = VertexEnumeration().solve(games[0])
    var found: [Double] = []
    var complete = 0
    let times = games.map { game in
      timed(threadSeconds) {
        let set = VertexEnumeration().solve(game)
        found.append(Double(set.equilibria.count))
        complete += set.isComplete ? 1 : 0
      }
    }
    let all = Spread(times.map { $0 * 1e3 })
    rows.append([
      "\(size)×\(size)", "\(games.count)", all.milliseconds, decimal(target, 0),
      decimal(reference, 1), decimal(reference / all.median, 2), decimal(median(found), 0),
      "\(complete)/\(games.count)",
    ])

    var converged = 0
    let pathTimes = try games.map { game in
      let began = threadSeconds()
      let path = try LemkeHowson().solve(game)
      let seconds = threadSeconds() - began
      converged += path.converged ? 1 : 0
      return seconds
    }
    pathRows.append([
      "\(size)×\(size)", "\(games.count)", Spread(pathTimes.map { $0 * 1e3 }).milliseconds,
      "\(converged)/\(games.count)",
    ])
  }
  print("All equilibria by vertex enumeration, payoffs uniform on [0, 1), one core.\n")
  printTable(
    [
      "game", "games", "ours, ms: median (min–max)", "target, ms",
      "reference (quantecon 0.11.4, measured earlier on this kind of machine), ms",
      "reference / ours", "equilibria, median", "complete",
    ], rows)
  print("\nOne equilibrium by Lemke–Howson, label 0.\n")
  printTable(["game", "games", "ours, ms: median (min–max)", "converged"], pathRows)
}

private func randomGame(size: Int, index: Int) -> BimatrixGame {
  var stream = RandomStream(seed: UInt64(size), role: .generation, index: index)
  let payoffs = (0..<2 * size * size).map { _ in stream.uniform() }
  return try! BimatrixGame(
    rows: size, columns: size, rowPayoffs: Array(payoffs[..<(size * size)]),
    columnPayoffs: Array(payoffs[(size * size)...]))
}

extension Spread {
  fileprivate var milliseconds: String {
    "\(decimal(median, 3)) (\(decimal(low, 3))–\(decimal(high, 3)))"
  }
}
