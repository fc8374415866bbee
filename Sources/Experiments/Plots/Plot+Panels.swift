internal import Foundation

extension Plot {
  /// A panel of bars: one law.
  struct BarPanel: Sendable {
    /// Above the panel.
    var title: String
    /// Where each bar stands.
    var positions: [Double]
    /// How high it is.
    var heights: [Double]
  }

  /// Coloured cells.
  struct HeatMap: Sendable {
    /// What stands along x and y.
    var x: [String]
    var y: [String]
    /// `[y][x]`; nil is left white.
    var cells: [[Double?]]
    /// What is written into a cell; nothing where there is no room.
    var word: @Sendable (Double) -> String = { decimal($0, 1) }
  }

  /// Draws laws side by side, two panels a row, on common axes.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func bars(
    _ name: String, _ panels: [BarPanel], title: String, axis: String, folder: String
  ) throws -> Outcome {
    let rows = (panels.count + 1) / 2
    let top = 1.08 * (panels.flatMap(\.heights).max() ?? 1)
    let positions = panels.flatMap(\.positions)
    let gaps = zip(panels[0].positions, panels[0].positions.dropFirst()).map { $1 - $0 }
    let width = (gaps.min() ?? 1) * 0.85
    return try draw(name, folder: folder, height: 60 + 250 * rows, title: title) { canvas in
      var script = canvas.preamble
      script += """
        set multiplot layout \(rows),\(panels.count > 1 ? 2 : 1) title '\(quoted(title))' noenhanced
        set boxwidth \(width) absolute
        set style fill solid 0.85 noborder
        set xrange [\(positions.min()! - width):\(positions.max()! + width)]
        set yrange [0:\(top)]
        set xlabel '\(quoted(axis))' noenhanced
        set ylabel 'share of agents'
        unset key

        """
      for (number, panel) in panels.enumerated() {
        script += "$panel\(number) << EOD\n"
        for (x, y) in zip(panel.positions, panel.heights) { script += "\(x) \(y)\n" }
        script += "EOD\nset title '\(quoted(panel.title))' noenhanced\n"
        script += "plot $panel\(number) using 1:2 with boxes lc rgb '\(colour(0))'\n"
      }
      return script + "unset multiplot\n"
    }
  }

  /// Draws a heat map with the value in every cell.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func heatMap(
    _ name: String, _ map: HeatMap, title: String, xAxis: String, yAxis: String, folder: String
  ) throws -> Outcome {
    let values = map.cells.flatMap { $0.compactMap(\.self) }
    guard let low = values.min(), let high = values.max() else {
      return .skipped("no plot: no cell holds a value")
    }
    let height = mapHeight(rows: map.y.count)
    return try draw(name, folder: folder, height: height, title: title) { canvas in
      var script = canvas.preamble
      script += "$heat << EOD\n"
      for (row, cells) in map.cells.enumerated() {
        for (column, cell) in cells.enumerated() {
          script += "\(column) \(row) \(cell.map { "\($0)" } ?? "NaN")\n"
        }
        script += "\n"
      }
      script += "EOD\n$words << EOD\n"
      for (row, cells) in map.cells.enumerated() {
        for (column, cell) in cells.enumerated() {
          let isLight = cell.map { $0 > low + 0.6 * (high - low) } ?? true
          let word = cell.map(map.word) ?? "none"
          script += "\(column) \(row) \"\(word)\" \(isLight ? 0 : 0xFF_FFFF)\n"
        }
      }
      func tics(_ words: [String]) -> String {
        words.indices.map { "'\(quoted(words[$0]))' \($0)" }.joined(separator: ", ")
      }
      return script + """
        EOD
        set palette defined (0 '#0b2545', 0.5 '#3b8ea5', 1 '#f5e663')
        unset key
        unset grid
        set border 15
        set title '\(quoted(title))' noenhanced
        set xlabel '\(quoted(xAxis))' noenhanced
        set ylabel '\(quoted(yAxis))' noenhanced
        set xrange [-0.5:\(Double(map.x.count) - 0.5)]
        set yrange [-0.5:\(Double(map.y.count) - 0.5)]
        set cbrange [\(low):\(high > low ? high : low + 1)]
        set xtics (\(tics(map.x)))
        set ytics (\(tics(map.y)))
        plot $heat using 1:2:3 with image pixels, \
          $words using 1:2:3:4 with labels \(canvas.font(11)) tc rgb variable

        """
    }
  }

  /// The height of a picture with so many rows of cells.
  static func mapHeight(rows: Int) -> Int { max(240, min(900, 120 + 34 * rows)) }
}
