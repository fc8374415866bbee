internal import Foundation

extension Plot {
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
