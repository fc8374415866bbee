import Foundation
import Testing

@testable import Experiments

@Suite struct TerminalTests {
  private func style(
    _ environment: [String: String], isTerminal: Bool = true, columns: Int? = 80
  ) -> TerminalStyle {
    TerminalStyle(isTerminal: isTerminal, columns: columns, environment: environment)
  }

  @Test(arguments: [
    // A terminal that can, one that says so, and everything that says no.
    (["TERM": "xterm"], true, true), (["TERM": "xterm", "NO_COLOR": ""], true, true),
    (["TERM": "xterm", "NO_COLOR": "1"], true, false),
    (["TERM": "xterm", "NO_COLOR": "0"], true, false), (["TERM": "dumb"], true, false),
    ([:], true, false), (["TERM": "xterm"], false, false),
  ])
  func `colour is for terminals that want it`(
    environment: [String: String], isTerminal: Bool, expected: Bool
  ) {
    let style = style(environment, isTerminal: isTerminal)
    #expect(style.isColoured == expected)
    #expect(style.paint("x", .red) == (expected ? "\u{1B}[31mx\u{1B}[0m" : "x"))
  }

  @Test(arguments: [
    (["LANG": "en_GB.UTF-8"], true), (["LANG": "C"], false), ([:], false),
    (["LC_ALL": "POSIX", "LANG": "en_GB.UTF-8"], false),
    (["LC_CTYPE": "C.utf8", "LANG": "C"], true), (["LC_ALL": "", "LANG": "de_DE.UTF-8"], true),
  ])
  func `the locale decides about letters`(environment: [String: String], expected: Bool) {
    let style = style(environment)
    #expect(style.isUnicode == expected)
    let text = "Δ ≤ 0.1 × Q̂ │ naïve 日本"
    let shown = style.letters(text)
    #expect(expected ? shown == text : shown.utf8.allSatisfy { $0 < 128 })
    if !expected { #expect(shown.contains("<= 0.1 x Q")) }
  }

  @Test func `words on how something ended are in colour, others are not`() {
    let style = style(["TERM": "xterm"])
    #expect(
      style.highlighted("status: converged after 3 s")
        == "status: \u{1B}[32mconverged\u{1B}[0m after 3 s")
    #expect(
      style.highlighted("exact: bellman-nash: limit")
        == "exact: bellman-nash: \u{1B}[33mlimit\u{1B}[0m")
    let json = "{\"status\":\"converged\"}"
    #expect(style.highlighted(json) == json)
    #expect(self.style([:]).highlighted("status: converged") == "status: converged")
  }

  @Test func `a progress line never reaches the last column`() {
    let style = style(["TERM": "xterm", "LANG": "C.UTF-8"])
    for columns in 10...200 {
      for (share, done, seconds) in [(0.0, 0, 0.0), (0.37, 123_456, 2.5), (1, 10, 1e7)] {
        let line = ProgressDisplay.line(
          "training", share: share, done: done, seconds: seconds, unit: "steps", style: style,
          columns: columns)
        #expect(line.count < columns, "\(columns): \(line)")
        #expect(!line.isEmpty)
      }
    }
    let line = ProgressDisplay.line(
      "training", share: 0.25, done: 1_000_000, seconds: 10, unit: "steps", style: style,
      columns: 80)
    // 30 s are left where a quarter took 10; a tenth of a million a second.
    #expect(line == "training ██████·················· 25%  0.1 M steps/s  30 s left")
  }

  @Test(arguments: [
    (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99.4, "99 s"), (99.6, "2 min"),
    (5900, "98 min"), (5980, "1.7 h"), (172_000, "47.8 h"), (200_000, "2.3 d"), (.infinity, "long"),
  ])
  func `durations`(seconds: Double, expected: String) {
    #expect(duration(seconds) == expected)
  }

  /// A straight line from the lower left to the upper right corner, in ASCII, worked out by hand for 10
  /// columns and 5 rows: a star at the row of each column's height, and one above a step.
  @Test func `a line is where its numbers are`() {
    let chart = Chart(
      "c", title: "t",
      panels: [
        .init(
          xAxis: "x", yAxis: "y", series: [.init("a", .curve, [.init(0, 0), .init(9, 4)])])
      ])
    let plain = style([:], columns: 14)
    let text = TerminalPlot.text(chart, style: plain, height: 5)
    let rows = text.split(separator: "\n").map(String.init)
    // Rounded rows of 4 − 4k/9 for k = 0 … 9: 4 4 3 3 2 2 1 1 0 0.
    #expect(
      rows.prefix(5) == [
        "4 |        **", "  |      ***", "  |    ***", "  |  ***", "0 |***",
      ])
    #expect(rows[5] == "  +----------")
    #expect(text.utf8.allSatisfy { $0 < 128 })
  }

  @Test func `plots fit their terminal and say what is drawn`() {
    let panel = Chart.Panel(
      title: "player 1", xAxis: "state", yAxis: "mean action",
      series: [
        .init(
          "last policy", .curve,
          (0..<40).map { .init(Double($0), sin(Double($0) / 5), low: -1, high: 1) }),
        .init("average policy", .curve, [.init(0, 0), .init(39, 0)]),
        .init("exact", .reference, (0..<40).map { .init(Double($0), 0.5) }),
      ])
    let chart = Chart("c", title: "t", panels: [panel, panel])
    for columns in [30, 60, 80, 200] {
      let text = TerminalPlot.text(chart, style: style(["LANG": "C.UTF-8"], columns: columns))
      for line in text.split(separator: "\n") {
        #expect(line.count <= min(columns, 100), "\(line)")
      }
      #expect(text.contains("○ exact"))
      // One curve stands against the exact one; a second would only hide it.
      #expect(!text.contains("average policy"))
    }
    let coloured = TerminalPlot.text(chart, style: style(["TERM": "xterm", "LANG": "C.UTF-8"]))
    #expect(coloured.contains("\u{1B}[36m○\u{1B}[0m"))
  }

  @Test func `categories, constants and emptiness are drawn without a crash`() {
    let panels = [
      Chart.Panel(
        xAxis: "action", yAxis: "p", isFromZero: true, categories: ["heads", "tails"],
        series: [.init("last", .marks, [.init(0, 0, low: 0, high: 0), .init(1, 0)])]),
      Chart.Panel(xAxis: "x", yAxis: "y", series: [.init("a", .curve, [.init(1, 2)])]),
      Chart.Panel(xAxis: "x", yAxis: "y", series: []),
    ]
    let text = TerminalPlot.text(
      Chart("c", title: "t", panels: panels), style: style(["LANG": "C.UTF-8"]))
    #expect(text.contains("●"))
    #expect(text.contains("heads"))
    #expect(text.contains("no points to draw"))
  }

  @Test func `what a file says cannot move the cursor`() {
    #expect(printable("a\u{1B}[2Jb\u{9B}c\nd") == "a\u{FFFD}[2Jb\u{FFFD}c\nd")
  }
}
