/// What `lab show --json` prints: a report's parts as data.
public struct ReportDocument: Encodable, Sendable {
  /// A block: its kind, and what that kind holds.
  private struct Block: Encodable {
    var kind: String
    var text: String?
    var facts: [ReportFact]?
    var caption: String?
    var columns: [String]?
    /// Rows of words; a heading over rows is a row of one word.
    var rows: [[String]]?
    var omitted: Int?
    var chart: Chart?
    var file: String?

    init(_ block: ReportBlock) {
      switch block {
      case .text(let text): (kind, self.text) = ("text", text)
      case .warning(let text): (kind, self.text) = ("warning", text)
      case .heading(let text): (kind, self.text) = ("heading", text)
      case .facts(let facts): (kind, self.facts) = ("facts", facts)
      case .code(let text, let caption):
        (kind, self.text, self.caption) = ("code", text, caption.isEmpty ? nil : caption)
      case .table(let table):
        (kind, caption, columns) = ("table", table.caption, table.columns.map(\.title))
        omitted = table.omitted
        rows = table.rows.map { row in
          switch row {
          case .heading(let text): [text]
          case .cells(let cells): cells.map(\.text)
          }
        }
      case .figure(let figure):
        (kind, caption) = ("figure", figure.caption)
        switch figure.content {
        case .chart(let chart): self.chart = chart
        case .file(let path): file = path
        case .drawn(let path, let chart): (file, self.chart) = (path, chart)
        }
      }
    }
  }

  private struct Section: Encodable {
    var id: String
    var title: String
    var blocks: [Block]
  }

  private struct Part: Encodable {
    var kind: String
    var title: String
    var state: Report.State
    var verdict: String
    var path: String
    var sections: [Section]
    var next: [String]
  }

  private var schema = "equilibrium-lab/show/1"
  private var command = "show"
  private var reports: [Part]

  /// Describes reports.
  public init(_ reports: [Report]) {
    self.reports = reports.map { report in
      Part(
        kind: report.kind, title: report.title, state: report.state, verdict: report.verdict,
        path: report.path,
        sections: report.sections.map {
          Section(id: $0.id, title: $0.title, blocks: $0.blocks.map(Block.init))
        }, next: report.next)
    }
  }
}
