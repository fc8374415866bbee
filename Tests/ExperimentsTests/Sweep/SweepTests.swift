import Configuration
import Environments
import Equilibria
import Foundation
import Synchronization
import Testing

@testable import Experiments

/// A file of a sweep's folder.
private func text(_ sweep: Sweep, _ name: String) throws -> String {
  try readText("\(sweep.folder)/\(name)")
}

@Test func `every cell is run once, and the table is theirs`() throws {
  let (root, command) = (try TemporaryFolder(), ProbeCommand())
  let result = try perform(probes(command, count: 3), into: root.path)
  #expect(command.runs.withLock { $0.sorted() } == [1, 2, 3])
  #expect(
    try text(result, "sweep.csv") == """
      cell,game.x,outcome,square,mean,mean/low,mean/high
      1,1,done,1,1.5,1,2
      2,2,done,4,2.5,2,3
      3,3,done,9,3.5,3,4

      """)
  #expect(
    try text(result, "seeds.csv") == """
      cell,game.x,seed,mean
      1,1,7,1
      1,1,8,2
      2,2,7,2
      2,2,8,3
      3,3,7,3
      3,3,8,4

      """)
  #expect(result.exitCode == 0)
  #expect(result.text.contains("3 cells: 3 done after "))
  let again = try perform(probes(command, count: 3), into: root.path)
  #expect(command.runs.withLock { $0.count } == 3)
  #expect((again.reused, again.ran) == (3, 0))
  _ = try perform(probes(command, count: 3), into: root.path, forces: true)
  #expect(command.runs.withLock { $0.count } == 6)
}

@Test func `a failing cell stops no other, and is tried again the next time`() throws {
  let (root, command) = (try TemporaryFolder(), ProbeCommand(fails: [2, 5]))
  let first = try perform(probes(command), into: root.path)
  #expect(first.exitCode == 1)
  #expect((first.ran, first.unfinished) == (8, 0))
  #expect(first.failures.map(\.cell) == [2, 5])
  #expect(first.failures[0].message == "probe: cannot do 2")
  #expect(
    first.failures[0].command
      == "lab solve \(first.folder)/base.yaml game.x=2 --out \(root.path)")
  #expect(try text(first, "failures/5.txt").contains("cannot do 5\n\nrepeat it alone: lab solve "))
  #expect(try text(first, "sweep.csv").contains("\n2,2,failed,,,,\n"))
  #expect(first.complaints.joined(separator: "\n").contains("2 cells failed"))
  command.fails.withLock { $0 = [] }
  var said: [String] = []
  let second = try perform(probes(command), into: root.path, log: { said.append($0) })
  #expect(second.exitCode == 0)
  #expect((second.reused, second.ran) == (8, 2))
  #expect(said.count == 2 && said[0].contains("reusing 8 finished cells"))
  #expect(said[1].contains("trying 2 cells again"))
  #expect(!fileExists("\(second.folder)/failures/5.txt"))
  // As if nothing had failed.
  let whole = try perform(probes(ProbeCommand()), into: TemporaryFolder().path)
  #expect(whole.table.csv == second.table.csv)
}

@Test func `fail-fast starts no cell after a failure`() throws {
  let (root, command) = (try TemporaryFolder(), ProbeCommand(fails: [3]))
  let result = try perform(probes(command), into: root.path, threads: 1, failsFast: true)
  #expect(command.runs.withLock { $0 } == [1, 2, 3])
  #expect(result.exitCode == 1)
  #expect(!result.isInterrupted)
  #expect((result.ran, result.unfinished) == (2, 7))
  #expect(result.complaints.last!.contains("--fail-fast"))
  #expect(try text(result, "sweep.csv").contains("\n4,4,pending,,,,\n"))
}

@Test func `an interrupted sweep keeps what is done and goes on to the same table`() throws {
  let (root, interruption) = (try TemporaryFolder(), Interruption())
  let stopping = ProbeCommand(stops: (at: 4, interruption: interruption))
  let first = try perform(
    probes(stopping), into: root.path, threads: 1, interruption: interruption)
  #expect(first.exitCode == 130)
  #expect(first.isInterrupted)
  #expect((first.ran, first.unfinished) == (3, 7))
  #expect(first.complaints.last!.contains("the same command goes on with the 7 cells left"))
  let command = ProbeCommand()
  let second = try perform(probes(command), into: root.path)
  #expect(command.runs.withLock { $0.sorted() } == Array(4...10))
  #expect(second.exitCode == 0)
  let whole = try perform(probes(ProbeCommand()), into: TemporaryFolder().path)
  #expect(try text(second, "sweep.csv") == whole.table.csv)
}

@Test func `shards make the whole, and the last one its table`() throws {
  let (root, command) = (try TemporaryFolder(), ProbeCommand())
  var results: [Sweep] = []
  for index in [2, 3, 1] {
    results.append(
      try perform(probes(command), into: root.path, shard: SweepShard(index, of: 3)))
  }
  #expect(command.runs.withLock { $0.sorted() } == Array(1...10))
  #expect(results.map(\.ran) == [3, 3, 4])
  #expect(results.map(\.isCollected) == [false, false, true])
  #expect(results.map(\.exitCode) == [0, 0, 0])
  #expect(results[0].text.hasPrefix("shard 2/3 ran 3 of 10 cells: 3 done, 7 pending"))
  let whole = try perform(probes(ProbeCommand()), into: TemporaryFolder().path, threads: 1)
  #expect(try text(results[2], "sweep.csv") == whole.table.csv)
  for name in ["1-of-3", "2-of-3", "3-of-3"] {
    #expect(fileExists("\(results[2].folder)/manifest-\(name).json"))
  }
}

