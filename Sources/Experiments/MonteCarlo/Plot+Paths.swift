internal import Foundation

extension Plot {
  /// Draws fan charts of every profile's quantities, and occupancy against the exact law.
  ///
  /// - Throws: `FileError` if the folder cannot be made.
  static func paths(_ document: MonteCarloDocument, folder: String) throws -> Outcome {
    var files: [String] = []
    for profile in document.profiles {
      let fans =
        profile.fans
        + profile.totals.map { fan in
          var fan = fan
          fan.name = "running/\(fan.name)"
          return fan
        }
      for fan in fans where fan.dates.count > 1 {
        let name = fileName("fan-\(profile.name)-\(fan.name)")
        let title = "\(profile.name): \(fan.name)"
        let outcome = try draw(name, folder: folder, title: title) {
          script(fan, title: title, canvas: $0)
        }
        guard case .drawn(let drawn) = outcome else { return outcome }
        files += drawn
      }
    }
    return .drawn(files)
  }

  /// A name that is safe as a file's.
  static func fileName(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" })
  }

  private static func script(
    _ fan: PathFan, title: String, canvas: Canvas
  ) -> String {
    let count = fan.levels.count
    var block = "$fan << EOD\n"
    for row in fan.dates {
      let cells: [Double?] = [row.mean, row.exactMean] + row.quantiles.map { $0.value }
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
        "$fan using 1:\(low):\(high) with filledcurves fc rgb '\(colour(0))' fs transparent solid "
          + "\(0.18 + 0.12 * Double(level)) title '\(percent(fan.levels[level]))–"
          + "\(percent(fan.levels[count - 1 - level]))%'")
    }
    if count % 2 == 1 {
      plots.append(
        "$fan using 1:\(4 + count / 2) with lines \(line) lc rgb '\(colour(0))' title '"
          + "\(fan.levels[count / 2] == 0.5 ? "median" : "quantile")'")
    }
    if fan.dates.contains(where: { $0.mean != nil }) {
      plots.append("$fan using 1:2 with lines \(line) lc rgb '\(colour(1))' title 'mean'")
    }
    if fan.dates.contains(where: { $0.exactMean != nil }) {
      plots.append(
        "$fan using 1:3 with lines \(line) dt 2 lc rgb '#000000' title 'exact mean'")
    }
    return """
      \(canvas.preamble)\(block)
      set title '\(quoted(title))' noenhanced
      set xrange [*:*] noextend
      set xlabel 'period'
      set ylabel '\(quoted(fan.unit.isEmpty ? fan.name : fan.unit))' noenhanced
      set key outside right top
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }

  private static func compact(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : decimal(value, 1)
  }
}
