import Configuration
import Foundation
import Testing

@testable import Experiments

private func plots(
  _ vary: String, design: String = "grid", report: String = "[square, mean]"
) throws -> (files: [String], reason: String) {
  let configuration = try sweep(
    "command: solve\ndesign: \(design)\nreport: \(report)\n"
      + "configuration: {game: {kind: probe}}\nvary: \(vary)\n", commands: [PairCommand()])
  let result = try perform(configuration, into: TemporaryFolder().path)
  switch result.plots {
  case .drawn(let files):
    return (files.map { URL(fileURLWithPath: $0).lastPathComponent }.sorted(), "")
  case .skipped(let reason): return ([], reason)
  }
}

/// Cells of any two keys x and y, with a number and a word.
private struct PairCommand: SweepCommand {
  let name = "solve"
  let defaultReport = ["square"]
  func places(of column: String) -> [String] { [column] }
  func flags(root: String) -> [String] { [] }
  func check(_ document: DocumentNode, source: String) throws -> SweepCellIdentity {
    let text = document.value(of: "game")!.text
    return SweepCellIdentity(hash: text, key: text, title: "pair", folder: nil)
  }
  func run(_ document: DocumentNode, source: String, context: SweepCellContext) throws -> Data {
    let x = document.value(atPath: "game.x")!.text
    let value = Double(x) ?? Double(x.count)
    return Data(
      """
      {"square": \(value * value), "mean": {"iqm": 1, "low": 0, "high": 2},
       "word": "\(value > 1.5 ? "big" : "it's small")"}
      """.utf8)
  }
}

private let hasGnuplot =
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }

@Test(
  .enabled(if: hasGnuplot),
  arguments: [
    ("{game.x: [1, 2, 4]}", "grid", "[square, mean]", ["mean", "square"]),
    ("{game.x: {from: 1, to: 100, count: 3, scale: log}}", "grid", "[square]", ["square"]),
    ("{game.x: [it's, two words]}", "grid", "[square]", ["square"]),
    ("{game.x: [1, 2], game.y: [3, 4, 5]}", "grid", "[square, word]", ["square", "word"]),
    ("{game.x: [1, 2], game.y: [a, b]}", "grid", "[mean]", ["mean"]),
    ("{game.x: [u, vw], game.y: [a, b]}", "grid", "[square]", ["square"]),
    ("{game.x: {from: 1, to: 2}}", "{kind: random, cells: 5}", "[square]", ["square"]),
    (
      "{game.x: {from: 1, to: 2}, game.y: {from: 1, to: 9, scale: log}}",
      "{kind: sobol, cells: 8}", "[square]", ["square"]
    ),
  ])
func `one or two varied keys are drawn`(
  vary: String, design: String, report: String, expected: [String]
) throws {
  let found = try plots(vary, design: design, report: report)
  for name in expected {
    #expect(found.files.contains("\(name).svg"), "\(found)")
    #expect(found.files.contains("\(name).png"), "\(found)")
  }
}

@Test(arguments: [
  ("{game.x: [1, 2], game.y: [1, 2], game.z: [1, 2]}", "3 keys vary"),
  ("{game.x: [1]}", "fewer than two cells are done"),
])
func `other sweeps say why they are not`(vary: String, reason: String) throws {
  let found = try plots(vary)
  #expect(found.files.isEmpty)
  #expect(found.reason.contains(reason), "\(found)")
}
