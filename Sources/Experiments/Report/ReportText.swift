internal import Foundation

/// Reports in a terminal: what is brief in them, as wide as the terminal.
public struct ReportText: Sendable {
  private let style: TerminalStyle
  private let width: Int

  /// Writes for a stream.
  public init(style: TerminalStyle) {
    self.style = style
    width = max(40, min(style.columns, 100))
  }

  /// A report's brief parts, with where everything is and what next.
  ///
  /// - Parameter advice: whether to say what next.
  public func text(_ report: Report, advice: Bool = true) -> String {
    var lines = [
      heading(report.title),
      "\(report.kind), \(style.paint(report.state.rawValue, colour(report.state)))", "",
      wrapped(report.verdict), "",
    ]
    for section in report.sections where section.isBrief {
      let blocks = section.blocks.compactMap { text($0, verdict: report.verdict) }
      if blocks.isEmpty { continue }
      if section.id != "verdict", section.id != "figures" {
        lines += [heading(section.title), ""]
      }
      for block in blocks { lines += [block, ""] }
    }
    lines.append("where: \(printable(report.path))")
    for command in report.next where advice {
      lines.append("\(style.paint("next:", .faint))  \(printable(command))")
    }
    return lines.joined(separator: "\n")
  }

  private func colour(_ state: Report.State) -> TerminalStyle.Colour {
    switch state {
    case .finished: .green
    case .failed, .damaged: .red
    default: .yellow
    }
  }

  private func plain(_ text: String) -> String { style.letters(printable(text)) }

  /// Bold lines.
  private func heading(_ text: String) -> String {
    Self.folded(plain(text), width: width).map { style.paint($0, .bold) }.joined(separator: "\n")
  }

  private func wrapped(_ text: String) -> String { wrap(plain(text), width: width) }

  private func text(_ block: ReportBlock, verdict: String) -> String? {
    switch block {
    case .text(let text): return wrapped(text)
    case .warning(let text):
      return text == verdict ? nil : style.paint(wrapped("note: \(text)"), .yellow)
    case .heading(let text): return heading(text)
    case .code(let text, let caption):
      return (caption.isEmpty ? "" : plain(caption) + "\n") + printable(text)
    case .facts(let facts):
      let names = facts.map { plain($0.name) }
      let margin = min(28, names.map(\.count).max() ?? 0)
      return zip(names, facts).map { name, fact in
        let blanks = String(repeating: " ", count: max(1, margin + 2 - name.count))
        let value = wrap(plain(fact.value), width: max(20, width - margin - 2))
        return name + blanks
          + value.replacing("\n", with: "\n" + String(repeating: " ", count: margin + 2))
      }.joined(separator: "\n")
    case .table(let table): return text(table)
    case .figure(let figure):
      switch figure.content {
      case .file(let path): return "picture: \(printable(path))"
      case .chart(let chart), .drawn(_, let chart):
        return heading(chart.title) + "\n"
          + TerminalPlot.text(chart, style: style)
      }
    }
  }

  /// A table no wider than the terminal: long words are wrapped, and columns that still do not fit
  /// come in a second table.
  func text(_ table: ReportTable) -> String {
    var cells: [[ReportTable.Cell]?] = []
    var headings: [String] = []
    for row in table.rows {
      switch row {
      case .cells(let row): cells.append(row.map { .init(plain($0.text), $0.tone) })
      case .heading(let text):
        cells.append(nil)
        headings.append(plain(text))
      }
    }
    let titles = table.columns.map { plain($0.title) }
    let natural = titles.indices.map { column in
      cells.compactMap { $0?[column].text.count }.reduce(titles[column].count, max)
    }
    var widths = natural
    // The widest words first, no narrower than a longish word.
    while widths.reduce(0, +) + 2 * (widths.count - 1) > width {
      guard
        let widest = widths.indices.filter({ table.columns[$0].isText && widths[$0] > 16 })
          .max(by: { widths[$0] < widths[$1] })
      else { break }
      widths[widest] -= 1
    }
    var parts: [[Int]] = []
    var used = 0
    for column in widths.indices {
      let isFirst = column == 0
      if isFirst || used + 2 + widths[column] > width, !(parts.last.map { $0.count == 1 } ?? false)
      {
        parts.append(isFirst ? [0] : [0, column])
        used = isFirst ? widths[0] : widths[0] + 2 + widths[column]
      } else {
        parts[parts.count - 1].append(column)
        used += 2 + widths[column]
      }
    }
    // A part that is still too wide gives way where it is widest, numbers too.
    for columns in parts {
      while columns.reduce(-2, { $0 + widths[$1] + 2 }) > width,
        let widest = columns.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8
      {
        widths[widest] -= 1
      }
    }
    var lines = table.caption.isEmpty ? [] : [wrapped(table.caption), ""]
    for (number, columns) in parts.enumerated() {
      if number > 0 { lines.append("") }
      lines += grid(table, titles, cells, headings, columns: columns, widths: widths)
    }
    if table.omitted > 0 { lines.append("(\(table.omitted) more rows)") }
    return lines.joined(separator: "\n")
  }

  private func grid(
    _ table: ReportTable, _ titles: [String], _ cells: [[ReportTable.Cell]?],
    _ headings: [String], columns: [Int], widths: [Int]
  ) -> [String] {
    func line(_ row: [ReportTable.Cell]) -> [String] {
      let wrapped = columns.map { column -> [String] in
        row[column].text.count > widths[column]
          ? Self.folded(row[column].text, width: widths[column])
          : [row[column].text]
      }
      return (0..<(wrapped.map(\.count).max() ?? 1)).map { index in
        var text = ""
        for (place, column) in columns.enumerated() {
          let word = wrapped[place].indices.contains(index) ? wrapped[place][index] : ""
          let blanks = String(repeating: " ", count: max(0, widths[column] - word.count))
          let painted = painted(word, row[column].tone)
          text += place == 0 ? "" : "  "
          text += table.columns[column].isText ? painted + blanks : blanks + painted
        }
        while text.hasSuffix(" ") { text.removeLast() }
        return text
      }
    }
    let total = columns.map { widths[$0] }.reduce(0, +) + 2 * (columns.count - 1)
    var lines = line(titles.map { ReportTable.Cell($0) })
    lines.append(style.letters(String(repeating: "─", count: total)))
    var heading = headings[...]
    for row in cells {
      if let row {
        lines += line(row)
      } else {
        lines.append(style.paint(heading.removeFirst(), .bold))
      }
    }
    return lines
  }

  /// Lines no longer than a width: words that are longer are broken.
  static func folded(_ text: String, width: Int) -> [String] {
    wrap(text, width: width).split(separator: "\n").flatMap { line -> [String] in
      var parts: [String] = []
      var rest = line
      while rest.count > width {
        parts.append(String(rest.prefix(width)))
        rest = rest.dropFirst(width)
      }
      return parts + [String(rest)]
    }
  }

  private func painted(_ word: String, _ tone: ReportTable.Cell.Tone) -> String {
    switch tone {
    case .plain: word
    case .good: style.paint(word, .green)
    case .bad: style.paint(word, .red)
    case .muted: style.paint(word, .faint)
    }
  }
}

/// A text without control characters: what a file says cannot move a terminal's cursor.
public func printable(_ text: String) -> String {
  String(
    String.UnicodeScalarView(
      text.unicodeScalars.map { scalar in
        let isControl =
          (scalar.value < 0x20 && scalar != "\n" && scalar != "\t")
          || (0x7F...0x9F).contains(scalar.value)
        return isControl ? "\u{FFFD}" : scalar
      }))
}
