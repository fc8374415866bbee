internal import Environments
internal import Equilibria
internal import Foundation
internal import Learners

/// What TensorBoard shows of a run: the metrics under their own names, `time/…`, and histograms.
struct TrainingEvents {
  private let file: EventFile
  private let began = Date()
  private var lastStep: Int
  private var lastTime = Date()

  /// Opens the seed's event file; see `EventFile`.
  ///
  /// - Parameter step: where training goes on from.
  /// - Throws: `FileError`.
  init(_ folder: SeedFolder, keeping size: UInt64?, from step: Int) throws {
    file = try EventFile(path: folder.eventPath, keeping: size)
    lastStep = step
  }

  /// Adds a row of the metrics, and how fast training was since the row before or since training was
  /// taken up.
  ///
  /// - Throws: `FileError`.
  mutating func add(_ row: [Double?], columns: [String], step: Int) throws {
    for (column, value) in zip(columns, row) where column != "step" {
      if let value { try file.scalar(column, value, step: step) }
    }
    let now = Date()
    let seconds = now.timeIntervalSince(lastTime)
    try file.scalar("time/seconds", now.timeIntervalSince(began), step: step)
    if seconds > 0, step > lastStep {
      try file.scalar("time/steps_per_second", Double(step - lastStep) / seconds, step: step)
    }
    (lastStep, lastTime) = (step, now)
  }

  /// Adds histograms of a policy: over states and actions what is played and how likely, over states
  /// what that is worth and what a player would gain by deviating.
  ///
  /// Terminal states are left out. Players count from 1.
  /// - Throws: `FileError`.
  func add(_ judged: JudgedPolicy, of game: StochasticGame, named name: String, step: Int) throws {
    let live = (0..<game.stateCount).filter { !game.isTerminal[$0] }
    for player in 0..<game.playerCount {
      let policy = judged.profile[player]
      var actions: [Double] = []
      var probabilities: [Double] = []
      for state in live {
        let labels = game.actionLabels.labels(player, at: state)
        probabilities += policy.law(at: state)
        actions += labels.indices.map { index in
          if case .number(let value) = labels[index] { value } else { Double(index) }
        }
      }
      func add(_ quantity: String, _ values: [Double], weights: [Double]? = nil) throws {
        try file.histogram(
          "\(name)/\(quantity)/\(player + 1)", values, weights: weights, step: step)
      }
      try add("policy/action", actions, weights: probabilities)
      try add("policy/probability", probabilities)
      try add("eval/value_by_state", live.map { judged.certificate.values[player][$0] })
      try add(
        "equilibrium/deviation_gain_by_state",
        live.map { judged.certificate.deviationGains[player][$0] })
    }
  }

  /// Adds histograms of an outer step of a mean-field run: the population over the first coordinate
  /// of its states, what agents play, each action weighed by the agents who play it, and the learned
  /// action values.
  ///
  /// Without a law that was seen, every state counts alike.
  /// - Throws: `FileError`.
  func add(_ step: OuterStep, of game: any MeanFieldGame) throws {
    let layout = game.layout
    if !step.law.isEmpty {
      try file.histogram(
        "train/population", layout.coordinates.map { $0[0] }, weights: step.law, step: step.index)
    }
    var actions: [Double] = []
    var shares: [Double] = []
    for state in 0..<layout.stateCount {
      for (index, row) in layout.rows(of: state).enumerated() {
        if case .number(let value) = layout.actionLabels[row] {
          actions.append(value)
        } else {
          actions.append(Double(index))
        }
        shares.append(step.policy.weights[row] * (step.law.isEmpty ? 1 : step.law[state]))
      }
    }
    try file.histogram("train/action", actions, weights: shares, step: step.index)
    if let values = step.actionValues {
      try file.histogram("train/action_value", values, step: step.index)
    }
  }

  /// Writes what was added, so that a running TensorBoard sees it. Throws `FileError`.
  func flush() throws { try file.flush() }

  /// Writes what was added and makes sure that it is on the disk; the file's bytes. Throws `FileError`.
  func synchronise() throws -> UInt64 { try file.synchronise() }
}
