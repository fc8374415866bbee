internal import Configuration
public import Equilibria
internal import Foundation

extension Plot {
  /// Draws payoff pairs of all equilibria, coloured by how many equilibria have them, in the triangle
  /// of what a planner could divide (Iskhakov, Rust and Schjerning 2016, Figure 6).
  ///
  /// Pairs closer than a 500th of the picture's width are one point, for all to be drawn and the file
  /// to stay small.
  ///
  /// - Parameters:
  ///   - payoffs: the pairs with multiplicities.
  ///   - corner: the planner's value, where the triangle meets the axes.
  ///   - file: `NAME.svg`, `NAME.png` or `NAME.pdf`, or a name without ending for all three.
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `ConfigurationError` for another ending; `FileError` if the file cannot be written.
  public static func payoffs(
    _ payoffs: PayoffMultiset, corner: Double, title: String, file: String
  ) throws -> Outcome {
    let url = URL(fileURLWithPath: file)
    var formats = Format.allCases
    if !url.pathExtension.isEmpty {
      guard let format = Format(rawValue: url.pathExtension.lowercased()) else {
        throw ConfigurationError(
          Position(source: "command line"), key: "--plot", value: file,
          rule: "must end in .svg, .png or .pdf")
      }
      formats = [format]
    }
    let points = merged(PayoffRow.rows(payoffs, most: .max), width: corner)
    guard !points.isEmpty else { return .skipped("no plot: there are no payoffs") }
    let most = points.map(\.count).max()!
    return try draw(
      url.deletingPathExtension().lastPathComponent,
      folder: url.deletingLastPathComponent().path, height: 640, formats: formats, title: title
    ) { canvas in
      let rows = points.map { "\($0.first) \($0.second) \($0.count)\n" }.joined()
      return """
        \(canvas.preamble)$payoffs << EOD
        \(rows)EOD
        $triangle << EOD
        0 0
        \(corner) 0
        0 \(corner)
        0 0
        EOD
        set title '\(quoted(title))' noenhanced
        set xlabel 'payoff of firm 1'
        set ylabel 'payoff of firm 2'
        set xrange [\(-0.03 * corner):\(1.03 * corner)]
        set yrange [\(-0.03 * corner):\(1.03 * corner)]
        set size ratio 1
        set grid xtics ytics lc rgb '#dddddd'
        set logscale cb
        set cbrange [1:\(max(2, most))]
        set cblabel 'equilibria with these payoffs'
        set palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#fde725')
        plot $triangle using 1:2 with lines \(canvas.line(1)) lc rgb '#888888' notitle, \\
          $payoffs using 1:2:3 with points pt 7 \(canvas.point(0.35)) palette notitle
        """ + "\n"
    }
  }

  /// Pairs on a grid of 500 by 500, the most frequent last and so on top.
  static func merged(
    _ rows: [PayoffRow], width: Double
  ) -> [(first: Double, second: Double, count: Double)] {
    let unit = width > 0 ? width / 500 : 1
    var cells: [SIMD2<Int>: (first: Double, second: Double, count: Double)] = [:]
    for row in rows {
      let place = SIMD2(Int((row.first / unit).rounded()), Int((row.second / unit).rounded()))
      var cell = cells[place] ?? (row.first, row.second, 0)
      cell.count += Double(row.count)
      cells[place] = cell
    }
    return cells.values.sorted {
      ($0.count, $0.first, $0.second) < ($1.count, $1.first, $1.second)
    }
  }
}
