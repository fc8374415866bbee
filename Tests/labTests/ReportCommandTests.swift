import Foundation
import Testing

/// Runs `lab` with a list of arguments.
private func command(_ arguments: [String]) throws -> Outcome {
  try lab(arguments, interruptWhen: { false })
}

private func isInstalled(_ name: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
  }
}

private let hasBrowser = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
  .contains(where: isInstalled)

/// A small run in a folder.
private func trained(_ folder: TemporaryFolder, _ more: String...) throws -> String {
  let outcome = try command(
    [
      "train", "configs/qlearn.yaml", "training.steps=20000", "replicates=2",
      "game.parameters.grid=7", "--json", "--quiet", "--out", folder.path,
    ] + more)
  #expect(outcome.code == 0, "\(outcome.errors)")
  return try #require(outcome.json()["run"] as? String)
}

/// Runs a program in the project's folder and returns what it wrote to either stream.
private func runProgram(
  _ arguments: [String], environment: [String: String] = [:]
) throws -> (code: Int32, text: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  process.currentDirectoryURL = URL(fileURLWithPath: root)
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  process.standardInput = FileHandle.nullDevice
  try process.run()
  let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text)
}

@Test func `a report is written into its run's folder, or where it is wanted`() throws {
  let folder = try TemporaryFolder()
  let run = try trained(folder)
  let outcome = try lab("report", run)
  #expect(outcome.code == 0, "\(outcome.errors)")
  #expect(outcome.output.contains("training run, finished: The last policies of 2 seeds"))
  let page = try String(contentsOfFile: "\(run)/report.html", encoding: .utf8)
  #expect(page.contains("id=\"verdict\""))
  let other = try lab(
    "report", run, "--to", "\(folder.path)/other.html", "--plots", "\(folder.path)/figures",
    "--json")
  #expect(try other.json()["path"] as? String == "\(folder.path)/other.html")
  if isInstalled("gnuplot") {
    let figures = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/figures")
    for ending in ["svg", "png", "pdf"] { #expect(figures.contains("nash-conv.\(ending)")) }
    let listed = try #require(try other.json()["figures"] as? [String])
    #expect(listed.sorted() == figures.map { "\(folder.path)/figures/\($0)" }.sorted())
  }
  // The folder is read-only for a report that goes elsewhere: its own files are as they were.
  let again = try lab("report", run, "--to", "\(folder.path)/again.html")
  #expect(again.code == 0)
  #expect(try String(contentsOfFile: "\(folder.path)/again.html", encoding: .utf8) == page)
  // A document saved from another command.
  let solved = try lab("solve", "configs/matching-pennies.yaml", "--json")
  let file = try folder.file("solved.json", solved.output)
  #expect(try lab("report", file).code == 0)
  #expect(FileManager.default.fileExists(atPath: "\(folder.path)/solved.html"))
  // No folder is named that is not there.
  let bare = try folder.file("bare.json", "{\"schema\": \"equilibrium-lab/other/1\", \"x\": 1}")
  let none = try lab("report", bare, "--plots", "\(folder.path)/none")
  #expect(none.code == 0 && none.output.contains("figures: none"))
  #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/none"))
}

@Test(
  .enabled(if: hasBrowser, "SKIPPED: no browser here; apt-get install chromium, then run it again"))
func `a browser opens the page without a network, a message or a request`() throws {
  let folder = try TemporaryFolder()
  let run = try trained(folder, "experiment=<script>alert(1)<")
  let other = try trained(folder, "learner.step_size=0.3")
  #expect(try lab("report", run, other, "--to", "\(folder.path)/page.html").code == 0)
  let (code, text) = try runProgram([
    "scripts/check-report", "\(folder.path)/page.html", "part-1-comparison", "part-2-verdict",
    "part-2-figures", "part-3-configuration", "part-3-provenance", "part-3-reproduce",
  ])
  #expect(code == 0, "\(text)")
  // The script finds what is wrong: a script, a request, a missing section, whatever could load.
  let page = try String(contentsOfFile: "\(folder.path)/page.html", encoding: .utf8)
  let bad = page.replacing(/<meta http-equiv="Content-Security-Policy"[^>]*>/, with: "")
    .replacing(
      "</body>",
      with: "<img src=\"http://example.invalid/x.png\"><script>console.error('no')</script>"
        + "<img src=\"//example.invalid/y.png\"><a href=\"file:///etc/hostname\">x</a><img src=\"z.png\">"
        + "<style>@import 'a.css'; p { background: url(b.png) }</style></body>")
  let file = try folder.file("bad.html", bad)
  let found = try runProgram(["scripts/check-report", file, "nowhere"])
  #expect(found.code == 1)
  for word in [
    "console is not empty", "asked for http://example.invalid/x.png", "addresses outside",
    "active content", "no section nowhere", "//example.invalid/y.png", "file:///etc/hostname",
    "src=\"z.png\"",
    "style sheets load: url(b.png)", "style sheets import: @import 'a.css'",
  ] {
    #expect(found.text.contains(word), "\(word): \(found.text)")
  }
}

@Test func `show tells of runs, and list and prune know them`() throws {
  let folder = try TemporaryFolder()
  let run = try trained(folder)
  let shown = try lab("show", run)
  #expect(shown.code == 0, "\(shown.errors)")
  #expect(shown.output.contains("NashConv at parity") && shown.output.contains("where: \(run)"))
  #expect(!shown.output.contains("\u{1B}"))
  let document = try lab("show", run, "--json")
  #expect(try document.json()["schema"] as? String == "equilibrium-lab/show/1")

  let list = try lab("list", "runs", "--root", folder.path, "--json")
  let runs = try #require(try list.json()["runs"] as? [[String: Any]])
  #expect(runs.map { $0["path"] as? String } == [run])
  #expect(try lab("list", "runs", "--root", folder.path).output.contains("qlearn"))

  let plan = try lab("prune", "--root", folder.path, "--experiment", "qlearn")
  #expect(plan.code == 0 && plan.output.contains(run))
  #expect(plan.errors.contains("nothing was removed; add --yes"))
  #expect(FileManager.default.fileExists(atPath: run))
  let done = try lab("prune", "--root", folder.path, "--experiment", "qlearn", "--yes", "--json")
  #expect(done.code == 0, "\(done.errors)")
  #expect(try #require(try done.json()["freed"] as? Int) > 1000)
  #expect(!FileManager.default.fileExists(atPath: run))
}

@Test func `what makes no sense is refused with the way out`() throws {
  let folder = try TemporaryFolder()
  for (arguments, words) in [
    (["report"], "Missing expected argument"), (["report", "/no/such/run"], "lab list runs"),
    (["report", folder.path], "is nothing that lab wrote"), (["show", "/no/such/run"], "no such"),
    (["prune"], "say what to remove"), (["prune", "--older-than", "soon"], "such as 30d"),
    (["prune", "--unfinished", "--root", "\(folder.path)/no"], "no such folder"),
    (["prune", "--unfinished", "--yes", "--dry-run"], "choose one"),
    (["prune", "--keep-latest=-1"], "at least 0"),
    (["list", "games", "--root", "x"], "lab list runs --root"),
    (["list", "runs", "--root", "\(folder.path)/no"], "no such folder"),
  ] {
    let outcome = try command(arguments)
    #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
    #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
  }
  // An error is plain where it is not read on a terminal.
  #expect(try lab("show", "/no/such/run").errors.hasPrefix("error: /no/such/run"))
}

@Test(.enabled(if: isInstalled("script"), "SKIPPED: no `script` here to make a terminal"))
func `on a terminal there are colours and a line that fits, unless refused`() throws {
  let folder = try TemporaryFolder()
  let run = try trained(folder)
  func terminal(_ line: String, _ environment: [String: String]) throws -> String {
    let base = ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_COLOR": "", "TERM": "xterm"]
    return try runProgram(
      ["script", "-qec", "stty cols 80; \(line)", "/dev/null"],
      environment: base.merging(environment) { $1 }
    ).text
  }
  let binary = "'\(program)'"
  let shown = try terminal("\(binary) show '\(run)'", [:])
  #expect(shown.contains("\u{1B}[32mfinished\u{1B}[0m"))
  for line in shown.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(whereSeparator: \.isNewline)
  where !line.hasPrefix("next:") && !line.hasPrefix("where:") {
    #expect(line.count <= 80, "\(line)")
  }
  for refusal in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
    #expect(try !terminal("\(binary) show '\(run)'", refusal).contains("\u{1B}"))
  }
  #expect(try terminal("\(binary) show /no/such/run", [:]).contains("\u{1B}[31merror:\u{1B}[0m"))
  // ASCII only in another locale.
  let ascii = try terminal(
    "\(binary) show '\(run)'", ["LC_ALL": "C", "LANG": "C", "NO_COLOR": "1"])
  #expect(ascii.utf8.allSatisfy { $0 < 128 })
  // Progress is written over one line, short of the last column.
  let progress = try terminal(
    "\(binary) train configs/qlearn.yaml training.steps=1e7 replicates=1 game.parameters.grid=7 --json --out '\(folder.path)' 2>&1 >/dev/null",
    [:])
  let redrawn = progress.components(separatedBy: "\r\u{1B}[2K").dropFirst()
  #expect(redrawn.count > 2)
  for line in redrawn { #expect(line.count < 80, "\(line)") }
  #expect(redrawn.contains { $0.hasPrefix("training █") || $0.hasPrefix("training ·") })
}
