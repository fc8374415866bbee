internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation

/// The equilibria of a mean-field game for other programs.
public struct MeanFieldExport {
  private let configuration: MeanFieldConfiguration
  private let format: ExportFormat

  /// Plans an export.
  ///
  /// - Throws: `ConfigurationError` for formats that have no place for a continuum of agents.
  public init(
    _ configuration: MeanFieldConfiguration, as format: ExportFormat, at place: StagePlace
  ) throws {
    self.configuration = configuration
    self.format = format
    guard format == .csv || format == .values || format == .npz else {
      throw exportError(
        "--export", format.rawValue,
        "is for games of finitely many players; a mean-field game exports as csv, values or npz, and "
          + "announcing an m, such as game.announced=0.5, makes it a game of one agent")
    }
    guard place.isEmpty else {
      throw exportError(
        place.period != nil ? "--period" : place.state != nil ? "--state" : "--state-label", nil,
        "is for stage games; a mean-field game has none")
    }
  }

  /// Makes the export: every equilibrium, in ascending order of m, numbered from 1.
  ///
  /// - Throws: `ConfigurationError` if there is none; `FileError` for arrays that are too large.
  public func make(from solution: MeanFieldSolution) throws -> Export {
    let equilibria = solution.equilibria
    guard !equilibria.isEmpty else {
      throw exportError(
        "--export", format.rawValue,
        "there is no equilibrium to export: \(MeanFieldVerdict(solution).note)")
    }
    let count = "\(equilibria.count) \(equilibria.count == 1 ? "equilibrium" : "equilibria")"
    let note = "\(solution.isComplete ? "all" : "found"): \(count)"
    switch format {
    case .npz: return Export(try arrays(equilibria).data(path: "npz"), note: note)
    case .values: return Export(values(equilibria), note: note)
    default: return Export(policies(equilibria), note: note)
    }
  }

  private var model: MeanFieldModel { configuration.model }
  private var scalars: [String] {
    let count = model.interactionNames.count
    return count == 1 ? ["m"] : (1...count).map { "m_\($0)" }
  }

  /// What agents do at a state: the action's number, its name and its probability. An investment on a
  /// ladder has no number.
  private func actions(
    _ crossing: MeanFieldCrossing, at state: Int
  ) -> [(number: Int?, label: String, probability: Double)] {
    if let investments = crossing.actions { return [(nil, "\(investments[state])", 1)] }
    guard let policy = crossing.policy, case .finite(let game) = model else { return [] }
    return game.layout.rows(of: state).enumerated().compactMap { number, row in
      let probability = policy.weights[row]
      return probability == 0
        ? nil : (number, game.layout.actionLabels[row].description, probability)
    }
  }

  /// A table with a line, or several, of every equilibrium and state.
  ///
  /// - Parameter middle: the fields between the state's and those of its value and share, a text a
  ///   line.
  private func table(
    _ header: String, _ equilibria: [MeanFieldCrossing],
    middle: (MeanFieldCrossing, Int) -> [String]
  ) -> String {
    let labels = model.stateLabels.map { PolicyTable.quoted($0.description) }
    var text = header + ",value,share,kind,\(scalars.joined(separator: ","))\n"
    for (index, crossing) in equilibria.enumerated() {
      let m = crossing.m.map { "\($0)" }.joined(separator: ",")
      for state in labels.indices {
        let end =
          ",\(crossing.values[state]),\(crossing.law[state]),\(crossing.kind.rawValue),\(m)\n"
        for fields in middle(crossing, state) {
          text += "equilibrium=\(index + 1),1,\(state),\(labels[state])\(fields)\(end)"
        }
      }
    }
    return text
  }

  private func policies(_ equilibria: [MeanFieldCrossing]) -> String {
    table(PolicyTable.header, equilibria) { crossing, state in
      actions(crossing, at: state).map { action in
        ",\(action.number.map { "\($0)" } ?? ""),\(PolicyTable.quoted(action.label)),"
          + "\(action.probability)"
      }
    }
  }

  private func values(_ equilibria: [MeanFieldCrossing]) -> String {
    table("policy,player,state,state_label", equilibria) { _, _ in [""] }
  }

  private func arrays(_ equilibria: [MeanFieldCrossing]) -> NPZFile {
    var file = NPZFile()
    let outer = [equilibria.count]
    let states = model.stateLabels.count
    file.add("m", equilibria.flatMap(\.m), shape: outer + [model.interactionNames.count])
    file.add(
      "interaction", model.interactionNames, shape: [model.interactionNames.count])
    file.add("kind", equilibria.map(\.kind.rawValue), shape: outer)
    file.add("law", equilibria.flatMap(\.law), shape: outer + [states])
    file.add("values", equilibria.flatMap(\.values), shape: outer + [states])
    file.add("state_labels", model.stateLabels.map(\.description), shape: [states])
    switch model {
    case .ladder: file.add("actions", equilibria.flatMap { $0.actions! }, shape: outer + [states])
    case .finite(let game): add(equilibria, of: game.layout, to: &file)
    }
    return file
  }

  private func add(
    _ equilibria: [MeanFieldCrossing], of layout: MeanFieldLayout, to file: inout NPZFile
  ) {
    let states = layout.stateCount
    let counts = (0..<states).map { layout.rows(of: $0).count }
    let width = counts.max()!
    func padded<Value>(_ entry: (Int) -> Value, _ blank: Value) -> [Value] {
      (0..<states).flatMap { state in
        layout.rows(of: state).map(entry)
          + Array(repeating: blank, count: width - counts[state])
      }
    }
    file.add(
      "policy_1", equilibria.flatMap { crossing in padded({ crossing.policy!.weights[$0] }, 0.0) },
      shape: [equilibria.count, states, width])
    file.add("action_count_1", counts, shape: [states])
    file.add(
      "action_labels_1", padded({ layout.actionLabels[$0].description }, ""),
      shape: [states, width])
    file.add(
      "state_coordinates", layout.coordinates.flatMap { $0 },
      shape: [states, layout.coordinates[0].count])
  }
}
