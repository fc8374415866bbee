internal import Foundation

extension Plot {
  /// Draws payoff pairs of equilibria as dots, larger and lighter the more equilibria one holds, in the
  /// triangle that payoffs can fill.
  ///
  /// - Parameter corner: the planner's value: nobody can have more, nor both together.
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func payoffDots(
    _ name: String, _ dots: [OutcomeRows.Dot], corner: Double, title: String, folder: String
  ) throws -> Outcome {
    guard let most = dots.map(\.equilibria).max() else {
      return .skipped("no plot of \(title): there are no equilibria")
    }
    return try draw(name, folder: folder, height: 620, title: title) { canvas in
      let factor = canvas.format == .png ? 2 : canvas.format == .pdf ? 0.75 : 1
      var script = canvas.preamble
      script += "$dots << EOD\n"
      for dot in dots {
        let size = factor * (0.22 + 0.75 * log10(dot.equilibria) / max(log10(most), 1))
        script += "\(dot.first) \(dot.second) \(decimal(size, 3)) \(dot.equilibria)\n"
      }
      return script + """
        EOD
        $triangle << EOD
        0 0
        \(corner) 0
        0 \(corner)
        0 0
        EOD
        set palette defined (0 '#0b2545', 0.5 '#3b8ea5', 1 '#f5c518')
        set logscale cb
        set format cb '10^{%L}'
        set cblabel 'equilibria in a dot' offset 2,0
        unset key
        unset grid
        set size ratio 1
        set xrange [\(-0.03 * corner):\(1.03 * corner)]
        set yrange [\(-0.03 * corner):\(1.03 * corner)]
        set title '\(quoted(title))' noenhanced
        set xlabel 'V1, firm 1 at the apex'
        set ylabel 'V2, firm 2 at the apex'
        plot $triangle using 1:2 with lines \(canvas.line(1)) lc rgb '#999999', \\
          $dots using 1:2:3:4 with points pt 7 ps variable lc palette

        """
    }
  }

  /// Draws a payoff of every equilibrium against a parameter, above the number of equilibria.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func correspondence(
    _ name: String, _ points: [(Double, Double)], counts: [(Double, Double)], title: String,
    folder: String
  ) throws -> Outcome {
    try draw(name, folder: folder, height: 640, title: title) { canvas in
      let last = counts.map(\.0).max() ?? 1
      func block(_ name: String, _ rows: [(Double, Double)]) -> String {
        "$\(name) << EOD\n" + rows.map { "\($0) \($1)\n" }.joined() + "EOD\n"
      }
      return canvas.preamble + block("points", points) + block("counts", counts) + """
        set multiplot title '\(quoted(title))' noenhanced
        unset key
        set lmargin 10
        set origin 0,0.28
        set size 1,0.68
        set ylabel 'V1, firm 1 to move'
        set xrange [\(-0.015 * last):\(1.015 * last)]
        plot $points using 1:2 with points pt 7 \(canvas.point(0.16)) lc rgb '\(colour(0))'
        set origin 0,0
        set size 1,0.31
        set logscale y
        set format y '10^{%L}'
        set xlabel 'η, scale of private shocks'
        set ylabel 'equilibria'
        set yrange [0.8:*]
        plot $counts using 1:2 with steps \(canvas.line(1.5)) lc rgb '\(colour(1))'
        unset multiplot

        """
    }
  }
}
