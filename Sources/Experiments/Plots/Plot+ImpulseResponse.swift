internal import Foundation
internal import Statistics

extension Plot {
  /// A horizontal line that gives a response its scale, such as the monopoly price.
  public struct Level: Sendable {
    /// What it is, for the key.
    public var name: String
    /// Where it lies.
    public var value: Double

    /// Creates a level.
    public init(_ name: String, _ value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// Draws an impulse response into a folder, with its numbers beside it: `NAME.csv` beside the picture's
  /// files.
  ///
  /// - Parameters:
  ///   - response: what happened, over seeds.
  ///   - quantity: what actions are, for the axis: `price`.
  ///   - levels: lines to compare with.
  /// - Returns: what was drawn; a machine without gnuplot is no error, and has its CSV file.
  /// - Throws: `FileError` if nothing can be written.
  public static func impulseResponse(
    _ response: ImpulseResponseSummary, title: String, quantity: String, levels: [Level] = [],
    folder: String, name: String = "impulse_response"
  ) throws -> Outcome {
    try makeFolder(folder)
    try writeAtomically(response.csv, to: "\(folder)/\(name).csv")
    return try draw(name, folder: folder, title: title) { canvas in
      script(response, title: title, quantity: quantity, levels: levels, canvas: canvas)
    }
  }

  static func script(
    _ response: ImpulseResponseSummary, title: String, quantity: String, levels: [Level],
    canvas: Canvas
  ) -> String {
    let rows = response.periods.enumerated().map { index, period in
      let (a, b) = (period.deviator, period.rivals)
      return "\(index) \(a.estimate) \(a.low) \(a.high) \(b.estimate) \(b.low) \(b.high)\n"
    }
    var plots = levels.enumerated().map { index, level in
      "\(level.value) with lines \(canvas.line(1)) dt \(index + 2) lc rgb '#888888' "
        + "title '\(quoted(level.name))' noenhanced"
    }
    for (column, colour, point, name) in [
      (2, colour(1), 7, "deviating player"), (5, colour(0), 5, "other players, mean"),
    ] {
      plots += [
        "$data using 1:\(column + 1):\(column + 2) with filledcurves fc rgb '\(colour)' "
          + "fs transparent solid 0.20 notitle",
        "$data using 1:\(column) with linespoints pt \(point) \(canvas.point(0.7)) \(canvas.line(2)) "
          + "lc rgb '\(colour)' title '\(name)'",
      ]
    }
    return """
      \(canvas.preamble)$data << EOD
      \(rows.joined())EOD
      set title '\(quoted(title))' noenhanced
      set xrange [-0.25:\(Double(response.periods.count) - 0.75)]
      set offsets 0, 0, graph 0.05, graph 0.05
      set xlabel 'period (deviation in period 1)'
      set ylabel '\(quoted(quantity))' noenhanced
      set key below
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }
}
