internal import Configuration
internal import Foundation

/// Which pictures a sweep has: one per column, if one or two factors vary.
struct SweepPlots {
  /// A factor as an axis.
  struct Axis {
    /// Short names of its keys.
    let name: String
    /// What it was at each cell.
    let words: [String]
    /// The same as numbers; nil if one is none.
    let numbers: [Double]?
    let isLogarithmic: Bool

    /// Its different words, in the order of levels.
    var levels: [String] {
      var seen: [String] = []
      for word in words where !seen.contains(word) { seen.append(word) }
      return seen
    }
  }

  let table: SweepTable
  let title: String
  let folder: String
  let axes: [Axis]
  let isGrid: Bool

  init(_ configuration: SweepConfiguration, table: SweepTable, folder: String) {
    self.table = table
    self.folder = folder
    title = configuration.experiment
    isGrid = !configuration.design.isDrawn
    let names = SweepTable.shortNames(table.keys, separator: ".")
    var column = 0
    var axes: [Axis] = []
    for factor in configuration.factors {
      let columns = column..<column + factor.keys.count
      column += factor.keys.count
      if factor.levelCount == 1 { continue }
      let words = table.rows.map { row in
        columns.map { SweepTable.shown(row.cell.values[$0]) }.joined(separator: ", ")
      }
      let numbers = words.map { columns.count == 1 ? Double($0.replacing("_", with: "")) : nil }
      axes.append(
        Axis(
          name: columns.map { names[$0] }.joined(separator: ", "), words: words,
          numbers: numbers.contains(nil) ? nil : numbers.map { $0! },
          isLogarithmic: factor.isLogarithmic))
    }
    self.axes = axes
  }

  /// The most lines of a picture.
  private static let mostLines = 8
  /// The most pictures of a sweep.
  private static let mostPictures = 16

  /// Draws what can be drawn.
  ///
  /// - Throws: `FileError` if the folder cannot be made.
  func draw() throws -> Plot.Outcome {
    guard table.count(.done) > 1 else { return .skipped("no plots: fewer than two cells are done") }
    guard (1...2).contains(axes.count) else {
      return .skipped(
        axes.isEmpty
          ? "no plots: nothing varies"
          : "no plots: \(axes.count) keys vary, and a picture shows one or two; sweep.csv has all")
    }
    var files: [String] = []
    // Ends of intervals are drawn with their middles.
    let columns = table.columns.filter { column in
      Self.middle(of: column).map { !table.columns.contains($0) } ?? true
    }
    for column in columns.prefix(Self.mostPictures) {
      guard let outcome = try draw(column) else { continue }
      switch outcome {
      case .drawn(let drawn): files += drawn
      case .skipped: return outcome
      }
    }
    return files.isEmpty
      ? .skipped("no plots: no column can be drawn over these keys")
      : .drawn(files)
  }

  /// The column that `x/low` or `x/high` is an end of.
  private static func middle(of column: String) -> String? {
    for suffix in ["/low", "/high"] where column.hasSuffix(suffix) {
      return String(column.dropLast(suffix.count))
    }
    return nil
  }

  /// The picture of a column; nil if it has none.
  private func draw(_ column: String) throws -> Plot.Outcome? {
    let name = column.replacing("/", with: "-")
    let numbers = table.rows.map { $0.number(column) }
    let isNumeric = numbers.contains { $0 != nil }
    let heading = "\(title): \(column)"
    if axes.count == 1 {
      guard isNumeric else { return nil }
      return try lines(name, heading, column, x: axes[0], groups: nil)
    }
    let (first, second) = (axes[0], axes[1])
    guard isGrid else {
      guard isNumeric, let x = first.numbers, let y = second.numbers else { return nil }
      let points = zip(zip(x, y), numbers).compactMap { point, value in
        value.map { (x: point.0, y: point.1, value: $0) }
      }
      return try Plot.sweepPoints(
        name, points: points, x: first, y: second, title: heading, folder: folder)
    }
    if isNumeric, (first.numbers == nil) != (second.numbers == nil) {
      let (x, groups) = first.numbers == nil ? (second, first) : (first, second)
      if groups.levels.count <= Self.mostLines {
        return try lines(name, heading, column, x: x, groups: groups)
      }
    }
    // The last cell of two with the same coordinates cannot exist in a grid.
    var place: [String: Int] = [:]
    for index in table.rows.indices {
      place["\(first.words[index])\u{0}\(second.words[index])"] = index
    }
    func cells<Value>(_ value: (Int) -> Value?) -> [[Value?]] {
      second.levels.map { y in
        first.levels.map { x in place["\(x)\u{0}\(y)"].flatMap(value) }
      }
    }
    if isNumeric {
      let isRoomy = first.levels.count <= 12 && second.levels.count <= 24
      return try Plot.heatMap(
        name,
        .init(
          x: first.levels, y: second.levels, cells: cells { numbers[$0] },
          word: { isRoomy ? String(format: "%.3g", $0) : "" }),
        title: heading, xAxis: first.name, yAxis: second.name, folder: folder)
    }
    let words = cells { index -> String? in
      if case .text(let word) = table.rows[index].field(column)?.value { word } else { nil }
    }
    let kinds = Set(words.flatMap { $0.compactMap(\.self) })
    guard kinds.count > 1, kinds.count <= Self.mostLines else { return nil }
    return try Plot.sweepRegions(
      name, cells: words, x: first, y: second, title: heading, folder: folder)
  }

  /// A column over an axis, with its intervals: a curve for every level of another axis. Over words,
  /// and over drawn values, marks.
  private func lines(
    _ name: String, _ title: String, _ column: String, x axis: Axis, groups: Axis?
  ) throws -> Plot.Outcome {
    let levels = axis.levels
    func series(_ title: String, _ rows: [Int]) -> Chart.Series {
      let points = rows.compactMap { index -> Chart.Point? in
        let row = table.rows[index]
        guard let middle = row.number(column) else { return nil }
        return Chart.Point(
          axis.numbers?[index] ?? Double(levels.firstIndex(of: axis.words[index])!), middle,
          low: row.number("\(column)/low"), high: row.number("\(column)/high"))
      }
      return Chart.Series(
        title, axis.numbers != nil && isGrid ? .curve : .marks, points.sorted { $0.x < $1.x })
    }
    let all = Array(table.rows.indices)
    let panel = Chart.Panel(
      xAxis: axis.name, yAxis: column, xScale: axis.isLogarithmic ? .logarithmic : .linear,
      categories: axis.numbers == nil ? levels : [],
      series: groups.map { groups in
        groups.levels.map { level in series(level, all.filter { groups.words[$0] == level }) }
      } ?? [series(column, all)])
    return try Plot.chart(Chart(name, title: title, panels: [panel]), folder: folder)
  }
}
