internal import Environments
internal import Foundation

extension Plot {
  /// Draws where each seed looked, outer step by outer step, with its bracket as a band, beside the
  /// exact equilibria.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the metrics cannot be read or the folder not be made.
  static func outerSteps(
    _ run: RunFolder, seeds: [UInt64], exact: [[Double]], game: any MeanFieldGame, title: String,
    folder: String, formats: [Format] = Format.allCases
  ) throws -> Outcome {
    let tables = try seeds.map { try CSVTable(path: run.seedFolder($0).metricsPath) }
    let names = game.layout.interactionNames
    var outcome: Outcome?
    for (scalar, name) in names.enumerated() {
      let suffix = names.count == 1 ? "" : "/\(scalar + 1)"
      let paths = try tables.map { try OuterPath($0, suffix: suffix) }.filter { !$0.points.isEmpty }
      guard !paths.isEmpty else { continue }
      let file = names.count == 1 ? "m" : "m_\(scalar + 1)"
      let drawn = try draw(file, folder: folder, formats: formats, title: title) { canvas in
        script(paths, exact: exact.map { $0[scalar] }, name: name, title: title, canvas: canvas)
      }
      outcome = outcome.map { together($0, drawn) } ?? drawn
    }
    return outcome ?? .skipped("no plots: no outer step was taken")
  }

  /// Where one seed looked.
  struct OuterPath {
    /// Step, m and the bracket, if there is one.
    var points: [(step: Double, m: Double, low: Double?, high: Double?)] = []

    init(_ table: CSVTable, suffix: String) throws {
      let (low, high) = (try table.column("bracket_low"), try table.column("bracket_high"))
      let m = try table.column("m\(suffix)")
      for (row, step) in try table.column("step").enumerated() {
        if let step, let m = m[row] { points.append((step, m, low[row], high[row])) }
      }
    }
  }

  static func script(
    _ paths: [OuterPath], exact: [Double], name: String, title: String,
    canvas: Canvas
  ) -> String {
    // Many bands lie upon each other: together they stay light.
    let weight = decimal(max(0.02, 0.2 / Double(max(paths.count, 1))), 3)
    var blocks = ""
    var plots: [String] = []
    for (index, path) in paths.enumerated() {
      let lines = path.points.map { point -> String in
        "\(point.step) \(point.m) \(point.low.map { "\($0)" } ?? "NaN") "
          + "\(point.high.map { "\($0)" } ?? "NaN")\n"
      }
      blocks += "$s\(index) << EOD\n\(lines.joined())EOD\n"
      if path.points.contains(where: { $0.low != nil }) {
        plots.append(
          "$s\(index) using 1:3:4 with filledcurves fc rgb '\(colour(index))' fs transparent "
            + "solid \(weight) notitle")
      }
    }
    for index in paths.indices {
      plots.append(
        "$s\(index) using 1:2 with linespoints pt 7 \(canvas.point(0.4)) \(canvas.line(1.5)) "
          + "lc rgb '\(colour(index))' "
          + (index == 0 ? "title 'learned, a line a seed'" : "notitle"))
    }
    for (index, m) in exact.enumerated() {
      plots.append(
        "\(m) with lines dt 2 \(canvas.line(1.5)) lc rgb '#000000' "
          + (index == 0 ? "title 'exact equilibrium'" : "notitle"))
    }
    // What was looked at fills the picture: a bracket that reaches to a far bound, or a degenerate
    // root there, would flatten it.
    let seen = paths.flatMap { $0.points.map(\.m) }
    let ends = paths.compactMap { path in
      exact.min { abs($0 - path.points.last!.m) < abs($1 - path.points.last!.m) }
    }
    let (low, high) = ((seen + ends).min()!, (seen + ends).max()!)
    let margin = high > low ? 0.08 * (high - low) : max(abs(high), 1) * 0.05
    let steps = paths.flatMap { $0.points.map(\.step) }.max() ?? 1
    return """
      \(canvas.preamble)set yrange [\(low - margin):\(high + margin)]
      set xtics \(max(1, Int((steps / 10).rounded(.up))))
      \(blocks)set title '\(quoted(title))' noenhanced
      set xlabel 'outer step'
      set ylabel 'm, \(quoted(name))' noenhanced
      set key outside bottom center horizontal
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }
}
