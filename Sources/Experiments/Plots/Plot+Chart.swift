extension Plot {
  /// Draws a chart, two panels a row.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  public static func chart(
    _ chart: Chart, folder: String, formats: [Format] = Format.allCases
  ) throws -> Outcome {
    guard !chart.isEmpty else { return .skipped("no plot of \(chart.title): there are no points") }
    let rows = (chart.panels.count + 1) / 2
    let height = chart.panels.count == 1 ? 440 : 40 + 340 * rows
    return try draw(
      chart.name, folder: folder, height: height, formats: formats, title: chart.title
    ) { chartScript(chart, canvas: $0) }
  }

  static func chartScript(_ chart: Chart, canvas: Canvas) -> String {
    var script = canvas.preamble
    let isGrid = chart.panels.count > 1
    if isGrid {
      script +=
        "set multiplot layout \((chart.panels.count + 1) / 2),2 title '\(quoted(chart.title))' "
        + "noenhanced\n"
    }
    for (index, panel) in chart.panels.enumerated() {
      script += panelScript(
        panel.drawable, number: index, title: isGrid ? panel.title : chart.title, canvas: canvas)
    }
    return script + (isGrid ? "unset multiplot\n" : "")
  }

  private static func panelScript(
    _ panel: Chart.Panel, number: Int, title: String, canvas: Canvas
  ) -> String {
    var blocks = ""
    var plots: [String] = []
    var coloured = 0
    var named: Set<String> = []
    for (index, series) in panel.series.enumerated() {
      let data = "$p\(number)s\(index)"
      blocks += "\(data) << EOD\n"
      for point in series.points {
        blocks +=
          "\(point.x) \(point.y) \(point.low ?? point.y) \(point.high ?? point.y)\n"
      }
      blocks += "EOD\n"
      // Several lines of one kind have one line in the key.
      let isNew = named.insert(series.name).inserted
      let name = isNew ? "title '\(quoted(series.name))' noenhanced" : "notitle"
      let hasBand = series.points.contains { $0.low != nil && $0.high != nil }
      if series.look == .reference {
        plots.append(
          panel.categories.isEmpty && series.points.count > 1
            ? "\(data) using 1:2 with lines dt 2 \(canvas.line(1.5)) lc rgb '#000000' \(name)"
            : "\(data) using 1:2 with points pt 6 \(canvas.point(1)) \(canvas.line(1.5)) "
              + "lc rgb '#000000' \(name)")
        continue
      }
      let shade = colour(coloured)
      coloured += 1
      switch series.look {
      case .curve where panel.categories.isEmpty && series.points.count > 1:
        if hasBand {
          plots.append(
            "\(data) using 1:3:4 with filledcurves fc rgb '\(shade)' fs transparent solid 0.20 "
              + "notitle")
        }
        plots.append("\(data) using 1:2 with lines \(canvas.line(2)) lc rgb '\(shade)' \(name)")
      default:
        // Points of several series at one place stand side by side.
        let shift = panel.categories.isEmpty ? 0 : 0.16 * Double(coloured - 1)
        plots.append(
          "\(data) using ($1+\(shift)):2:3:4 with yerrorbars pt 7 \(canvas.point(0.6)) "
            + "\(canvas.line(1.5)) lc rgb '\(shade)' \(name)")
      }
    }
    guard !plots.isEmpty else {
      return "set title '\(quoted(title)): no points' noenhanced\nset yrange [-1:1]\n"
        + "plot 0 notitle\nset yrange [*:*]\n"
    }
    return blocks + settings(panel, title: title, canvas: canvas)
      + "plot \(plots.joined(separator: ", \\\n  "))\n"
  }

  private static func settings(_ panel: Chart.Panel, title: String, canvas: Canvas) -> String {
    var lines = [
      "set title '\(quoted(title))' noenhanced", "set key below reverse Left samplen 2.5",
      "unset logscale",
      "set format '%h'", "set xtics autofreq norotate",
      "set xlabel '\(quoted(panel.xAxis))' noenhanced offset 0,0.4",
      "set ylabel '\(quoted(panel.yAxis))' noenhanced", "set offsets 0, 0, 0, 0",
    ]
    if panel.xScale == .logarithmic { lines += ["set logscale x", "set format x '10^{%L}'"] }
    if panel.yScale == .logarithmic { lines += ["set logscale y", "set format y '10^{%L}'"] }
    if panel.categories.isEmpty {
      lines.append("set xrange [*:*] noextend")
    } else {
      let count = panel.categories.count
      let stride = max(1, (count + 11) / 12)
      let shown = Swift.stride(from: 0, to: count, by: stride).map { index in
        "'\(quoted(String(panel.categories[index].prefix(24))))' \(index)"
      }
      lines.append("set xrange [-0.5:\(Double(count) - 0.5)]")
      lines.append("set xtics (\(shown.joined(separator: ", "))) noenhanced")
      let longest = panel.categories.map(\.count).max() ?? 0
      if longest * count / stride > 40 { lines.append("set xtics rotate by -30") }
    }
    if panel.isFromZero, panel.yScale == .linear, let range = panel.yRange {
      let top = range.upperBound > 0 ? 1.05 * range.upperBound : 1
      lines.append("set yrange [\(1.05 * range.lowerBound):\(top)]")
    } else if let range = panel.yRange, range.lowerBound == range.upperBound,
      panel.yScale == .linear
    {
      // gnuplot would make up a range of its own, and warn.
      let margin = max(abs(range.lowerBound), 1e-3) * 0.1
      lines.append("set yrange [\(range.lowerBound - margin):\(range.upperBound + margin)]")
    } else {
      lines += ["set yrange [*:*]", "set offsets 0, 0, graph 0.05, graph 0.05"]
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
