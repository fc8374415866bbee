internal import Foundation

extension Plot {
  /// A column over one factor.
  struct SweepLine {
    /// A cell.
    struct Point {
      /// Its place among the axis's cells.
      var index: Int
      var middle: Double
      var low: Double?
      var high: Double?
    }

    /// The level of another factor; nil if there is none.
    var name: String?
    var points: [Point]
  }

  /// Draws lines over a factor, with the intervals that they have as bars; over words, points alone.
  static func sweepLines(
    _ name: String, lines: [SweepLine], x axis: SweepPlots.Axis, isJoined: Bool, title: String,
    yAxis: String, folder: String
  ) throws -> Outcome {
    let levels = axis.levels
    return try draw(name, folder: folder, title: title) { canvas in
      var script = canvas.preamble
      var plots: [String] = []
      for (number, line) in lines.enumerated() {
        var points = line.points.map { point in
          (
            x: axis.numbers?[point.index]
              ?? Double(levels.firstIndex(of: axis.words[point.index])!), point: point
          )
        }
        points.sort { $0.x < $1.x }
        script += "$line\(number) << EOD\n"
        for (x, point) in points {
          script +=
            "\(x) \(point.middle) \(point.low ?? point.middle) \(point.high ?? point.middle)\n"
        }
        script += "EOD\n"
        let colour = "lc rgb '\(colour(number))'"
        let size = canvas.point(0.6)
        let heading = line.name.map { "title '\(quoted($0))' noenhanced" } ?? "notitle"
        let style =
          axis.numbers != nil && isJoined
          ? "linespoints pt 7 \(size) \(canvas.line(2))" : "points pt 7 \(size)"
        plots.append("$line\(number) using 1:2 with \(style) \(colour) \(heading)")
        if points.contains(where: { $0.point.low != nil }) {
          plots.append(
            "$line\(number) using 1:2:3:4 with yerrorbars pt 0 \(canvas.line(1)) \(colour) notitle")
        }
      }
      if axis.numbers == nil {
        let tics = levels.indices.map { "'\(quoted(levels[$0]))' \($0)" }.joined(separator: ", ")
        script +=
          "set xtics (\(tics)) noenhanced\nset xrange [-0.5:\(Double(levels.count) - 0.5)]\n"
      } else {
        script += sweepAxis("x", axis.numbers!, isLogarithmic: axis.isLogarithmic)
      }
      script += "set offsets 0, 0, graph 0.05, graph 0.05\n"
      return script + """
        set title '\(quoted(title))' noenhanced
        set xlabel '\(quoted(axis.name))' noenhanced
        set ylabel '\(quoted(yAxis))' noenhanced
        set key top right
        plot \(plots.joined(separator: ", \\\n  "))

        """
    }
  }

  /// An axis that holds numbers with a little room at both ends.
  private static func sweepAxis(
    _ name: String, _ numbers: [Double], isLogarithmic: Bool
  ) -> String {
    let (low, high) = (numbers.min()!, numbers.max()!)
    if isLogarithmic {
      let room = pow(high / low, 0.04)
      return "set logscale \(name)\nset \(name)range [\(low / room):\(high * room)]\n"
    }
    let room = 0.04 * (high > low ? high - low : 1)
    return "set \(name)range [\(low - room):\(high + room)]\n"
  }

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
        set title '\(quoted(title))' noenhanced
        set tics out nomirror
        set xlabel '\(quoted(x.name))' noenhanced
        set ylabel '\(quoted(y.name))' noenhanced
        set xrange [-0.5:\(Double(x.levels.count) - 0.5)]
        set yrange [-0.5:\(Double(y.levels.count) - 0.5)]
        set xtics (\(tics(x.levels)))
        set ytics (\(tics(y.levels)))
        set key outside below
        plot \(plots.joined(separator: ", \\\n  "))

        """
    }
  }
}
