import CReference
import Environments
import Equilibria
import Experiments
import Foundation
import Statistics

/// Monte Carlo paths of the race beside plain C with the same generator and the same draws; then the
/// memory of small and large studies.
func pathsBenchmark(_ options: Options) throws {
  var rows: [[String]] = []
  for (grid, actions) in options.quick ? [(21, 9)] : [(21, 9), (61, 15)] {
    for (profile, jobs) in [("exact", ["payoffs", "all"]), ("uniform", ["payoffs"])] {
      for job in jobs {
        let task = try PathsTask(
          grid: grid, actions: actions, profile: profile, job: job,
          paths: options.quick ? 20_000 : 200_000)
        var reference = task.reference()
        let ours = try task.ours()
        let times = Interleaved(
          rounds: options.rounds(11),
          [
            { timed(threadSeconds) { _ = try! task.ours() } },
            { timed(threadSeconds) { reference = task.reference() } },
          ])
        func rate(_ variant: Int) -> String {
          decimal(Double(task.paths * task.periods) / times.median(variant) / 1e6, 1)
        }
        rows.append([
          "\(grid)×\(actions)", profile, job, rate(0), rate(1),
          times.speed(of: 0, relativeTo: 1).text, task.agreement(ours, reference),
        ])
      }
    }
  }
  print("Million paths × periods a second of one core.\n")
  printTable(
    ["size", "profile", "followed", "ours", "C", "ours / C", "same paths, same payoffs"], rows)
  print("\nC: \(String(cString: reference_compiler()))\n")
  printTable(
    ["paths", "periods", "peak memory, MB"],
    try (options.quick ? [10_000, 100_000] : [10_000, 10_000_000]).map { paths in
      ["\(paths)", "100", decimal(try peakMemory(paths: paths) / 1e6, 1)]
    })
}

/// One study of the race, for both programs.
final class PathsTask {
  let paths: Int
  let periods = 100
  private let seed: UInt64 = 20_261_122
  private let prepared: PreparedPaths
  private let game: StochasticGame
  private let referenceGame: ReferenceGame
  private let tables: PathTables
  /// A set of streams a batch of paths, in the kernel's order.
  private let streams: [reference_taus2]
  private let perStream: Int
  private let firstRows: [Int]
  /// What the C program reads, at addresses that last.
  private let initial: UnsafeMutableBufferPointer<Double>
  private let rows: UnsafeMutableBufferPointer<Int>
  private let lawOffsets: UnsafeMutableBufferPointer<Int>
  private let laws: UnsafeMutableBufferPointer<Double>
  private let lawRows: UnsafeMutableBufferPointer<Int>

  /// - Parameters:
  ///   - profile: `exact` or `uniform`.
  ///   - job: `payoffs`, or `all` that the game offers and charts of totals.
  init(grid: Int, actions: Int, profile kind: String, job: String, paths: Int) throws {
    self.paths = paths
    let narrow = "quantities: [payoff/1], fan: {totals: false}"
    let configuration = try MonteCarloConfiguration(
      yaml: """
        experiment: bench
        seed: \(seed)
        game:
          kind: compute-race
          scenario: contested
          parameters: {grid: \(grid), actions: \(actions)}
        montecarlo:
          {profiles: [\(kind)], paths: \(paths), periods: \(periods)\(job == "all" ? "" : ", " + narrow)}
        """, source: "bench")
    prepared = try PreparedPaths(configuration, interruption: Interruption())
    game = configuration.experiment.game
    referenceGame = ReferenceGame(game)
    let profile =
      kind == "exact" ? try BellmanNash().solve(game).profiles[0] : game.uniformProfile
    tables = try PathTables(game, [profile])
    perStream = max(1, 4096 / periods)
    var streams: [reference_taus2] = []
    for batch in 0..<((paths + perStream - 1) / perStream) {
      for player in tables.mixing {
        streams.append(
          reference_taus2(
            seed: seed, role: StreamRole(rawValue: "paths/player"),
            index: batch * game.playerCount + player))
      }
      for role in ["paths/nature", "paths/start"] {
        streams.append(
          reference_taus2(seed: seed, role: StreamRole(rawValue: role), index: batch))
      }
    }
    self.streams = streams
    // Rows of a state are numbered with the last player's action fastest.
    var (firstRows, lawOffsets, laws, lawRows): ([Int], [Int], [Double], [Int]) = ([], [], [], [])
    for state in 0..<game.stateCount {
      let first = (0..<game.playerCount).map { player in
        profile[player].law(at: state).firstIndex { $0 > 0 }!
      }
      firstRows.append(game.row(state, first))
    }
    for player in tables.mixing {
      for state in 0..<game.stateCount {
        lawOffsets.append(laws.count)
        let law = profile[player].law(at: state)
        let support = law.indices.filter { law[$0] > 0 }
        laws += Self.partialSums(support.map { law[$0] })
        var joint = [Int](repeating: 0, count: game.playerCount)
        let base = game.row(state, joint)
        for action in support {
          joint[player] = action - support[0]
          lawRows.append(game.row(state, joint) - base)
        }
      }
    }
    self.firstRows = firstRows
    initial = Self.kept(Self.partialSums(game.initial))
    rows = Self.kept(firstRows)
    (self.lawOffsets, self.laws) = (Self.kept(lawOffsets), Self.kept(laws))
    self.lawRows = Self.kept(lawRows)
  }

