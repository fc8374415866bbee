import Foundation
import Testing

@Test func `an export to standard output is nothing but the export`() throws {
  let game = try lab(
    "solve", "configs/race-finite.yaml", "--export", "nfg", "--state", "3", "--period", "1")
  #expect(game.code == 0)
  #expect(game.output.hasPrefix("NFG 1 R \"compute-race (stable-parity), state 3 (-1.4), period 1"))
  #expect(game.errors == "converged: backward induction over 3 periods\n")
  let folder = try TemporaryFolder()
  let file = try folder.file("stage.nfg", game.output)
  // What was exported is a game that every command reads.
  let again = try lab("solve", file, "--export", "nfg", "--quiet")
  #expect(again.code == 0 && again.errors.isEmpty)
  func body(_ text: String) -> Substring { text[text.range(of: "{\n{ \"\"")!.lowerBound...] }
  #expect(body(again.output) == body(game.output))
  let listed = try lab("solve", file, "--json").json()
  #expect((listed["complete"] as? [Bool]) == [true])
  #expect(try lab("check", file, "--quiet").code == 0)
  let equilibria = try lab("solve", file, "--export", "ne")
  #expect(equilibria.output.hasPrefix("NE,") && equilibria.errors.contains("all "))
}

@Test func `a strategic game keeps its title, its comment and its players' names`() throws {
  let folder = try TemporaryFolder()
  let text = #"NFG 1 R "Sexes" { "Ann" "Bob" } {{"x" "y"} {"x" "y"}} "a note" 2 1 0 0 0 0 1 2"#
  let file = try folder.file("sexes.nfg", text)
  let copy = try lab("solve", file, "--export", "nfg").output
  #expect(copy.hasPrefix("NFG 1 R \"Sexes\" { \"Ann\" \"Bob\" }\n") && copy.contains("\"a note\""))
  let plain = try lab("solve", file, "--export", "nfg-payoff").output
  #expect(plain.hasPrefix("NFG 1 R \"Sexes\" { \"Ann\" \"Bob\" }\n{ 2 2 }\n"))
}

@Test func `with a file for the export, the report is printed as ever`() throws {
  let folder = try TemporaryFolder()
  let path = folder.path + "/race.npz"
  let plain = try lab("solve", "configs/race.yaml", "--json").json()
  let both = try lab("solve", "configs/race.yaml", "--json", "--export", "npz", "--to", path)
  #expect(both.code == 0)
  #expect(both.errors == "wrote \(path)\n")
  #expect(
    NSArray(array: try #require(both.json()["values"] as? [Any]))
      == NSArray(array: try #require(plain["values"] as? [Any])))
  #expect(FileManager.default.contents(atPath: path)?.prefix(2) == Data("PK".utf8))
  let table = try lab(
    "solve", "configs/table.yaml", "--export", "sgamesolver", "--to", path + ".csv")
  #expect(table.code == 0 && table.output.isEmpty)
  let solved = try lab("solve", path + ".csv", "--json").json()
  let values = try #require(solved["values"] as? [[Double]])
  #expect(abs(values[0][0] - 930.0 / 49) < 1e-9)
}

@Test(arguments: [
  (["--state", "3"], "go with --export"), (["--to", "x"], "go with --export"),
  (["--export", "csv", "--json"], "--json and --export both want standard output"),
  (["--export", "cvs"], "The value 'cvs' is invalid"),
  (["--export", "csv", "--to", ""], "--to is empty"),
  (["--export", "nfg", "--state-label", "-9"], "no state is called that"),
  (["--export", "nfg"], "this game has 21 states"),
])
func `an export that makes no sense is a usage error`(arguments: [String], message: String) throws {
  let outcome = try lab(["solve", "configs/race.yaml"] + arguments, interruptWhen: { false })
  #expect(outcome.code == 2)
  #expect(outcome.errors.contains(message), "\(outcome.errors)")
}

@Test func `a solver without an answer exports nothing and keeps its exit code`() throws {
  let folder = try TemporaryFolder()
  let outcome = try lab(
    "solve", "configs/race.yaml", "game.scenario=contested", "solver.selection=joint",
    "solver.max_sweeps=3", "--export", "csv", "--to", folder.path + "/x.csv")
  #expect(outcome.code == 4)
  #expect(outcome.errors.contains("there is no equilibrium to export"))
  #expect(!FileManager.default.fileExists(atPath: folder.path + "/x.csv"))
}

@Test func `a file that cannot be written is an error`() throws {
  let outcome = try lab(
    "solve", "configs/race.yaml", "--export", "csv", "--to", "/nowhere/x.csv", "--quiet")
  #expect(outcome.code == 1 && outcome.errors.contains("/nowhere/x.csv"))
}
