internal import Foundation

/// The parts that reports on all kinds of runs share: what is unfinished, the configuration, where
/// results came from, how to get them again, and the files.
struct RunParts {
  let run: RunFolder
  let inventory: RunInventory

  init(_ run: RunFolder, inventory: RunInventory) {
    self.run = run
    self.inventory = inventory
  }

  /// A warning if not everything is finished.
  var remarks: [ReportBlock] { inventory.remark.map { [.warning($0)] } ?? [] }

  /// The commands that go on with what is unfinished.
  func resume(_ command: String) -> [String] {
    ["\(program) \(command) \(shellWord(run.configurationPath)) --out \(shellWord(root)) --resume"]
  }

  /// Configuration, provenance, how to reproduce, files.
  func closing(reproduce command: String, title: String) -> [ReportSection] {
    var reproduction: [ReportBlock] = [
      .text(
        "\(title) is a function of the configuration and the seeds: on any number of threads it "
          + "gives the same bytes in metrics.csv and policy.csv. This does it again, in another "
          + "folder:"),
      .code(
        ((inventory.commit.map { ["git checkout \($0)"] } ?? [])
          + ["\(program) \(command) \(shellWord(run.configurationPath)) --out again"])
          .joined(separator: "\n")),
    ]
    reproduction.append(
      .facts([
        ReportFact("fingerprint", URL(fileURLWithPath: run.path).lastPathComponent),
        ReportFact("seeds", Self.seedText(inventory.seeds.map(\.folder.seed))),
      ]))
    return [
      configuration, ReportSection("provenance", "Provenance", inventory.provenance),
      ReportSection("reproduce", "How to reproduce it", reproduction), files,
    ]
  }

  /// `5–12`, or each between commas.
  static func seedText(_ seeds: [UInt64]) -> String {
    guard let first = seeds.first, let last = seeds.last, seeds.count > 2 else {
      return seeds.map { "\($0)" }.joined(separator: ", ")
    }
    if last - first == UInt64(seeds.count - 1) { return "\(first)–\(last)" }
    let shown = seeds.prefix(20).map { "\($0)" }.joined(separator: ", ")
    return seeds.count > 20 ? "\(shown), … (\(seeds.count) in all)" : shown
  }

  /// The resolved configuration.
  var configuration: ReportSection { Self.configuration(run.configurationPath) }

  static func configuration(_ path: String) -> ReportSection {
    let block: ReportBlock
    do {
      block = .code(try readText(path), caption: path)
    } catch {
      block = .warning("\(error)")
    }
    return ReportSection("configuration", "Configuration", [block], isFolded: true)
  }

  private var files: ReportSection { Self.files(run.path) }

  /// The folder's files and their sizes; those of one seed only for the first.
  static func files(_ folder: String) -> ReportSection {
    var table = ReportTable("Files in \(folder)", ["file", "bytes"])
    let names = ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).sorted()
    let firstSeed = names.first { $0.hasPrefix("seed=") && !$0.contains("/") }
    var others = 0
    for name in names where !isDirectory("\(folder)/\(name)") {
      let top = name.split(separator: "/").first.map(String.init) ?? name
      if top.hasPrefix("seed="), top != firstSeed {
        others += 1
        continue
      }
      if name.hasPrefix(".lock") || name == "report.html" { continue }
      guard table.rows.count < 200 else {
        table.omitted += 1
        continue
      }
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      table.add([name, grouped((attributes?[.size] as? Int).map(Double.init))])
    }
    var blocks: [ReportBlock] = [.table(table)]
    if others > 0 { blocks.append(.text("\(others) files of the other seeds likewise.")) }
    return ReportSection("files", "Files", blocks, isFolded: true)
  }

  /// The pictures of a folder that were drawn before, one each: vectors where there are both.
  static func pictures(_ folder: String, except names: [String] = []) -> [ReportBlock] {
    guard case .drawn(let files) = Plot.existing(folder: folder) else { return [] }
    var blocks: [ReportBlock] = []
    var done = names
    for ending in [".svg", ".png"] {
      for file in files where file.hasSuffix(ending) {
        let name = String(URL(fileURLWithPath: file).lastPathComponent.dropLast(ending.count))
        guard !done.contains(name) else { continue }
        done.append(name)
        let words = name.replacing("_", with: " ").replacing("-", with: " ")
        blocks.append(
          .figure(
            ReportFigure(
              identifier(name), caption: sentence(title(ofSVG: file) ?? words),
              alternative: title(ofSVG: file) ?? words, .file(file))))
      }
    }
    return blocks
  }

  /// What an SVG file says that it shows.
  private static func title(ofSVG file: String) -> String? {
    guard file.hasSuffix(".svg"), let text = try? readText(file),
      let start = text.range(of: "<title>"), let end = text.range(of: "</title>"),
      start.upperBound < end.lowerBound
    else { return nil }
    var title = String(text[start.upperBound..<end.lowerBound])
    for (mark, letter) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] { title = title.replacing(mark, with: letter) }
    return title.isEmpty || title == "Gnuplot" ? nil : title
  }

  /// A report on a run whose configuration cannot be read.
  func damaged(_ kind: String, error: any Error) -> Report {
    let why = "The run's configuration cannot be read: \(error)"
    return Report(
      kind: kind, title: URL(fileURLWithPath: run.path).lastPathComponent, state: .damaged,
      verdict: why, path: run.path,
      sections: [
        ReportSection("verdict", "Verdict", [.warning(why)] + remarks, isBrief: true),
        configuration, ReportSection("provenance", "Provenance", inventory.provenance), files,
      ])
  }

  private var program: String {
    shellWord(ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_NAME"] ?? "lab")
  }

  /// The folder above experiments.
  private var root: String {
    URL(fileURLWithPath: run.path).deletingLastPathComponent().deletingLastPathComponent()
      .relativePath
  }
}
