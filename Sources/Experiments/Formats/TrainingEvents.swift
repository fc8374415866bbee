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
  func add(
    _ judged: JudgedPolicy, of scale: ActionScale, named name: String, step: Int
  ) throws {
    for player in judged.profile.policies.indices {
      let flat = judged.profile[player].probabilities
      let probabilities = scale.entries[player].map { flat[$0] }
      func add(_ quantity: String, _ values: [Double], weights: [Double]? = nil) throws {
        try file.histogram(
          "\(name)/\(quantity)/\(player + 1)", values, weights: weights, step: step)
      }
      try add("policy/action", scale.actions[player], weights: probabilities)
      try add("policy/probability", probabilities)
      let (values, gains) = (judged.certificate.values, judged.certificate.deviationGains)
      try add("eval/value_by_state", scale.live.map { values[player][$0] })
      try add("equilibrium/deviation_gain_by_state", scale.live.map { gains[player][$0] })
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
        actions.append(ActionScale.place(layout.actionLabels[row], index))
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

/// Where the actions of a game lie on the axis of a histogram: at the number that names them, or at
/// their index.
struct ActionScale {
  /// States in which somebody plays.
  let live: [Int]
  /// Entries of each player's policy at those states, `[player]`.
  let entries: [[Int]]
  /// Where their actions lie, `[player]`.
  let actions: [[Double]]

  init(_ game: StochasticGame) {
    live = (0..<game.stateCount).filter { !game.isTerminal[$0] }
    var entries: [[Int]] = []
    var actions: [[Double]] = []
    for player in 0..<game.playerCount {
      let offsets = game.policyOffsets(player)
      entries.append(live.flatMap { offsets[$0]..<offsets[$0 + 1] })
      actions.append(
        live.flatMap { state in
          game.actionLabels.labels(player, at: state).enumerated().map { Self.place($1, $0) }
        })
    }
    (self.entries, self.actions) = (entries, actions)
  }

  /// Where an action lies.
  static func place(_ label: Label, _ index: Int) -> Double {
    if case .number(let value) = label { value } else { Double(index) }
  }
}
