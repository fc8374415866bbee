internal import Foundation

extension Plot {
  /// Draws the largest weight of learners with features against steps, a line per seed on
  /// logarithmic scales: where it keeps rising as a curve bent upwards, the weights diverge.
  ///
  /// - Returns: what was drawn; nil where no seed has weights.
  /// - Throws: `FileError` if the folder cannot be made or the metrics are damaged.
  static func weights(
    _ run: RunFolder, seeds: [UInt64], title: String, folder: String
  ) throws -> Outcome? {
    let lines = try seeds.map { seed in
      let table = try CSVTable(path: run.seedFolder(seed).metricsPath)
      return zip(try table.column("step"), try table.column("train/weight_max")).compactMap {
        step, weight -> (Double, Double)? in
        guard let step, let weight, weight > 0 else { return nil }
        return (step, weight)
      }
    }
    guard lines.contains(where: { !$0.isEmpty }) else { return nil }
    return try draw("weights", folder: folder) { terminal, output in
      weightsScript(lines, title: title, terminal: terminal, output: output)
    }
  }

  static func weightsScript(
    _ lines: [[(Double, Double)]], title: String, terminal: String, output: String
  ) -> String {
    let drawn = lines.filter { !$0.isEmpty }
    let thick = terminal.hasPrefix("png") ? 4 : 2
    let blocks = drawn.enumerated().map { index, points in
      "$seed\(index) << EOD\n" + points.map { "\($0) \($1)\n" }.joined() + "EOD\n"
    }
    let plots = drawn.indices.map {
      "$seed\($0) using 1:2 with lines lw \(thick) lc rgb '#0072B2' notitle"
    }
    return """
      set terminal \(terminal)
      set output '\(quoted(output))'
      \(blocks.joined())
      set title '\(quoted(title))' noenhanced
      set border 3
      set tics nomirror out
      set grid ytics lc rgb '#dddddd'
      set logscale xy
      set format x '10^{%L}'
      set format y '10^{%L}'
      set xrange [*:*] noextend
      set xlabel 'training steps'
      set ylabel 'largest weight in absolute value'
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }

  /// Two outcomes as one: all files drawn, or the first reason why there are none.
  static func together(_ first: Outcome, _ second: Outcome?) -> Outcome {
    guard let second else { return first }
    if case .drawn(let files) = first, case .drawn(let more) = second {
      return .drawn(files + more)
    }
    if case .drawn = first { return first }
    return second
  }
}
