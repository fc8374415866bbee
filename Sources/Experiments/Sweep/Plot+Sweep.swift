internal import Foundation

extension Plot {
  /// Draws coloured points over two drawn factors.
  static func sweepPoints(
    _ name: String, points: [(x: Double, y: Double, value: Double)], x: SweepPlots.Axis,
    y: SweepPlots.Axis, title: String, folder: String
  ) throws -> Outcome {
    try draw(name, folder: folder, title: title) { canvas in
      var script = canvas.preamble + "$points << EOD\n"
      for point in points { script += "\(point.x) \(point.y) \(point.value)\n" }
      script += "EOD\n"
      script += sweepAxis("x", x.numbers!, isLogarithmic: x.isLogarithmic)
      script += sweepAxis("y", y.numbers!, isLogarithmic: y.isLogarithmic)
      return script + """
        set palette defined (0 '#0b2545', 0.5 '#3b8ea5', 1 '#f5e663')
        set title '\(quoted(title))' noenhanced
        set xlabel '\(quoted(x.name))' noenhanced
        set ylabel '\(quoted(y.name))' noenhanced
        unset key
        plot $points using 1:2:3 with points pt 7 \(canvas.point(1.1)) lc palette

        """
    }
  }

  /// An axis that holds numbers with a little room at both ends.
  private static func sweepAxis(
    _ name: String, _ numbers: [Double], isLogarithmic: Bool
  ) -> String {
    let (low, high) = (numbers.min()!, numbers.max()!)
    if isLogarithmic {
      let room = high > low ? pow(high / low, 0.04) : 2
      return "set logscale \(name)\nset \(name)range [\(low / room):\(high * room)]\n"
    }
    let room = 0.04 * (high > low ? high - low : 1)
    return "set \(name)range [\(low - room):\(high + room)]\n"
  }

  /// Draws a map of words over two factors.
  static func sweepRegions(
    _ name: String, cells: [[String?]], x: SweepPlots.Axis, y: SweepPlots.Axis, title: String,
    folder: String
  ) throws -> Outcome {
    var kinds: [String] = []
    for word in cells.flatMap({ $0.compactMap(\.self) }) where !kinds.contains(word) {
      kinds.append(word)
    }
    let height = mapHeight(rows: cells.count) + 40
    return try draw(name, folder: folder, height: height, title: title) { canvas in
      var script = canvas.preamble
      var plots: [String] = []
      for (number, kind) in kinds.enumerated() {
        script += "$kind\(number) << EOD\n"
        for (row, words) in cells.enumerated() {
          for (column, word) in words.enumerated() where word == kind {
            script += "\(column) \(row)\n"
          }
        }
        script += "EOD\n"
        plots.append(
          "$kind\(number) using 1:2:(0.5):(0.5) with boxxyerror fs solid 0.75 noborder "
            + "fc rgb '\(colour(number))' title '\(quoted(kind))' noenhanced")
      }
      func tics(_ words: [String]) -> String {
        words.indices.map { "'\(quoted(words[$0]))' \($0)" }.joined(separator: ", ")
      }
      return script + """
        unset grid
        set border 15
        set title '\(quoted(title))' noenhanced
        set xlabel '\(quoted(x.name))' noenhanced
        set ylabel '\(quoted(y.name))' noenhanced
        set xrange [-0.5:\(Double(x.levels.count) - 0.5)]
        set yrange [-0.5:\(Double(y.levels.count) - 0.5)]
        set xtics (\(tics(x.levels)))
        set ytics (\(tics(y.levels)))
        set key below
        plot \(plots.joined(separator: ", \\\n  "))

        """
    }
  }
}
