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
    return try draw("weights", folder: folder, title: title) { canvas in
      weightsScript(lines, title: title, canvas: canvas)
    }
  }

  static func weightsScript(
    _ lines: [[(Double, Double)]], title: String, canvas: Canvas
  ) -> String {
    let drawn = lines.filter { !$0.isEmpty }
    let blocks = drawn.enumerated().map { index, points in
      "$seed\(index) << EOD\n" + points.map { "\($0) \($1)\n" }.joined() + "EOD\n"
    }
    let plots = drawn.indices.map {
      "$seed\($0) using 1:2 with lines \(canvas.line(2)) lc rgb '\(colour(0))' notitle"
    }
    return """
      \(canvas.preamble)\(blocks.joined())
      set title '\(quoted(title))' noenhanced
      set logscale xy
      set format x '10^{%L}'
      set format y '10^{%L}'
      set xrange [*:*] noextend
      set xlabel 'training steps'
      set ylabel 'largest weight in absolute value'
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }
}
