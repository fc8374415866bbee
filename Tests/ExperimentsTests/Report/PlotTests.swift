import Foundation
import Testing

@testable import Experiments

/// Whether a program is on the PATH.
func isInstalled(_ name: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
  }
}

@Suite struct PlotTests {
  private let chart = Chart(
    "both", title: "it's <one> & two",
    panels: [
      .init(
        title: "player 1", xAxis: "steps", yAxis: "NashConv", xScale: .logarithmic,
        isFromZero: true,
        series: [
          .init("last", .curve, [.init(10, 1, low: 0.5, high: 2), .init(1000, 0.25)]),
          .init("exact", .reference, [.init(10, 0), .init(1000, 0)]),
        ]),
      .init(
        title: "player 2", xAxis: "action", yAxis: "probability", categories: ["heads", "tails"],
        series: [.init("last", .marks, [.init(0, 0.5, low: 0.4, high: 0.6), .init(1, 0.5)])]),
    ])

  @Test func `a chart's script holds its numbers, and quotes its words`() {
    let script = Plot.chartScript(
      chart, canvas: Plot.Canvas(format: .svg, height: 300, output: "it's.svg"))
    #expect(script.contains("set output 'it''s.svg'"))
    #expect(script.contains("title 'it''s <one> & two' noenhanced"))
    #expect(script.contains("$p0s0 << EOD\n10.0 1.0 0.5 2.0\n1000.0 0.25 0.25 0.25\nEOD"))
    #expect(script.contains("set logscale x"))
    // Above the highest end of an interval, by a twentieth.
    #expect(script.contains("set yrange [0.0:2.1]"))
    #expect(script.contains("set xtics ('heads' 0, 'tails' 1) noenhanced"))
    #expect(script.contains("with yerrorbars"))
  }

  @Test func `no word can end its quotation or its line`() {
    #expect(Plot.quoted("a'b\nset output 'c'\r\nd") == "a''b set output ''c'' d")
  }

  @Test func `points that a logarithm cannot show are left out, and bands end at their estimate`() {
    let panel = Chart.Panel(
      xAxis: "x", yAxis: "y", xScale: .logarithmic, yScale: .logarithmic,
      series: [
        .init(
          "a", .curve,
          [
            .init(0, 1), .init(1, 0), .init(2, 3, low: -1, high: 4), .init(.nan, 1),
            .init(3, .infinity),
          ]
        ), .init("b", .curve, [.init(-1, 1)]),
      ])
    #expect(panel.drawable.series.map(\.name) == ["a"])
    #expect(panel.drawable.series[0].points == [.init(2, 3, low: 3, high: 4)])
    #expect(Chart("n", title: "t", panels: [.init(xAxis: "", yAxis: "", series: [])]).isEmpty)
  }

  @Test(.enabled(if: isInstalled("gnuplot"), "gnuplot is not installed"))
  func `every format is drawn, twice the same, from nowhere but itself`() throws {
    let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
    guard case .drawn(let files) = try Plot.chart(chart, folder: one.path) else {
      Issue.record("nothing was drawn")
      return
    }
    #expect(files.map { String($0.suffix(8)) } == ["both.svg", "both.png", "both.pdf"])
    _ = try Plot.chart(chart, folder: two.path)
    for file in files {
      let name = URL(fileURLWithPath: file).lastPathComponent
      let data = try readData(file)
      #expect(data.count > 1000, "\(name)")
      #expect(try data == readData("\(two.path)/\(name)"), "\(name)")
    }
    // Nothing is left of the work.
    #expect(try FileManager.default.contentsOfDirectory(atPath: one.path).count == 3)

    let svg = try readText(files[0])
    #expect(SVGPicture.isWellFormed(svg))
    #expect(svg.contains("<title>it&#39;s &lt;one&gt; &amp; two</title>"))
    let outside = svg.replacing("http://www.w3.org/2000/svg", with: "")
      .replacing("http://www.w3.org/1999/xlink", with: "")
    #expect(!outside.contains("://"))
    let picture = try #require(SVGPicture(svg, prefix: "f", title: "both"))
    #expect(picture.markup.contains(">heads</text>") || picture.markup.contains("heads"))

    #expect(try readData(files[1]).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    let pdf = try readData(files[2])
    #expect(pdf.prefix(5) == Data("%PDF-".utf8))
    #expect(pdf.range(of: Data("20260101000000".utf8)) != nil)
  }

  @Test(
    .enabled(
      if: isInstalled("gnuplot") && isInstalled("pdffonts"),
      "pdffonts (Debian: poppler-utils) or gnuplot is not installed"))
  func `a PDF file brings its fonts along`() throws {
    let folder = try TemporaryFolder()
    _ = try Plot.chart(chart, folder: folder.path, formats: [.pdf])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["pdffonts", "\(folder.path)/both.pdf"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let rows = text.split(separator: "\n").dropFirst(2)
    #expect(!rows.isEmpty, "\(text)")
    // name, type (may be two words), encoding, emb, sub, uni, object: the fifth from the end is emb.
    for row in rows {
      let words = row.split(separator: " ")
      #expect(words[words.count - 5] == "yes", "\(row)")
    }
  }

  @Test func `sizes look alike in every format`() {
    func canvas(_ format: Plot.Format) -> Plot.Canvas {
      Plot.Canvas(format: format, height: 440, output: "x")
    }
    #expect(canvas(.svg).line(2) == "lw 2" && canvas(.png).line(2) == "lw 4")
    #expect(canvas(.svg).terminal.contains("svg size 720,440 font 'DejaVu Sans,13'"))
    #expect(canvas(.png).terminal.contains("pngcairo size 1440,880 font 'DejaVu Sans,19.5'"))
    // 720 pixels of 1/96 inch, 13 pixels in points.
    #expect(canvas(.pdf).terminal.contains("size 7.5in,4.583in fontscale 0.75"))
    #expect(canvas(.pdf).terminal.contains("'DejaVu Sans,9.75'"))
  }
}