@Test func `collecting makes the table of what is there and runs nothing`() throws {
  let (root, command) = (try TemporaryFolder(), ProbeCommand())
  #expect(throws: FileError.self) {
    try perform(probes(command), into: root.path, collects: true)
  }
  _ = try perform(probes(command), into: root.path, shard: SweepShard(1, of: 2))
  let result = try perform(probes(command), into: root.path, collects: true)
  #expect(command.runs.withLock { $0.count } == 5)
  #expect(result.exitCode == 1)
  #expect(try text(result, "sweep.csv").contains("\n2,2,pending,,,,\n3,3,done,9,"))
}

@Test func `collecting waits for no shard, and is refused while the whole is run`() throws {
  let root = try TemporaryFolder()
  let configuration = try probes(ProbeCommand())
  let folder = SweepFolder(root: root.path, configuration: configuration)
  try folder.prepare(configuration)
  do {
    let held = try folder.lock(SweepShard(1, of: 2))
    #expect(try perform(configuration, into: root.path, collects: true).isCollected)
    withExtendedLifetime(held) {}
  }
  let held = try folder.lock(nil)
  let error = #expect(throws: FileError.self) {
    try perform(configuration, into: root.path, collects: true)
  }
  #expect(error?.problem.contains("another lab process") == true)
  withExtendedLifetime(held) {}
}

@Test func `shards exclude the whole sweep and themselves, not each other`() throws {
  let root = try TemporaryFolder()
  let configuration = try probes(ProbeCommand())
  let folder = SweepFolder(root: root.path, configuration: configuration)
  try folder.prepare(configuration)
  let held = try folder.lock(SweepShard(1, of: 2))
  #expect(throws: FileError.self) { try folder.lock(nil) }
  #expect(throws: FileError.self) { try folder.lock(SweepShard(1, of: 2)) }
  #expect(throws: Never.self) { try folder.lock(SweepShard(2, of: 2)) }
  withExtendedLifetime(held) {}
}

@Test(arguments: [("3/16", true), ("0/4", false), ("5/4", false), ("4", false), ("1/x", false)])
func `a shard is I of N`(text: String, isShard: Bool) {
  #expect((SweepShard(text) != nil) == isShard)
}

@Test func `columns that no cell has are named`() throws {
  let command = ProbeCommand()
  let configuration = try sweep(
    "command: solve\nconfiguration: {game: {kind: probe}}\nvary: {game.x: [1, 2]}\n"
      + "report: [square, sqare]\n", commands: [command])
  let result = try perform(configuration, into: TemporaryFolder().path)
  #expect(result.table.columns == ["square"])
  #expect(result.complaints == [result.complaints[0]])
  #expect(result.complaints[0].hasPrefix("note: no cell's document has the column sqare"))
}

@Test func `a damaged document is named, with the way out`() throws {
  let root = try TemporaryFolder()
  let result = try perform(probes(ProbeCommand()), into: root.path)
  try "{\"x\":".write(
    toFile: "\(result.folder)/cells/3.json", atomically: true, encoding: .utf8)
  let error = #expect(throws: FileError.self) {
    try perform(probes(ProbeCommand()), into: root.path)
  }
  #expect(error?.path.hasSuffix("cells/3.json") == true)
  #expect(error?.problem.contains("remove it") == true)
}

@Test func `results that cannot be stored end the sweep`() throws {
  let root = try TemporaryFolder()
  let configuration = try probes(ProbeCommand())
  let folder = SweepFolder(root: root.path, configuration: configuration)
  // A folder where a cell's document and failure should go.
  for path in [folder.documentPath(2), folder.failurePath(2)] {
    try makeFolder("\(path)/in the way")
  }
  // The names look like results: the first cell is one that cannot be read.
  #expect(throws: FileError.self) { try perform(configuration, into: root.path, threads: 1) }
}

/// Solved cells: same bytes on any number of threads, and each the document of the cell alone.
@Test func `solved cells are what lab solve prints, on any number of threads`() throws {
  let text = smallSweep + "report: [status, value_initial, report/regime, values/1/2]\n"
  let configuration = try sweep(text)
  let one = try perform(configuration, into: TemporaryFolder().path, threads: 1)
  let four = try perform(configuration, into: TemporaryFolder().path, threads: 4)
  #expect(one.table.csv == four.table.csv)
  #expect(
    one.table.columns == [
      "status", "value_initial/1", "value_initial/2", "report/regime", "values/1/2",
    ])
  let cell = try ExperimentConfiguration(
    configuration.document(of: configuration.cells[3]), source: "", needs: [.game, .solver])
  let solution = try cell.solver().solve(cell.game)
  let row = one.table.rows[3]
  #expect(row.number("values/1/2") == solution.values[0][0][1])
  let initial = zip(cell.game.initial, solution.values[0][1]).reduce(0) { $0 + $1.0 * $1.1 }
  #expect(row.number("value_initial/2") == initial)
}

/// A cycle is an answer of the solver's: the cell is done.
@Test func `a solver without an equilibrium leaves gaps, not failures`() throws {
  let configuration = try sweep(
    """
    command: solve
    configuration:
      game: {kind: compute-race, parameters: {grid: 21, actions: 9}}
      solver: {kind: bellman-nash, selection: joint}
    vary: {game.scenario: [stable-parity, bertrand-heavy]}

    """)
  let result = try perform(configuration, into: TemporaryFolder().path)
  #expect(result.exitCode == 0)
  #expect(
    result.table.rows.map { $0.field("status")?.value } == [.text("converged"), .text("cycle")])
  #expect(result.table.rows[1].number("value_initial/1") == nil)
  #expect(!result.table.columns.contains("value_initial"))
}
