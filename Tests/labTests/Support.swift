import Foundation
import Testing

/// What a run of the program gave.
struct Outcome {
  var code: Int32
  var output: String
  var errors: String

  /// The output as one JSON document.
  func json() throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
  }
}

/// The project's folder.
let root = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// The program built beside the tests.
let program = URL(fileURLWithPath: CommandLine.arguments[0])
  .deletingLastPathComponent().appendingPathComponent("lab").path

/// Runs `lab` with arguments, from the project's folder.
func lab(_ arguments: String..., folder: String = root) throws -> Outcome {
  try run(arguments, folder: folder, interruptAfter: nil)
}

/// Runs `lab`, sending SIGINT once `ready` says so.
func lab(_ arguments: [String], interruptWhen ready: @escaping () -> Bool) throws -> Outcome {
  try run(arguments, folder: root, interruptAfter: ready)
}

/// Runs `lab` with other variables in its environment.
func lab(_ arguments: [String], environment: [String: String]) throws -> Outcome {
  try run(arguments, folder: root, interruptAfter: nil, environment: environment)
}

/// Runs `lab` with programs found in another folder first.
func lab(_ arguments: [String], path: String) throws -> Outcome {
  try run(arguments, folder: root, interruptAfter: nil, path: path)
}

private func run(
  _ arguments: [String], folder: String, interruptAfter ready: (() -> Bool)?, path: String? = nil,
  environment changes: [String: String] = [:]
) throws -> Outcome {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  var environment = ProcessInfo.processInfo.environment.merging(changes) { $1 }
  if let path { environment["PATH"] = "\(path):\(environment["PATH"] ?? "")" }
  process.environment = environment
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  // Files, not pipes: a full pipe would stop the program.
  let scratch = try TemporaryFolder()
  for name in ["out", "err"] {
    FileManager.default.createFile(atPath: "\(scratch.path)/\(name)", contents: nil)
  }
  process.standardOutput = FileHandle(forWritingAtPath: "\(scratch.path)/out")
  process.standardError = FileHandle(forWritingAtPath: "\(scratch.path)/err")
  process.standardInput = FileHandle.nullDevice
  try process.run()
  if let ready {
    while process.isRunning, !ready() { usleep(2000) }
    process.interrupt()
  }
  process.waitUntilExit()
  func text(_ name: String) throws -> String {
    String(
      decoding: try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/\(name)")), as: UTF8.self
    )
  }
  return Outcome(code: process.terminationStatus, output: try text("out"), errors: try text("err"))
}

/// A folder that goes away with the value.
final class TemporaryFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "lab-program-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file into the folder and returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    return "\(path)/\(name)"
  }
}
