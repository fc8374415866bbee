internal import Foundation

/// Draws charts in a terminal: curves with braille dots, two across and four down in each character,
/// or with stars where the locale has no such letters.
public enum TerminalPlot {
  /// The panels of a chart, one below the other, at most the style's columns wide.
  ///
  /// The first curve is a line, its interval's ends dots; a second curve is dashed; what they are held
  /// against is rings.
  /// - Parameters:
  ///   - height: lines of each panel besides its axis.
  public static func text(_ chart: Chart, style: TerminalStyle, height: Int = 8) -> String {
    chart.panels.map { panel in
      var parts =
        panel.title.isEmpty
        ? []
        : ReportText.folded(style.letters(panel.title), width: min(style.columns, 100)).map {
          style.paint($0, .bold)
        }
      parts.append(text(panel.drawable, style: style, height: height))
      return parts.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  private static func text(_ panel: Chart.Panel, style: TerminalStyle, height: Int) -> String {
    guard let range = panel.yRange, let span = panel.xRange else { return "no points to draw" }
    let vertical = Axis(range, panel.yScale)
    let labels = [range.upperBound, range.lowerBound].map { style.letters(axisNumber($0)) }
    let margin = labels.map(\.count).max()!
    let width = max(10, min(style.columns, 100) - margin - 3)
    var canvas = TerminalCanvas(width: width, height: height, isUnicode: style.isUnicode)
    let horizontal =
      panel.categories.isEmpty
      ? Axis(span, panel.xScale) : Axis(-0.5...(Double(panel.categories.count) - 0.5), .linear)
    var curves = 0
    for series in shown(panel) {
      let points = series.points.map {
        Placed(
          x: horizontal.share($0.x), y: vertical.share($0.y), low: $0.low.map(vertical.share),
          high: $0.high.map(vertical.share))
      }
      let isLine = panel.categories.isEmpty && points.count > 1
      switch series.look {
      case .reference: canvas.rings(points)
      case .curve where isLine:
        canvas.line(points, isDashed: curves > 0, hasBand: curves == 0)
        curves += 1
      default: canvas.marks(points)
      }
    }
    var lines = canvas.lines(style: style).enumerated().map { row, cells in
      let label = row == 0 ? labels[0] : row == height - 1 ? labels[1] : ""
      let blanks = String(repeating: " ", count: margin - label.count)
      return "\(blanks)\(label) \(style.letters("┤"))\(cells)"
    }
    let rule = String(repeating: "─", count: width)
    lines.append(String(repeating: " ", count: margin) + style.letters(" └" + rule))
    lines.append(
      String(repeating: " ", count: margin + 2) + xLabels(panel, span, width: width, style: style))
    if shown(panel).count > 1 || panel.series.first?.look == .reference {
      lines += key(panel, indent: margin + 2, width: width, style: style)
    }
    return lines.joined(separator: "\n")
  }

  /// What fits one picture: with something to hold them against, the first curve; else the first two.
  private static func shown(_ panel: Chart.Panel) -> [Chart.Series] {
    let references = panel.series.filter { $0.look == .reference }
    let curves = panel.series.filter { $0.look != .reference }
    return Array(curves.prefix(references.isEmpty ? 2 : 1)) + references.prefix(6)
  }

  /// The ends of the x axis, with its name between where there is room.
  private static func xLabels(
    _ panel: Chart.Panel, _ span: ClosedRange<Double>, width: Int, style: TerminalStyle
  ) -> String {
    let (left, right): (String, String)
    if let first = panel.categories.first, let last = panel.categories.last {
      (left, right) = (String(first.prefix(20)), panel.categories.count > 1 ? last : "")
    } else {
      (left, right) = (axisNumber(span.lowerBound), axisNumber(span.upperBound))
    }
    let ends = [left, String(right.prefix(20))].map(style.letters)
    let room = width - ends[0].count - ends[1].count
    let name = style.letters(panel.xAxis)
    guard room >= name.count + 4 else {
      return ends[0] + String(repeating: " ", count: max(1, room)) + ends[1]
    }
    let before = (room - name.count) / 2
    return ends[0] + String(repeating: " ", count: before) + name
      + String(repeating: " ", count: room - name.count - before) + ends[1]
  }

  /// What is drawn how, in lines no longer than a width.
  private static func key(
    _ panel: Chart.Panel, indent: Int, width: Int, style: TerminalStyle
  ) -> [String] {
    var curves = 0
    let entries = shown(panel).enumerated().filter { index, series in
      !shown(panel)[..<index].contains { $0.name == series.name }
    }.map { _, series -> (sign: String, count: Int, name: String) in
      let name = style.letters(series.name)
      let isLine = panel.categories.isEmpty && series.points.count > 1
      switch series.look {
      case .reference:
        return (style.paint(style.letters("○"), .cyan), 1, name)
      case .curve where isLine:
        curves += 1
        let stroke =
          style.isUnicode ? (curves == 1 ? "⠤⠤" : "⠄⠠") : (curves == 1 ? "**" : "++")
        return (stroke, 2, name)
      default: return (style.letters("●"), 1, name)
      }
    }
    var lines: [String] = []
    var used = 0
    for (sign, count, name) in entries {
      let shown = name.prefix(width - count - 1)
      let length = count + 1 + shown.count
      if lines.isEmpty || used + 3 + length > width {
        lines.append(String(repeating: " ", count: indent) + "\(sign) \(shown)")
        used = length
      } else {
        lines[lines.count - 1] += "   \(sign) \(shown)"
        used += 3 + length
      }
    }
    return lines
  }

  /// A number beside an axis: whole ones without a point, thousands and millions in words.
  static func axisNumber(_ value: Double) -> String {
    func short(_ value: Double) -> String {
      value == value.rounded() ? "\(Int(value))" : decimal(value, 1)
    }
    switch abs(value) {
    case 1e6..<1e9: return short(value / 1e6) + " M"
    case 1e4..<1e6: return short(value / 1e3) + " k"
    default:
      guard value == value.rounded(), abs(value) < 1e15 else { return tableNumber(value) }
      return "\(Int(value))"
    }
  }
}

/// Where a value lies between the ends of an axis.
struct Axis {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool

  init(_ range: ClosedRange<Double>, _ scale: Chart.Scale) {
    isLogarithmic = scale == .logarithmic && range.lowerBound > 0
    low = isLogarithmic ? log(range.lowerBound) : range.lowerBound
    high = isLogarithmic ? log(range.upperBound) : range.upperBound
  }

  /// 0 at the lower end, 1 at the upper; the middle of an axis without length.
  func share(_ value: Double) -> Double {
    let place = isLogarithmic ? log(value) : value
    return high > low ? (place - low) / (high - low) : 0.5
  }
}

/// A point as shares of the axes.
struct Placed {
  var x: Double
  var y: Double
  var low: Double?
  var high: Double?
}
