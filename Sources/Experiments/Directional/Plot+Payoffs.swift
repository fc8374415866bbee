internal import Configuration
internal import Equilibria
internal import Foundation

extension Plot {
  /// Draws payoff pairs of all equilibria, dots larger and lighter the more equilibria they hold, and
  /// the triangle of what a planner could divide (Iskhakov, Rust and Schjerning 2016, Figure 6).
  ///
  /// - Parameters:
  ///   - corner: the planner's value, where the triangle meets the axes; nil for games without planner.
  ///   - axes: what is along x and along y.
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func payoffs(
    _ dots: [PayoffDot], corner: Double?, axes: [String], title: String, to target: Target
  ) throws -> Outcome {
    guard let most = dots.map(\.equilibria).max() else {
      return .skipped("no plot of \(title): there are no equilibria")
    }
    return try draw(
      target.name, folder: target.folder, height: 620, formats: target.formats, title: title
    ) { canvas in
      let factor = canvas.format == .png ? 2 : canvas.format == .pdf ? 0.75 : 1
      // A few dots must be seen, thousands told apart.
      let least = dots.count < 60 ? 0.7 : 0.22
      var script = canvas.preamble + "$dots << EOD\n"
      for dot in dots {
        let size = factor * (least + 0.75 * log10(dot.equilibria) / max(log10(most), 1))
        script += "\(dot.first) \(dot.second) \(decimal(size, 3)) \(dot.equilibria)\n"
      }
      script += "EOD\n"
      var plots = "$dots using 1:2:3:4 with points pt 7 ps variable lc palette"
      if let corner {
        script += """
          $triangle << EOD
          0 0
          \(corner) 0
          0 \(corner)
          0 0
          EOD
          set xrange [\(-0.03 * corner):\(1.03 * corner)]
          set yrange [\(-0.03 * corner):\(1.03 * corner)]

          """
        plots =
          "$triangle using 1:2 with lines \(canvas.line(1)) lc rgb '#999999', \\\n  " + plots
      } else {
        for (axis, values) in [("x", dots.map(\.first)), ("y", dots.map(\.second))] {
          let (low, high) = (values.min()!, values.max()!)
          let margin = high > low ? 0.05 * (high - low) : 0.5 + 0.05 * abs(low)
          script += "set \(axis)range [\(low - margin):\(high + margin)]\n"
        }
      }
      return script + """
        set palette defined (0 '#0b2545', 0.5 '#3b8ea5', 1 '#f5c518')
        set logscale cb
        set cbrange [1:\(max(10, most))]
        set format cb '10^{%L}'
        set cblabel 'equilibria in a dot' offset 2,0
        unset key
        unset grid
        set size ratio 1
        set title '\(quoted(title))' noenhanced
        set xlabel '\(quoted(axes[0]))' noenhanced
        set ylabel '\(quoted(axes[1]))' noenhanced
        plot \(plots)

        """
    }
  }

  /// - Throws: `ConfigurationError` if a picture cannot have this name.
  public static func checkName(_ file: String) throws { _ = try Target(file: file) }

  /// Where a single picture goes.
  struct Target {
    var name: String
    var folder: String
    var formats = Format.allCases

    /// All formats, into a folder.
    init(_ name: String, folder: String) { (self.name, self.folder) = (name, folder) }

    /// `NAME.svg`, `NAME.png` or `NAME.pdf`, or a name without ending for all three.
    ///
    /// - Throws: `ConfigurationError` for another ending.
    init(file: String) throws {
      let url = URL(fileURLWithPath: file)
      name = url.deletingPathExtension().lastPathComponent
      folder = url.deletingLastPathComponent().path
      guard !url.pathExtension.isEmpty else { return }
      guard let format = Format(rawValue: url.pathExtension.lowercased()) else {
        throw ConfigurationError(
          Position(source: "command line"), key: "--plot", value: file,
          rule: "must end in .svg, .png or .pdf, or in nothing for all three")
      }
      formats = [format]
    }
  }
}

/// Equilibria whose payoffs lie in one cell of a square grid: for all to be drawn and files to stay
/// small.
struct PayoffDot: Sendable, Equatable {
  /// Mean payoffs of the cell's equilibria.
  var first: Double
  var second: Double
  /// How many.
  var equilibria: Double
  /// How many distinct pairs they have.
  var distinct: Int

  /// Pairs, gathered in cells; fewest equilibria first, so that the most frequent are drawn on top.
  ///
  /// - Parameters:
  ///   - width: of the picture, in payoffs; nil for the span of the pairs.
  ///   - cells: along a side.
  static func gathered(_ payoffs: PayoffMultiset, width: Double?, cells: Int = 150) -> [PayoffDot] {
    let entries = payoffs.entries.map {
      (Double($0.first) * payoffs.unit, Double($0.second) * payoffs.unit, Double($0.count))
    }
    func span(_ values: [Double]) -> Double { (values.max() ?? 0) - (values.min() ?? 0) }
    let width = width ?? max(span(entries.map(\.0)), span(entries.map(\.1)))
    let side = width > 0 ? width / Double(cells) : 1
    var sums: [SIMD2<Int>: PayoffDot] = [:]
    for (x, y, count) in entries {
      let key = SIMD2(Int((x / side).rounded()), Int((y / side).rounded()))
      var dot = sums[key] ?? PayoffDot(first: 0, second: 0, equilibria: 0, distinct: 0)
      dot.first += count * x
      dot.second += count * y
      dot.equilibria += count
      dot.distinct += 1
      sums[key] = dot
    }
    return sums.sorted {
      ($0.value.equilibria, $0.key.x, $0.key.y) < ($1.value.equilibria, $1.key.x, $1.key.y)
    }.map {
      var dot = $0.value
      dot.first /= dot.equilibria
      dot.second /= dot.equilibria
      return dot
    }
  }
}
