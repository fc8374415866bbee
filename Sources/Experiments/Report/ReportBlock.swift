/// What is known of a folder or document, in building blocks: a page, a terminal and a JSON document
/// are three ways to write it down.
public struct Report: Sendable {
  /// How far the work is that the report is about.
  public enum State: String, Encodable, Sendable {
    /// All of it is done.
    case finished
    /// Some of it is not, and nobody is at work.
    case unfinished
    /// A process is at work on it.
    case running
    /// Some of it ended in an error.
    case failed
    /// Nothing of it is done.
    case empty
    /// Some files cannot be read.
    case damaged
  }

  /// What the folder or document is: `training run`.
  public var kind: String
  /// One line on what was done.
  public var title: String
  /// How far it is.
  public var state: State
  /// What came out, in a sentence or two.
  public var verdict: String
  /// Where everything is.
  public var path: String
  /// The parts, in order.
  public var sections: [ReportSection]
  /// Commands to try next.
  public var next: [String]

  init(
    kind: String, title: String, state: State, verdict: String, path: String,
    sections: [ReportSection] = [], next: [String] = []
  ) {
    self.kind = kind
    self.title = title
    self.state = state
    self.verdict = verdict
    self.path = path
    self.sections = sections
    self.next = next
  }
}

extension Report {
  /// The report with no name twice among its sections, nor among its figures: a repeated one gets
  /// `-2`, `-3`, … at its end, whichever is free.
  var withDistinctNames: Report {
    var report = self
    // Names that a page itself gives.
    var sections: Set<String> = ["top", "next"]
    var figures: Set<String> = []
    func distinct(_ name: String, _ taken: inout Set<String>) -> String {
      var candidate = name
      var copy = 2
      while !taken.insert(candidate).inserted {
        candidate = "\(name)-\(copy)"
        copy += 1
      }
      return candidate
    }
    for section in report.sections.indices {
      report.sections[section].id = distinct(report.sections[section].id, &sections)
      report.sections[section].nameFigures { distinct($0, &figures) }
    }
    return report
  }
}

/// One part of a report.
public struct ReportSection: Sendable {
  /// Its name in links; unique in its report.
  public var id: String
  /// Its heading.
  public var title: String
  /// What it holds.
  public var blocks: [ReportBlock]
  /// Whether a terminal shows it.
  public var isBrief: Bool
  /// Whether a page shows it only when asked; print shows everything.
  public var isFolded: Bool

  init(
    _ id: String, _ title: String, _ blocks: [ReportBlock], isBrief: Bool = false,
    isFolded: Bool = false
  ) {
    self.id = id
    self.title = title
    self.blocks = blocks
    self.isBrief = isBrief
    self.isFolded = isFolded
  }

  /// Gives every figure another name.
  mutating func nameFigures(_ name: (String) -> String) {
    blocks = blocks.map { block in
      guard case .figure(var figure) = block else { return block }
      figure.id = name(figure.id)
      return .figure(figure)
    }
  }
}

/// A building block.
public enum ReportBlock: Sendable {
  /// A paragraph.
  case text(String)
  /// A paragraph that a reader must not miss.
  case warning(String)
  /// A heading between blocks.
  case heading(String)
  /// Names and values.
  case facts([ReportFact])
  /// Columns and rows.
  case table(ReportTable)
  /// A picture.
  case figure(ReportFigure)
  /// Text as it is, such as a command or a configuration.
  case code(String, caption: String = "")
}

/// A name and its value.
public struct ReportFact: Encodable, Sendable, Equatable {
  /// What it is.
  public var name: String
  /// The value.
  public var value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// A table.
public struct ReportTable: Sendable {
  /// A column.
  public struct Column: Encodable, Sendable, Equatable {
    /// Its heading.
    public var title: String
    /// Whether it holds words, to the left, rather than numbers, to the right.
    public var isText: Bool
  }

  /// What stands in one place.
  public struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
    /// What colour says besides the words.
    public enum Tone: String, Encodable, Sendable {
      case plain, good, bad, muted
    }
    /// The words.
    public var text: String
    /// What they mean.
    public var tone: Tone

    init(_ text: String, _ tone: Tone = .plain) {
      self.text = text
      self.tone = tone
    }

    /// Plain words.
    public init(stringLiteral text: String) { self.init(text) }
  }

  /// A row.
  public enum Row: Sendable {
    /// One cell a column.
    case cells([Cell])
    /// A heading over the rows below it.
    case heading(String)
  }

  /// What it shows.
  public var caption: String
  /// Its columns; the first names the rows.
  public private(set) var columns: [Column]
  /// Its rows.
  public private(set) var rows: [Row] = []
  /// Rows that were left out because there are too many.
  public var omitted = 0

  /// A table whose first column holds words and the others numbers.
  init(_ caption: String, _ columns: [String], textColumns: Set<Int> = [0]) {
    self.caption = caption
    self.columns = columns.enumerated().map {
      Column(title: $1, isText: textColumns.contains($0))
    }
  }

  /// Adds a row with as many cells as there are columns.
  mutating func add(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "one cell per column")
    rows.append(.cells(cells))
  }

  /// Adds a row of plain words.
  mutating func add(_ cells: [String]) { add(cells.map { Cell($0) }) }

  /// Adds a heading over the rows to come.
  mutating func add(heading: String) { rows.append(.heading(heading)) }

  /// Whether it has no row of cells.
  public var isEmpty: Bool {
    !rows.contains {
      if case .cells = $0 { true } else { false }
    }
  }
}

/// A picture with what it shows in words.
public struct ReportFigure: Sendable {
  /// Where it comes from.
  public enum Content: Sendable {
    /// It is drawn from its numbers.
    case chart(Chart)
    /// It was drawn before: an SVG or PNG file.
    case file(String)
    /// It was drawn before, and a terminal draws it from its numbers.
    case drawn(file: String, chart: Chart)
  }

  /// Its name in links; unique in its report.
  public var id: String
  /// Under the picture: what is drawn and how to read it.
  public var caption: String
  /// For those who do not see it; the caption's first sentence says less.
  public var alternative: String
  /// What is drawn.
  public var content: Content

  init(_ id: String, caption: String, alternative: String, _ content: Content) {
    self.id = id
    self.caption = caption
    self.alternative = alternative
    self.content = content
  }

  /// A chart, described in words by its own numbers.
  ///
  /// - Parameter file: of a better drawing of it; nil if there is none.
  init(_ chart: Chart, caption: String, file: String? = nil) {
    self.init(
      identifier(chart.name), caption: caption, alternative: chart.description,
      file.map { .drawn(file: $0, chart: chart) } ?? .chart(chart))
  }
}

extension Chart {
  /// The picture in words: of every curve its first and last point.
  var description: String {
    var parts = [title]
    for panel in panels {
      for series in panel.drawable.series {
        guard let first = series.points.first, let last = series.points.last else { continue }
        func value(_ point: Point) -> String {
          let name =
            Int(exactly: point.x.rounded()).flatMap {
              panel.categories.indices.contains($0) ? panel.categories[$0] : nil
            } ?? tableNumber(point.x)
          return "\(tableNumber(point.y)) at \(name)"
        }
        let place = panel.title.isEmpty ? "" : "\(panel.title), "
        parts.append(
          series.points.count == 1
            ? "\(place)\(series.name): \(panel.yAxis) is \(value(first))"
            : "\(place)\(series.name): \(panel.yAxis) goes from \(value(first)) to \(value(last))")
      }
    }
    return parts.joined(separator: ". ") + "."
  }
}
