import CReference
import Configuration
import Environments
import Learners
import Statistics

/// Q-learning at a frozen mean field, ours against the C reference: one outer step of
/// `adaptive-q-learning`, whose other work does not show beside its updates.
func frozenQLearningBenchmark(_ options: Options) throws {
  let updates = options.quick ? 1_000_000 : 10_000_000
  var rows: [[String]] = []
  let games: [(String, any MeanFieldGame)] = [
    ("inventory", try Inventory(bounds: 0...0.2)), ("ridesharing", try Ridesharing()),
    ("social learning", try SocialLearning()), ("reputation", try Reputation()),
  ]
  for (name, game) in games {
    let task = try FrozenQLearningTask(game, updates: updates)
    let times = Interleaved(
      rounds: options.rounds(11),
      [
        { timed(threadSeconds) { _ = task.train() } },
        { timed(threadSeconds) { _ = task.reference() } },
      ])
    func rate(_ variant: Int) -> String {
      decimal(Double(updates) / times.median(variant) / 1e6, 1)
    }
    let identical = task.train().map(\.bitPattern) == task.reference().map(\.bitPattern)
    rows.append([
      name, "\(game.layout.stateCount) × \(game.layout.rowCount)", rate(0), rate(1),
      times.speed(of: 0, relativeTo: 1).text, identical ? "yes" : "NO",
    ])
  }
  print("Million updates a second of one core, \(updates / 1_000_000) million an outer step.\n")
  printTable(["game", "states × rows", "ours", "C", "ours / C", "identical tables"], rows)
  print("\nC: \(String(cString: reference_compiler()))")
}

/// One outer step, at the middle of the game's bounds.
private struct FrozenQLearningTask {
  let game: any MeanFieldGame
  let updates: Int
  private let parameters: ParameterSet
  private let tables: FrozenTables

  init(_ game: any MeanFieldGame, updates: Int) throws {
    self.game = game
    self.updates = updates
    parameters = try ParameterSet(
      DocumentNode(
        yaml: "{updates: \(updates), law: exact, trials: 1, growth: 1}", source: "bench"),
      declared: AdaptiveQLearning.parameters, path: "learner",
      position: Position(source: "bench"))
    var tables = FrozenTables(game.layout)
    let bounds = game.interactionBounds[0]
    game.write(at: [0.5 * (bounds.lowerBound + bounds.upperBound)], to: &tables)
    self.tables = tables
  }

  /// Q̂ of each row.
  func train() -> [Double] {
    var learner = try! AdaptiveQLearning(parameters, game: game, seed: 1, generator: .taus2)
    return try! learner.advance()!.actionValues!
  }

  /// The same by the C kernel, which begins where the first trial of the first step does.
  func reference() -> [Double] {
    let layout = game.layout
    var values = [Double](repeating: 0, count: layout.rowCount)
    var visits = [Int](repeating: 0, count: layout.rowCount)
    let start = reference_taus2(
      seed: 1, role: StreamRole(rawValue: "mean-field learning"), index: 64)
    layout.rowOffsets.withUnsafeBufferPointer { rows in
      layout.transitionOffsets.withUnsafeBufferPointer { transitions in
        layout.nextStates.withUnsafeBufferPointer { next in
          tables.payoffs.withUnsafeBufferPointer { payoffs in
            tables.probabilities.withUnsafeBufferPointer { probabilities in
              var frozen = reference_frozen(
                states: layout.stateCount, discount: game.discount,
                row_offsets: rows.baseAddress, payoffs: payoffs.baseAddress,
                transition_offsets: transitions.baseAddress, next_states: next.baseAddress,
                probabilities: probabilities.baseAddress)
              let code = reference_frozen_q_learning(
                &frozen, updates, 100, 0.7, start, &values, &visits)
              precondition(code == 0, "the reference could not run")
            }
          }
        }
      }
    }
    return values
  }
}
