internal import Foundation
internal import Statistics

/// What a process did in a sweep's folder: written for people, read by nobody.
struct SweepManifest: Encodable, Sendable {
  /// Cells of this process, by what became of them.
  struct Cells: Encodable, Sendable {
    /// In the whole sweep.
    var total: Int
    /// This process's.
    var own: Int
    /// Found done.
    var reused: Int
    var done: Int
    var failed: Int
    var pending: Int
  }

  var schema = "equilibrium-lab/sweep-manifest/1"
  /// `running`, `finished`, `interrupted` or `failed`.
  var status: String
  var version = labVersion
  var commit = ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_COMMIT"]
  var swift = Provenance.swiftVersion
  var gsl = gslVersion
  var dependencies = Provenance.dependencies(
    ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_ROOT"])
  var generator: String
  var seed: UInt64
  var shard: String?
  var threads: Int
  var command_line: [String]
  var host = ProcessInfo.processInfo.hostName
  var cells: Cells
  /// Numbers of the cells that failed.
  var failed: [Int] = []
  var started: String
  var ended: String?
  var seconds: Double?
  /// Wall-clock time of every cell that this process ran, by its number.
  var cell_seconds: [String: Double] = [:]
}
