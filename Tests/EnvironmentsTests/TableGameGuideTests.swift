import Configuration
import Environments
import Foundation
import Testing

/// docs/your-own-game.md: every game in it is read, and its Swift is what these tests compile.
@Suite struct TableGameGuideTests {
  static func text(_ path: String, file: String = #filePath) throws -> String {
    var tests = URL(fileURLWithPath: file).deletingLastPathComponent()
    while tests.lastPathComponent != "Tests" { tests.deleteLastPathComponent() }
    return try String(
      contentsOf: tests.deletingLastPathComponent().appending(path: path), encoding: .utf8)
  }

  /// The blocks of code in a language.
  static func blocks(_ language: String) throws -> [String] {
    var blocks: [String] = []
    var open: [Substring]?
    for line in try text("docs/your-own-game.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    {
      if let lines = open {
        if line == "```" {
          blocks.append(lines.joined(separator: "\n"))
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```\(language)" {
        open = []
      }
    }
    return blocks
  }

  @Test func `every game of the guide is read`() throws {
    let folder = NSTemporaryDirectory() + "table-guide-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let table = try #require(try Self.blocks("csv").first)
    try Data(table.utf8).write(to: URL(fileURLWithPath: folder + "/rows.csv"))
    let games = try Self.blocks("yaml").filter { $0.hasPrefix("players:") }
    #expect(games.count == 4)
    for text in games {
      _ = try TableGame(text: text, source: folder + "/my-game.yaml").stochasticGame()
    }
    let first = try TableGame(text: games[0], source: "my-game.yaml").stochasticGame()
    let example = try TableGameExampleTests.game("fishery")
    #expect(first.payoffs == example.payoffs && first.probabilities == example.probabilities)
  }

  @Test func `the guide's game in Swift is the one compiled here, and breaks no law`() throws {
    let source = try Self.text("Tests/EnvironmentsTests/InvestmentGame.swift")
    let swift = try Self.blocks("swift").first { $0.contains("struct InvestmentGame") }
    let body = try #require(swift?.replacing("public import Configuration\n\n", with: ""))
    #expect(source.contains(body))
    let parameters = try ParameterSet(
      nil, declared: InvestmentGame.parameters, path: "game", position: Position(source: "test"))
    let game = try InvestmentGame(parameters).stochasticGame()
    #expect(game.violations() == [])
    #expect(game.mirror == [2, 1, 0] && game.probability(row: game.row(1, [1, 1]), to: 1) == 0.5)
  }

  /// In the guide's table a message is quoted with `...` for what varies; its pieces must occur in
  /// the message in that order.
  @Test func `the guide explains every message`() throws {
    let explained = try Self.text("docs/your-own-game.md").split(separator: "\n")
      .drop { $0 != "## What can be wrong, and what to do" }
      .filter { $0.hasPrefix("| `") }
      .flatMap { line in
        line.split(separator: "|")[0].split(separator: "`").enumerated()
          .filter { $0.offset % 2 == 1 }
          .map { $0.element.split(separator: "...").filter { !$0.allSatisfy(\.isWhitespace) } }
      }
    #expect(explained.count > 60 && explained.count < 100)
    let cases =
      TableGameErrorTests.headerCases + TableGameErrorTests.rowCases + TableGameFileTests.tableCases
    for item in cases {
      let isExplained = explained.contains { pieces in
        var rest = item.message[...]
        for piece in pieces {
          guard let found = rest.firstRange(of: piece) else { return false }
          rest = rest[found.upperBound...]
        }
        return true
      }
      #expect(isExplained, "\(item.message)")
    }
  }
}
