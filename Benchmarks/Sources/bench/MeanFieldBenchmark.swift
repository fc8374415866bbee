import CReference
import Environments
import Equilibria
import Foundation
import Statistics

/// Mean-field equilibria: one certified bisection of each of the paper's models beside plain C that
/// takes the same route with dense elimination, then the search for every crossing, then the 65 cells
/// of the platform's revenue on all cores.
func meanFieldBenchmark(_ options: Options) throws {
  var rows: [[String]] = []
  for (name, game) in try paperModels() {
    let task = MeanFieldTask(game)
    let times = Interleaved(
      rounds: options.rounds(11),
      [
        { timed(threadSeconds) { _ = task.bisect() } },
        { timed(threadSeconds) { _ = task.reference() } },
      ])
    var all = MeanFieldEquilibrium()
    all.method = .auto
    let began = wallSeconds()
    let solution = try all.solve(game)
    let seconds = wallSeconds() - began
    let gap = abs(task.bisect().m - task.reference().m)
    rows.append([
      name, "\(game.layout.stateCount) × \(game.layout.rowCount)",
      decimal(1e3 * times.median(0), 3), decimal(1e3 * times.median(1), 3),
      times.speed(of: 0, relativeTo: 1).text, gap == 0 ? "0" : String(format: "%.0e", gap),
      decimal(1e3 * seconds, 1), solution.isComplete ? "all" : "found",
    ])
  }
  print("Milliseconds of one core for one certified bisection; then for every crossing, two cores.\n")
  printTable(
    [
      "game", "states × rows", "ours", "plain C", "speed ours / C", "apart", "all crossings",
      "counting",
    ], rows)
  print("\n65 cells of the platform's revenue, two cores, certificates included:")
  for rounding in [Inventory.Rounding.halfUp, .stochastic] {
    var times: [Double] = []
    for _ in 0..<options.rounds(5) {
      times.append(try timedHeatMap(rounding))
    }
    print("  \(rounding.rawValue): \(decimal(1e3 * median(times), 1)) ms")
  }
  print("\nC: \(String(cString: reference_compiler()))")
}

private func paperModels() throws -> [(String, any MeanFieldGame)] {
  func finite(_ model: MeanFieldModel) -> any MeanFieldGame {
    guard case .finite(let game) = model else { preconditionFailure("a finite ladder") }
    return game
  }
  return [
    ("inventory", try Inventory()), ("ridesharing", try Ridesharing()),
    ("capacity", finite(try CapacityCompetition(alpha: 45, slope: 1).model())),
    ("quality ladder", finite(try QualityLadder(market: 20, theta: 0.8).model())),
    ("social learning", try SocialLearning()), ("reputation", try Reputation()),
  ]
}

private func timedHeatMap(_ rounding: Inventory.Rounding) throws -> Double {
  let began = wallSeconds()
  DispatchQueue.concurrentPerform(iterations: 65) { cell in
    var primitives = Inventory.Primitives()
    primitives.holding = Double(cell / 5)
    primitives.share = 0.3 + 0.1 * Double(cell % 5)
    primitives.rounding = rounding
    var solver = MeanFieldEquilibrium()
    solver.method = .bisection
    _ = try! solver.solve(Inventory(primitives))
  }
  return wallSeconds() - began
}

/// One bisection, ours and C's.
private final class MeanFieldTask {
  private let game: any MeanFieldGame
  private var tables: FrozenTables
  private let payoffs: UnsafeMutablePointer<Double>
  private let probabilities: UnsafeMutablePointer<Double>

  init(_ game: any MeanFieldGame) {
    self.game = game
    tables = FrozenTables(game.layout)
    payoffs = .allocate(capacity: tables.payoffs.count)
    probabilities = .allocate(capacity: tables.probabilities.count)
  }

  deinit {
    payoffs.deallocate()
    probabilities.deallocate()
  }

  func bisect() -> (m: Double, evaluations: Int) {
    var solver = MeanFieldEquilibrium()
    solver.method = .bisection
    let solution = try! solver.solve(game)
    return (solution.crossings[0].m[0], solution.evaluations)
  }

  func reference() -> (m: Double, evaluations: Int) {
    let layout = game.layout
    let bounds = game.interactionBounds[0]
    var evaluations = 0
    let m = layout.rowOffsets.withUnsafeBufferPointer { rows in
      layout.transitionOffsets.withUnsafeBufferPointer { transitions in
        layout.nextStates.withUnsafeBufferPointer { next in
          layout.interaction[0].withUnsafeBufferPointer { interaction in
            var frozen = reference_frozen(
              states: layout.stateCount, discount: game.discount, row_offsets: rows.baseAddress,
              payoffs: payoffs, transition_offsets: transitions.baseAddress,
              next_states: next.baseAddress, probabilities: probabilities)
            return withUnsafePointer(to: &frozen) { frozen in
              var task = reference_mean_field_task(
                game: frozen, interaction: interaction.baseAddress, low: bounds.lowerBound,
                high: bounds.upperBound, survival: game.turnover?.survival ?? 1,
                entry: game.turnover?.entry ?? 0,
                write: { context, m in
                  Unmanaged<MeanFieldTask>.fromOpaque(context!).takeUnretainedValue().write(m)
                }, context: Unmanaged.passUnretained(self).toOpaque())
              return reference_mean_field(&task, &evaluations)
            }
          }
        }
      }
    }
    return (m, evaluations)
  }

  private func write(_ m: Double) {
    game.write(at: [m], to: &tables)
    payoffs.update(from: tables.payoffs, count: tables.payoffs.count)
    probabilities.update(from: tables.probabilities, count: tables.probabilities.count)
  }
}
