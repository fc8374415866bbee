internal import Configuration
internal import Equilibria
internal import Foundation

/// Cells that are solved exactly.
///
/// A solver that ends in a cycle, uncertified or at its limit has an answer of its own: the cell is
/// done, and its column `status` says so.
struct SolveCells: SweepCommand {
  let name = "solve"
  let defaultReport = [
    "status", "value_initial", "certificate/exploitability", "report/regime",
    "report/parity_multiplier", "crossings", "crossings/1/m", "crossings/1/kind",
    "certificate/consistency", "count", "distinct", "stage_maximum", "efficiency",
  ]

  func places(of column: String) -> [String] { [column] }

  func flags(root: String) -> [String] { [] }

  func check(_ document: DocumentNode, source: String) throws -> SweepCellIdentity {
    let read = try LabConfiguration(document, source: source, needs: [.game, .solver])
    return SweepCellIdentity(hash: read.hash, key: read.hash, title: read.title, folder: nil)
  }

  func run(_ document: DocumentNode, source: String, context: SweepCellContext) throws -> Data {
    let interruption = context.interruption
    switch try LabConfiguration(document, source: source, needs: [.game, .solver]) {
    case .game(let configuration):
      let began = Date()
      let solution = try configuration.solver().solve(
        configuration.game, isCancelled: { interruption.isRequested })
      guard solution.status != .interrupted else { throw TrainingStop.stopped }
      return jsonData(
        try SolveDocument(
          configuration, solution, seconds: -began.timeIntervalSinceNow, allPeriods: false))
    case .meanField(let configuration):
      let solution = try configuration.solve(isCancelled: { interruption.isRequested })
      let document = MeanFieldSolveDocument(configuration, solution)
      guard document.status != .interrupted else { throw TrainingStop.stopped }
      return jsonData(document)
    case .directional(let configuration):
      var options = DirectionalOptions()
      options.threads = 1
      if let number = configuration.equilibrium {
        return jsonData(
          try DirectionalEquilibriumDocument(
            configuration, number: number, options: options, interruption: interruption,
            progress: { _ in }))
      }
      let solution = try DirectionalSolution(
        configuration, options: options, interruption: interruption, progress: { _ in })
      guard solution.status != .interrupted else { throw TrainingStop.stopped }
      return jsonData(DirectionalSolveDocument(configuration, solution))
    }
  }
}
