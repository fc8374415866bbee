internal import Foundation

/// Reports as one page of HTML that needs nothing else: no network, no script, no other file.
public struct ReportPage: Sendable {
  private let reports: [Report]
  private let title: String

  /// A page about one or several reports, the first of which names it.
  public init(_ reports: [Report]) {
    self.reports = reports.map(\.withDistinctNames)
    title = reports.first?.title ?? "Nothing to report"
  }

  /// What a page may load: nothing from anywhere; pictures inside it; its own style sheet.
  static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    + "form-action 'none'"

  /// Draws the charts and writes the page.
  ///
  /// The same reports give the same bytes on one machine: the page holds no clock reading of its own.
  /// - Parameters:
  ///   - plots: a folder that keeps the figures as separate files; nil for none.
  /// - Throws: `FileError` if a picture cannot be read, or the folder not be written.
  public func html(plots: String? = nil) throws -> String { try drawn(plots: plots).html }

  /// The page, and the files that the folder of figures was given: charts as SVG, PNG and PDF, and of
  /// pictures that were drawn before every one of these formats that stands beside the one shown.
  func drawn(plots: String?) throws -> (html: String, figures: [String]) {
    let shop = try FigureShop(plots: plots)
    var body: [HTML] = []
    for (index, report) in reports.enumerated() {
      let prefix = reports.count > 1 ? "part-\(index + 1)-" : ""
      body.append(try Self.part(report, prefix: prefix, isFirst: index == 0, shop: shop))
    }
    let page = HTML.tag(
      .html, [.init("lang", "en")],
      [
        .tag(
          .head, [],
          [
            .tag(.meta, [.init("charset", "utf-8")], []),
            .tag(
              .meta,
              [
                .init("http-equiv", "Content-Security-Policy"), .init("content", Self.policy),
              ], []),
            .tag(
              .meta,
              [
                .init("name", "viewport"),
                .init("content", "width=device-width, initial-scale=1"),
              ], []),
            .tag(.meta, [.init("name", "color-scheme"), .init("content", "light dark")], []),
            .tag(.meta, [.init("name", "generator"), .init("content", "lab \(labVersion)")], []),
            .tag(.title, [], "\(title) · Equilibrium Lab"),
            .tag(.style, [], [.trusted(ReportStyle.sheet)]),
          ]),
        .tag(.body, [], [contents(), .tag(.main, [], body), Self.footer]),
      ])
    return ("<!DOCTYPE html>\n" + page.markup, shop.kept)
  }

  private static var footer: HTML {
    .tag(
      .footer, [],
      [
        .tag(
          .p, [],
          "Written by lab \(labVersion) (Equilibrium Lab) from the files named above alone. "
            + "Self-contained: nothing is loaded from anywhere.")
      ])
  }

  /// Links to every section.
  private func contents() -> HTML {
    func links(_ report: Report, _ prefix: String) -> [HTML] {
      report.sections.map { section in
        .tag(
          .li, [],
          [.tag(.a, [.init("href", "#\(prefix)\(section.id)")], section.title)])
      }
    }
    let items: [HTML] =
      reports.count == 1
      ? links(reports[0], "")
      : reports.enumerated().map { index, report in
        let prefix = "part-\(index + 1)-"
        return .tag(
          .li, [],
          [
            .tag(.a, [.init("href", "#\(prefix)top")], report.title),
            .tag(.ol, [], links(report, prefix)),
          ])
      }
    return .tag(
      .nav, [.init("aria-label", "Contents"), .classed(reports.count == 1 ? "flat" : "nested")],
      [.tag(.ol, [], items)])
  }

