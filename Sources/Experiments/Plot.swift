internal import Foundation

/// Draws learning curves through gnuplot as SVG and PNG.
public enum Plot {
  /// What came of drawing.
  public enum Outcome: Sendable {
    /// The files drawn.
    case drawn([String])
    /// Nothing was drawn: why, and the way out.
    case skipped(String)
  }

  /// The pictures that a folder already holds.
  static func existing(folder: String) -> Outcome {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.filter { $0.hasSuffix(".svg") || $0.hasSuffix(".png") }.sorted().map {
      "\(folder)/\($0)"
    }
    return files.isEmpty ? .skipped("none yet; lab train draws them") : .drawn(files)
  }

  /// Draws NashConv against steps, interquartile means with bands, into a folder.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  public static func nashConv(
    _ curve: LearningCurve, title: String, start: String, unit: String, folder: String
  ) throws -> Outcome {
    try draw("nash_conv", folder: folder) { terminal, output in
      script(
        curve, title: title, start: start, unit: unit, terminal: terminal, output: output)
    }
  }

  /// Runs a script for each of `NAME.svg` and `NAME.png` in a folder.
  ///
  /// - Parameters:
  ///   - height: of the picture, where its width is 720.
  ///   - script: makes the script for a terminal and an output file.
  /// - Throws: `FileError` if the folder cannot be made.
  static func draw(
    _ name: String, folder: String, height: Int = 440,
    script: (_ terminal: String, _ output: String) -> String
  ) throws -> Outcome {
    guard let gnuplot = program("gnuplot") else {
      return .skipped(
        "no plots: gnuplot is not installed (Debian: apt-get install gnuplot-nox)")
    }
    try makeFolder(folder)
    let files = ["svg", "png"].map { "\(folder)/\(name).\($0)" }
    for (file, terminal) in zip(
      files,
      [
        "svg size 720,\(height) font 'DejaVu Sans,13' background '#ffffff'",
        "pngcairo size 1440,\(2 * height) font 'DejaVu Sans,22' background '#ffffff'",
      ])
    {
      let temporary = file + ".tmp"
      guard
        try run(gnuplot, script: script(terminal, temporary), beside: temporary),
        fileExists(temporary), rename(temporary, file) == 0
      else {
        unlink(temporary)
        return .skipped("no plots: gnuplot at \(gnuplot) could not draw \(file)")
      }
    }
    return .drawn(files)
  }

  static func script(
    _ curve: LearningCurve, title: String, start: String, unit: String, terminal: String,
    output: String
  ) -> String {
    func block(_ name: String, _ points: [LearningCurve.Point]) -> String {
      "$\(name) << EOD\n"
        + points.map { "\($0.step) \($0.middle) \($0.low) \($0.high)\n" }.joined() + "EOD\n"
    }
    let thick = terminal.hasPrefix("png") ? 4 : 2
    var plots = [
      "$last using 1:3:4 with filledcurves fc rgb '#0072B2' fs transparent solid 0.20 notitle",
      "$last using 1:2 with lines lw \(thick) lc rgb '#0072B2' title 'last policy'",
    ]
    if !curve.average.isEmpty {
      plots += [
        "$average using 1:3:4 with filledcurves fc rgb '#D55E00' fs transparent solid 0.20 notitle",
        "$average using 1:2 with linespoints pt 7 ps \(thick == 4 ? 1.2 : 0.5) lw \(thick) "
          + "lc rgb '#D55E00' title 'average policy'",
      ]
    }
    let top = (curve.last + curve.average).map(\.high).max() ?? 0
    return """
      set terminal \(terminal)
      set output '\(quoted(output))'
      \(block("last", curve.last))\(block("average", curve.average))
      set title '\(quoted(title))' noenhanced
      set border 3
      set tics nomirror out
      set grid ytics lc rgb '#dddddd'
      set logscale x
      set format x '10^{%L}'
      set xrange [*:*] noextend
      set xlabel 'training \(unit)'
      set ylabel 'NashConv at \(quoted(start))' noenhanced
      set yrange [0:\(top > 0 ? "\(top * 1.05)" : "1")]
      set key top right
      plot \(plots.joined(separator: ", \\\n  "))
      """ + "\n"
  }

  /// As gnuplot quotes a text.
  static func quoted(_ text: String) -> String { text.replacing("'", with: "''") }

  /// The first executable of a name on the PATH.
  private static func program(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a script from a file: a program that ends early cannot break a pipe to it.
  private static func run(_ path: String, script: String, beside output: String) throws -> Bool {
    let file = output + ".gnuplot"
    try writeAtomically(script, to: file)
    defer { unlink(file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [file]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// Draws a curve with braille dots, two across and four down in each character.
public enum TerminalPlot {
  /// The last policy's NashConv (line) with its band's ends (dots) over log steps, `width` × `height`
  /// characters and axes.
  public static func text(
    _ points: [LearningCurve.Point], unit: String = "steps", width: Int = 60, height: Int = 8
  ) -> String {
    guard points.count > 1, let first = points.first, let final = points.last,
      first.step > 0, final.step > first.step
    else { return "" }
    let top = points.map(\.high).max() ?? 0
    guard top > 0 else { return "NashConv at start is 0 at every point of training" }
    let (columns, rows) = (2 * width, 4 * height)
    var dots = [UInt32](repeating: 0, count: width * height)
    func set(_ x: Int, _ y: Int) {
      guard (0..<columns).contains(x), (0..<rows).contains(y) else { return }
      let bit: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
      dots[(y / 4) * width + x / 2] |= bit[y % 4][x % 2]
    }
    let span = log(final.step / first.step)
    func column(_ step: Double) -> Double {
      log(step / first.step) / span * Double(columns - 1)
    }
    func row(_ value: Double) -> Int {
      Int(((1 - value / top) * Double(rows - 1)).rounded())
    }
    for (a, b) in zip(points, points.dropFirst()) {
      let (x0, x1) = (Int(column(a.step)), Int(column(b.step)))
      var previous = row(a.middle)
      for x in x0...max(x0, x1) {
        let share = x1 > x0 ? Double(x - x0) / Double(x1 - x0) : 0
        let y = row(a.middle + (b.middle - a.middle) * share)
        for fill in min(previous, y)...max(previous, y) { set(x, fill) }
        previous = y
        if x % 3 == 0 {
          set(x, row(a.low + (b.low - a.low) * share))
          set(x, row(a.high + (b.high - a.high) * share))
        }
      }
    }
    let label = tableNumber(top)
    let margin = max(label.count, 1)
    var lines: [String] = []
    for line in 0..<height {
      let axis = line == 0 ? label : line == height - 1 ? "0" : ""
      let blanks = String(repeating: " ", count: margin - axis.count)
      let cells = dots[line * width..<(line + 1) * width].map {
        String(UnicodeScalar(0x2800 + $0)!)
      }
      lines.append("\(blanks)\(axis) ┤\(cells.joined())")
    }
    let (left, right) = (count(first.step, unit), count(final.step, unit))
    let gap = String(repeating: " ", count: max(1, width - left.count - right.count))
    lines.append(
      String(repeating: " ", count: margin) + " └" + String(repeating: "─", count: width))
    lines.append(String(repeating: " ", count: margin + 2) + left + gap + right)
    return lines.joined(separator: "\n")
  }

  private static func count(_ step: Double, _ unit: String) -> String {
    if step >= 1e6 { return "\(tableTrim(step / 1e6)) M \(unit)" }
    if step >= 1e3 { return "\(tableTrim(step / 1e3)) k \(unit)" }
    return "\(Int(step)) \(unit)"
  }

  private static func tableTrim(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : decimal(value, 1)
  }
}
