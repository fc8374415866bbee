internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation

/// A search of every equilibrium as a file keeps it, to go on later to the same result.
struct DirectionalCheckpoint: Codable {
  private var schema = Self.schema
  /// `DirectionalConfiguration.searchHash`.
  private let search: String
  /// The first string that was not visited.
  private let next: [Int]
  private let tally: EquilibriumTallyRecord
  private let part: EquilibriumTallyRecord

  private static let schema = "equilibrium-lab/directional-checkpoint/1"

  init(_ resumption: EnumerationResumption, of configuration: DirectionalConfiguration) {
    search = configuration.searchHash
    next = resumption.string
    tally = EquilibriumTallyRecord(resumption.tally)
    part = EquilibriumTallyRecord(resumption.part)
  }

  /// Writes it, whole or not at all.
  ///
  /// - Throws: `FileError`.
  func write(to path: String) throws { try writeAtomically(jsonData(self), to: path) }

  /// Where a stored search stopped.
  ///
  /// - Throws: `FileError` if the file is no checkpoint, or one of another search.
  static func read(
    _ path: String, for configuration: DirectionalConfiguration
  ) throws -> EnumerationResumption {
    let data = try readData(path)
    guard let stored = try? JSONDecoder().decode(DirectionalCheckpoint.self, from: data),
      stored.schema == schema
    else {
      throw FileError(
        path, "is no checkpoint of a search; name another file, or remove it to begin anew",
        isUsage: true)
    }
    guard stored.search == configuration.searchHash else {
      throw FileError(
        path,
        "is of another game or another payoff_rounding or max_distinct; name another file, or "
          + "remove it to begin anew", isUsage: true)
    }
    let limit = configuration.solver.settings.integer("max_distinct")
    guard let tally = stored.tally.tally(limit: limit), let part = stored.part.tally(),
      stored.next.count == configuration.subject.pointCount, stored.next.allSatisfy({ $0 >= 0 })
    else { throw FileError(path, "is damaged; remove it to begin anew") }
    return EnumerationResumption(string: stored.next, tally: tally, part: part)
  }
}
