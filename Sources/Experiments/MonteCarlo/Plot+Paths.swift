internal import Foundation

extension Plot {
  /// Draws a fan chart of every quantity, the profiles side by side, several pictures at once.
  ///
  /// - Throws: `FileError` if the folder cannot be made.
  static func paths(
    _ document: MonteCarloDocument, folder: String, threads: Int
  ) throws -> Outcome {
    let charts = document.profiles.map { profile in
      profile.fans
        + profile.totals.map { fan in
          var fan = fan
          fan.name = "running/\(fan.name)"
          return fan
        }
    }
    let shown = (charts.first ?? []).indices.filter { charts[0][$0].dates.count > 1 }
    let names = document.profiles.map(\.name)
    let outcomes = try concurrentMap(shown, threads: threads) { index in
      let fans = charts.map { $0[index] }
      // Panels beside each other, the third and fourth below.
      let rows = (fans.count + 1) / 2
      let title = fans[0].name
      return try draw(
        fileName("fan-\(title)"), folder: folder, height: fans.count == 1 ? 440 : 330 * rows,
        title: title
      ) { canvas in
        script(fans, names: names, canvas: canvas)
      }
    }
    return outcomes.reduce(.drawn([])) { together($0, $1) }
  }

  private static func script(_ fans: [PathFan], names: [String], canvas: Canvas) -> String {
    guard fans.count > 1 else {
      return canvas.preamble + panel(fans[0], 0, title: "\(names[0]): \(fans[0].name)", canvas)
    }
    var script = canvas.preamble + "set multiplot layout \((fans.count + 1) / 2),2\n"
    // Profiles are compared on one scale.
    let values = fans.flatMap { fan in
      fan.dates.flatMap { date in
        date.quantiles.map(\.value)
          + [date.mean, date.exactMean, date.limitMean].compactMap(\.self)
      }
    }
    if let low = values.min(), let high = values.max(), low < high {
      let room = 0.04 * (high - low)
      script += "set yrange [\(low - room):\(high + room)]\n"
    }
    for (index, fan) in fans.enumerated() {
      script += panel(fan, index, title: "\(names[index]): \(fan.name)", canvas)
    }
    return script + "unset multiplot\n"
  }

  /// A name that is safe as a file's.
  static func fileName(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
  }

  private static func panel(
    _ fan: PathFan, _ number: Int, title: String, _ canvas: Canvas
  ) -> String {
    let count = fan.levels.count
    let name = "$fan\(number)"
    var block = "\(name) << EOD\n"
    for row in fan.dates {
      let cells: [Double?] =
        [row.mean, row.exactMean] + row.quantiles.map { $0.value } + [row.limitMean]
      block +=
        "\(row.date) " + cells.map { $0.map { "\($0)" } ?? "NaN" }.joined(separator: " ") + "\n"
    }
    block += "EOD\n"
    let line = canvas.line(2)
    var plots: [String] = []
    // Bands between quantiles that mirror each other, the widest first.
    for level in 0..<(count / 2) {
      let (low, high) = (4 + level, 4 + count - 1 - level)
      let percent = { (share: Double) in compact(100 * share) }
      plots.append(
        "\(name) using 1:\(low):\(high) with filledcurves fc rgb '\(colour(0))' fs transparent solid "
          + "\(0.18 + 0.12 * Double(level)) title '\(percent(fan.levels[level]))–"
          + "\(percent(fan.levels[count - 1 - level]))%'")
    }
    if count % 2 == 1 {
      plots.append(
        "\(name) using 1:\(4 + count / 2) with lines \(line) lc rgb '\(colour(0))' title '"
          + "\(fan.levels[count / 2] == 0.5 ? "median" : "quantile")'")
    }
    if fan.dates.contains(where: { $0.mean != nil }) {
      plots.append("\(name) using 1:2 with lines \(line) lc rgb '\(colour(1))' title 'mean'")
    }
    if fan.dates.contains(where: { $0.exactMean != nil }) {
      plots.append(
        "\(name) using 1:3 with lines \(line) dt 2 lc rgb '#000000' title 'exact mean'")
    }
    let isApart = fan.dates.contains { row in
      row.limitMean.map { abs($0 - (row.exactMean ?? .infinity)) > 1e-9 * abs($0) } ?? false
    }
    if isApart {
      plots.append(
        "\(name) using 1:\(4 + count) with lines \(line) dt 3 lc rgb '\(colour(2))' title "
          + "'continuum'")
    }
    return """
      \(block)
      set title '\(quoted(title))' noenhanced
      set xrange [*:*] noextend
      set xlabel 'period'
      set ylabel '\(quoted(fan.unit.isEmpty ? fan.name : fan.unit))' noenhanced
      set key below
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }

  private static func compact(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : decimal(value, 1)
  }
}
