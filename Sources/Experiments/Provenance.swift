internal import Foundation
internal import Statistics

/// The lab's version.
public let labVersion = "0.1.0"

/// Where a result came from: written to `manifest.json`, read by people and reports.
struct Provenance: Sendable {
  let threads: Int
  let commandLine: [String]
  let generator: String

  private struct Manifest: Encodable {
    var status: String
    var version: String
    var commit: String?
    var swift: String
    var gsl: String
    var dependencies: [String: String]?
    var generator: String
    var seed: UInt64
    var threads: Int
    var command_line: [String]
    var host: String
    var started: String
    var ended: String?
    var seconds: Double?
  }

  func write(to folder: SeedFolder, status: String, began: Date, ended: Date?) throws {
    let environment = ProcessInfo.processInfo.environment
    try writeAtomically(
      prettyJSON(
        Manifest(
          status: status, version: labVersion, commit: environment["EQUILIBRIUM_LAB_COMMIT"],
          swift: Self.swiftVersion, gsl: gslVersion,
          dependencies: Self.dependencies(environment["EQUILIBRIUM_LAB_ROOT"]),
          generator: generator, seed: folder.seed, threads: threads, command_line: commandLine,
          host: ProcessInfo.processInfo.hostName, started: began.ISO8601Format(),
          ended: ended?.ISO8601Format(), seconds: ended?.timeIntervalSince(began))),
      to: folder.manifestPath)
  }

  /// Notes in a seed's manifest that it ended in an error. Nothing is done where there is no manifest.
  static func noteFailure(_ error: any Error, in folder: SeedFolder) {
    guard let data = try? readData(folder.manifestPath),
      let stored = try? DocumentValue(data, path: folder.manifestPath),
      case .object(var entries) = stored
    else { return }
    entries["status"] = .text("failed")
    entries["error"] = .text("\(error)")
    entries["ended"] = .text(Date().ISO8601Format())
    // A report says less without it; the error itself is thrown on.
    try? writeAtomically(prettyJSON(DocumentValue.object(entries)), to: folder.manifestPath)
  }

  static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4 or later"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  /// Versions that the package manager pinned, from the lock file beside the sources, if at hand.
  static func dependencies(_ root: String?) -> [String: String]? {
    struct Lock: Decodable {
      struct Pin: Decodable {
        struct State: Decodable { var version: String? }
        var identity: String
        var state: State
      }
      var pins: [Pin]
    }
    guard let root, let data = FileManager.default.contents(atPath: "\(root)/Package.resolved"),
      let lock = try? JSONDecoder().decode(Lock.self, from: data)
    else { return nil }
    return Dictionary(
      lock.pins.map { ($0.identity, $0.state.version ?? "unversioned") },
      uniquingKeysWith: { first, _ in first })
  }
}
