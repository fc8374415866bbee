internal import Equilibria
internal import Foundation

extension Plot {
  /// Draws |J_N − J_∞| and the gain from deviating against N with their bands, both axes
  /// logarithmic: a panel a policy.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func market(_ comparison: MarketComparison, folder: String) throws -> Outcome {
    try draw(
      "market", folder: folder, height: 400 * comparison.policies.count,
      title: "\(comparison.game): value gaps and gains from deviating among N agents"
    ) { canvas in
      marketScript(comparison, canvas: canvas)
    }
  }

  static func marketScript(
    _ comparison: MarketComparison, canvas: Canvas
  ) -> String {
    var script = """
      \(canvas.preamble)set multiplot layout \(comparison.policies.count),1
      set grid xtics ytics lc rgb '#dddddd'
      set logscale xy
      set format y '10^{%L}'
      set xlabel 'agents in the market, N'
      set ylabel 'money, in the units of values'
      set key top right

      """
    for (number, judged) in comparison.policies.enumerated() {
      let rows = judged.market.rows
      // A logarithm has no zero: a band that reaches it is drawn as its upper end, an arrow down.
      func block(_ name: String, _ figure: (MarketRow) -> MarketFigure) -> Bool {
        var (points, limits) = ("", "")
        for row in rows {
          let value = figure(row)
          let ends = [abs(value.low), abs(value.high)].sorted()
          if value.isNonzero {
            points += "\(row.agents) \(abs(value.estimate)) \(ends[0]) \(ends[1])\n"
          } else if ends[1] > 0 {
            limits += "\(row.agents) \(ends[1])\n"
          }
        }
        script +=
          "$\(name)\(number) << EOD\n\(points)EOD\n$\(name)limit\(number) << EOD\n\(limits)EOD\n"
        return !points.isEmpty
      }
      let hasGap = block("gap") { $0.gap }
      let hasGain = block("gain") { $0.gain }
      let whose = judged.seed.map { "\(judged.policy) by seed \($0)" } ?? judged.policy
      script += "set title '\(quoted("\(comparison.game), \(whose)"))' noenhanced\n"
      guard hasGap || hasGain else {
        script += "unset logscale\nset yrange [-1:1]\nplot 0 title 'no gap and no gain at any N'\n"
        script += "set logscale xy\nset yrange [*:*]\n"
        continue
      }
      let sizes = rows.map(\.agents)
      script += "set xrange [\(Double(sizes.min()!) / 1.3):\(Double(sizes.max()!) * 1.3)]\n"
      var plots: [String] = []
      for (name, shade, title, isThere) in [
        ("gap", colour(0), "|J_N − J_∞|", hasGap),
        ("gain", colour(1), "gain from deviating, own state", hasGain),
      ] where isThere {
        plots.append(
          "$\(name)\(number) using 1:2:3:4 with yerrorlines pt 7 \(canvas.point(0.6)) "
            + "\(canvas.line(1.5)) lc rgb '\(shade)' title '\(title)'")
        plots.append(
          "$\(name)limit\(number) using 1:2 with points pt 11 \(canvas.point(0.9)) "
            + "lc rgb '\(shade)' notitle")
      }
      if hasGap, let first = rows.first(where: { $0.gap.isNonzero }) {
        let scale = abs(first.gap.estimate) * Double(first.agents)
        plots.append(
          "\(scale) / x with lines dt 2 \(canvas.line(1.5)) lc rgb '#999999' title '1/N'")
      }
      script += "plot \(plots.joined(separator: ", \\\n  "))\n"
    }
    return script + "unset multiplot\n"
  }
}