  private static func part(
    _ report: Report, prefix: String, isFirst: Bool, shop: FigureShop
  ) throws -> HTML {
    let head = HTML.tag(
      .header, [.id("\(prefix)top")],
      [
        .tag(
          .p, [.classed("kind")],
          [
            .text(report.kind), .text(" "),
            .tag(.span, [.classed("state \(report.state.rawValue)")], report.state.rawValue),
          ]),
        .tag(isFirst ? .h1 : .h2, [.classed("title")], report.title),
        .tag(.p, [.classed("verdict")], report.verdict),
        .tag(.p, [.classed("path")], [.tag(.code, [], report.path)]),
      ])
    var parts = [head]
    for section in report.sections {
      let heading = HTML.tag(isFirst ? .h2 : .h3, [], section.title)
      let blocks = try section.blocks.map {
        try block($0, prefix: prefix, section: section.title, shop: shop)
      }
      let content: [HTML] =
        section.isFolded
        ? [
          .tag(
            .details, [],
            [.tag(.summary, [], [heading])] + blocks)
        ] : [heading] + blocks
      parts.append(.tag(.section, [.id(prefix + section.id)], content))
    }
    if !report.next.isEmpty {
      parts.append(
        .tag(
          .section, [.id("\(prefix)next")],
          [.tag(isFirst ? .h2 : .h3, [], "What next")]
            + report.next.map { .tag(.pre, [], [.tag(.code, [], $0)]) }))
    }
    return .tag(.div, [.classed("report")], parts)
  }

  private static func block(
    _ block: ReportBlock, prefix: String, section: String, shop: FigureShop
  ) throws -> HTML {
    switch block {
    case .text(let text): return .tag(.p, [], text)
    case .warning(let text):
      return .tag(.p, [.classed("warning"), .init("role", "note")], text)
    case .heading(let text): return .tag(.h3, [], text)
    case .facts(let facts):
      return .tag(
        .dl, [],
        facts.flatMap { fact -> [HTML] in [.tag(.dt, [], fact.name), .tag(.dd, [], fact.value)] })
    case .table(let table): return ReportPage.table(table, section: section)
    case .figure(let figure): return try shop.html(figure, prefix: prefix)
    case .code(let text, let caption):
      let code = HTML.tag(
        .pre, [.init("tabindex", "0"), .init("role", "region"), .init("aria-label", caption)],
        [.tag(.code, [], text)])
      return caption.isEmpty
        ? .tag(.pre, [], [.tag(.code, [], text)])
        : .fragment([.tag(.p, [.classed("caption")], caption), code])
    }
  }

  private static func table(_ table: ReportTable, section: String) -> HTML {
    func classes(_ index: Int, _ tone: ReportTable.Cell.Tone = .plain) -> [HTML.Attribute] {
      var words = table.columns[index].isText ? [] : ["number"]
      if tone != .plain { words.append(tone.rawValue) }
      return words.isEmpty ? [] : [.classed(words.joined(separator: " "))]
    }
    let head = HTML.tag(
      .tr, [],
      table.columns.enumerated().map { index, column in
        // A column of row names needs no heading; an empty one says nothing aloud.
        column.title.isEmpty
          ? .tag(.td, classes(index), "")
          : .tag(.th, [.init("scope", "col")] + classes(index), column.title)
      })
    let rows = table.rows.map { row -> HTML in
      switch row {
      case .heading(let text):
        return .tag(
          .tr, [.classed("group")],
          [
            .tag(
              .th, [.init("scope", "rowgroup"), .init("colspan", "\(table.columns.count)")], text)
          ])
      case .cells(let cells):
        return .tag(
          .tr, [],
          cells.enumerated().map { index, cell in
            index == 0
              ? .tag(.th, [.init("scope", "row")] + classes(0, cell.tone), cell.text)
              : .tag(.td, classes(index, cell.tone), cell.text)
          })
      }
    }
    var parts: [HTML] = []
    if !table.caption.isEmpty {
      // The words stay in sight where the table is wider than a telephone.
      parts.append(.tag(.caption, [], [.tag(.span, [], table.caption)]))
    }
    parts += [.tag(.thead, [], [head]), .tag(.tbody, [], rows)]
    let name = table.caption.isEmpty ? section : table.caption
    let wide = HTML.tag(
      .div,
      [
        .classed("wide"), .init("role", "region"), .init("aria-label", name),
        .init("tabindex", "0"),
      ], [.tag(.table, [], parts)])
    guard table.omitted > 0 else { return wide }
    return .fragment([
      wide, .tag(.p, [.classed("caption")], "\(table.omitted) more rows are not shown."),
    ])
  }
}

extension Report {
  /// A page that was written.
  public struct File: Encodable, Sendable {
    /// Name and version of this document.
    var schema = "equilibrium-lab/report/1"
    /// Which command made it.
    var command = "report"
    /// Where it is.
    public var path: String
    /// Its size.
    public var bytes: Int
    /// Its figures as separate files, where that was asked for.
    public var figures: [String]
    /// What each of its reports is about, and how far that is.
    var reports: [Part]