  deinit {
    for block in [initial, laws] { block.deallocate() }
    for block in [rows, lawOffsets, lawRows] { block.deallocate() }
  }

  private static func kept<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutableBufferPointer<T> {
    let block = UnsafeMutableBufferPointer<T>.allocate(capacity: max(values.count, 1))
    _ = block.initialize(from: values)
    return block
  }

  private static func partialSums(_ law: [Double]) -> [Double] {
    var sum = 0.0
    var sums = law.map { probability in
      sum += probability
      return sum
    }
    sums[sums.count - 1] = 2
    return sums
  }

  func ours() throws -> MonteCarloDocument { try prepared.play(threads: 1) }

  /// Counts `[period × state]`, and each player's mean payoff with its standard error.
  struct Reference {
    var counts: [Int]
    var means: [Double]
    var errors: [Double]
  }

  func reference() -> Reference {
    var counts = [Int](repeating: 0, count: periods * game.stateCount)
    var result = reference_paths_result()
    var c = referenceGame.c
    let code = counts.withUnsafeMutableBufferPointer { counts in
      result.counts = counts.baseAddress
      return withUnsafePointer(to: &c) { c in
        var task = reference_paths()
        task.game = c
        task.paths = paths
        task.periods = periods
        task.paths_per_stream = perStream
        task.mixing = tables.mixing.count
        task.initial = UnsafePointer(initial.baseAddress)
        task.rows = UnsafePointer(rows.baseAddress)
        task.law_offsets = UnsafePointer(lawOffsets.baseAddress)
        task.laws = UnsafePointer(laws.baseAddress)
        task.law_rows = UnsafePointer(lawRows.baseAddress)
        return reference_play_paths(&task, streams, &result)
      }
    }
    precondition(code == 0, "the C kernel refused the task")
    let means = withUnsafeBytes(of: result.means) { Array($0.bindMemory(to: Double.self)) }
    let variances = withUnsafeBytes(of: result.variances) { Array($0.bindMemory(to: Double.self)) }
    return Reference(
      counts: counts, means: Array(means.prefix(game.playerCount)),
      errors: variances.prefix(game.playerCount).map { ($0 / Double(paths)).squareRoot() })
  }

  /// Whether both programs played the same paths: visits of every state agree exactly, mean payoffs
  /// by date, discounted payoffs and their errors to rounding.
  func agreement(_ ours: MonteCarloDocument, _ reference: Reference) -> String {
    let played = ours.profiles[0]
    for state in 0..<game.stateCount {
      var visits = 0
      for period in 0..<periods { visits += reference.counts[period * game.stateCount + state] }
      guard played.occupancy.states[state].share == Double(visits) / Double(paths * periods) else {
        return "NO: state \(state)"
      }
    }
    func isClose(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-11 * max(abs(a), abs(b), 1) }
    for player in 0..<game.playerCount {
      let value = played.statistics[player]
      guard isClose(value.mean, reference.means[player]),
        isClose(value.standardError ?? -1, reference.errors[player])
      else { return "NO: player \(player + 1)" }
      guard tables.mixing.isEmpty else { continue }
      for date in played.fans[player].dates {
        var sum = 0.0
        for state in 0..<game.stateCount {
          sum +=
            Double(reference.counts[(date.date - 1) * game.stateCount + state])
            * game.payoff(player, row: firstRows[state])
        }
        guard isClose(date.mean ?? .nan, sum / Double(paths)) else {
          return "NO: date \(date.date)"
        }
      }
    }
    return "yes"
  }
}

/// Plays one study on all cores in this process and prints the most memory it ever held, in bytes.
func pathsMemoryRun(paths: Int) throws {
  let configuration = try MonteCarloConfiguration(
    path: "\(benchRoot())/configs/paths.yaml", overrides: ["montecarlo.paths=\(paths)"])
  let prepared = try PreparedPaths(configuration, interruption: Interruption())
  let document = try prepared.play(threads: ProcessInfo.processInfo.activeProcessorCount)
  precondition(document.paths == paths)
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
  let kilobytes = line?.split(whereSeparator: \.isWhitespace)[1]
  print((Int(kilobytes ?? "0") ?? 0) * 1024)
}

private func benchRoot() -> String {
  ProcessInfo.processInfo.environment["BENCH_ROOT"] ?? FileManager.default.currentDirectoryPath
}

/// The same in a process of its own.
private func peakMemory(paths: Int) throws -> Double {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  process.arguments = ["paths-memory", "\(paths)"]
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  return Double(text) ?? .nan
}
