internal import Foundation
internal import Synchronization

/// What `lab reproduce` says.
public struct ReproductionReport: Encodable, Sendable {
  /// The paper's name.
  public let name: String
  /// Every row, in the paper's order.
  public let rows: [ReproductionRow]
  /// Titles of the groups that `--quick` left out.
  let left: [String]
  /// Seconds from beginning to end.
  let seconds: Double
  /// The pictures' folder.
  let folder: String?

  private enum CodingKeys: String, CodingKey { case name, rows }

  /// Recomputes a paper.
  ///
  /// - Parameters:
  ///   - isQuick: leave out what takes over a minute.
  ///   - folder: where pictures and `results.json` go; nil for nowhere.
  ///   - threads: groups computed at once; rows do not depend on it.
  ///   - progress: told what is being computed.
  /// - Throws: `TrainingStop.stopped` if interrupted; what a computation throws.
  public static func perform(
    _ reproduction: any Reproduction.Type, isQuick: Bool, folder: String?, threads: Int,
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void
  ) throws -> ReproductionReport {
    let began = Date()
    let groups = reproduction.groups.filter { !isQuick || !$0.isLong }
    if let folder { try makeFolder(folder) }
    let context = ReproductionContext(
      interruption: interruption, isQuick: isQuick, folder: folder)
    let results = Mutex<[Result<[ReproductionRow], any Error>?]>(
      Array(repeating: nil, count: groups.count))
    forEach(groups.count, threads: threads) { index in
      guard !interruption.isRequested else { return }
      let done = results.withLock { $0.count { $0 != nil } }
      progress("\(done + 1) of \(groups.count): \(groups[index].title)")
      let result = Result { try groups[index].compute(context) }
      results.withLock { $0[index] = result }
    }
    if interruption.isRequested { throw TrainingStop.stopped }
    let report = ReproductionReport(
      name: reproduction.name, rows: try results.withLock { try $0.flatMap { try $0!.get() } },
      left: reproduction.groups.filter { isQuick && $0.isLong }.map(\.title),
      seconds: -began.timeIntervalSinceNow, folder: folder)
    if let folder { try writeAtomically(prettyJSON(report), to: "\(folder)/results.json") }
    return report
  }

  /// The rows and their tally, for a terminal.
  public var text: String {
    var lines = rows.map { $0.text(width: 80) }
    var tally: [String] = []
    for verdict in [ReproductionVerdict.reproduced, .misprint, .notReproducible] {
      let count = rows.count { $0.verdict == verdict }
      if count > 0 { tally.append("\(count) \(verdict.rawValue)") }
    }
    lines.append("\n\(rows.count) items: \(tally.joined(separator: ", ")) (\(duration(seconds)))")
    if !left.isEmpty {
      lines.append(wrap("left out by --quick: \(left.joined(separator: "; "))", width: 80))
    }
    return lines.joined(separator: "\n")
  }
}