    struct Part: Encodable {
      var kind: String
      var title: String
      var state: State
      var verdict: String
      var path: String
    }
  }

  /// Writes reports as one page.
  ///
  /// - Parameter plots: a folder that keeps the figures as separate files; nil for none.
  /// - Throws: `FileError` if the page or the folder cannot be written.
  public static func write(_ reports: [Report], to path: String, plots: String?) throws -> File {
    let (html, figures) = try ReportPage(reports).drawn(plots: plots)
    try writeAtomically(html, to: path)
    return File(
      path: path, bytes: html.utf8.count, figures: figures,
      reports: reports.map {
        File.Part(
          kind: $0.kind, title: $0.title, state: $0.state, verdict: $0.verdict, path: $0.path)
      })
  }

  /// Where the page of a path goes: into its folder, or beside the document.
  ///
  /// - Throws: `FileError` if nothing is there.
  public static func defaultFile(_ path: String) throws -> String {
    let place = try ReportPlace(path)
    guard !place.isFolder else { return "\(place.path)/report.html" }
    return URL(fileURLWithPath: place.path).deletingPathExtension().relativePath + ".html"
  }
}

/// Where a page's pictures are made.
private final class FigureShop {
  /// A folder of its own, gone with it.
  private let scratch: String
  private let plots: String?
  /// The files that `plots` was given.
  private(set) var kept: [String] = []

  init(plots: String?) throws {
    scratch = NSTemporaryDirectory() + "lab-report-" + UUID().uuidString
    self.plots = plots
    try makeFolder(scratch)
  }

  deinit { try? FileManager.default.removeItem(atPath: scratch) }

  func html(_ figure: ReportFigure, prefix: String) throws -> HTML {
    let id = "\(prefix)figure-\(figure.id)"
    // Names of figures are distinct in a report, prefixes of reports on a page.
    let name = Plot.fileName(prefix + figure.id)
    let picture: HTML
    switch figure.content {
    case .file(let path), .drawn(let path, _):
      try keep(path, as: name)
      picture = try drawn(path, figure, id: id)
    case .chart(let chart):
      var drawing = chart
      drawing.name = name
      let outcome = try Plot.chart(
        drawing, folder: plots ?? scratch, formats: plots == nil ? [.svg] : Plot.Format.allCases)
      switch outcome {
      case .drawn(let files):
        if plots != nil { kept += files }
        picture = try drawn(files[0], figure, id: id)
      case .skipped(let why): picture = Self.missing(why)
      }
    }
    return .tag(
      .figure, [.id(id)], [picture, .tag(.figcaption, [], figure.caption)])
  }

  /// Copies a picture that was drawn before, in every format that there is of it.
  private func keep(_ path: String, as name: String) throws {
    guard let plots else { return }
    let stem = URL(fileURLWithPath: path).deletingPathExtension().relativePath
    for format in Plot.Format.allCases where fileExists("\(stem).\(format.rawValue)") {
      try makeFolder(plots)
      let copy = "\(plots)/\(name).\(format.rawValue)"
      try writeAtomically(readData("\(stem).\(format.rawValue)"), to: copy)
      kept.append(copy)
    }
  }

  /// A picture from its file: vectors rebuilt where that is possible, else as a picture, in which no
  /// script runs.
  private func drawn(_ path: String, _ figure: ReportFigure, id: String) throws -> HTML {
    let data = try readData(path)
    let isVector = path.lowercased().hasSuffix(".svg")
    if isVector, let text = String(data: data, encoding: .utf8),
      // Two hyphens, which no name of a figure has: `a` with an inner name `b-c` is not `a-b` with `c`.
      let picture = SVGPicture(text, prefix: id + "-", title: figure.alternative)
    {
      return .tag(.div, [.classed("picture")], [.trusted(picture.markup)])
    }
    guard !isVector else { return Self.missing("\(path) is not an SVG picture") }
    return .tag(
      .div, [.classed("picture")],
      [
        .tag(
          .img,
          [
            .init("src", "data:image/png;base64,\(data.base64EncodedString())"),
            .init("alt", figure.alternative),
          ], [])
      ])
  }

  private static func missing(_ why: String) -> HTML {
    .tag(.p, [.classed("warning"), .init("role", "note")], why)
  }
}
