internal import Foundation
internal import Learners

/// Everything needed to go on from a step to the same bytes.
struct Checkpoint<Training: Codable>: Codable {
  /// The format's name and version.
  var format = Self.currentFormat
  /// The configuration's fingerprint.
  var configuration: String
  /// The seed.
  var seed: UInt64
  /// Rows judged so far.
  var pointsDone: Int
  /// Step of the last judged row.
  var lastPoint: Int
  /// Bytes of `metrics.csv` and `metrics.jsonl`.
  var tableBytes: UInt64
  var linesBytes: UInt64
  /// Bytes of the event file; nil in checkpoints from before there was one.
  var eventBytes: UInt64?
  /// The best policy so far.
  var best: BestPolicy?
  /// The training process.
  var training: Training

  static var currentFormat: String { "equilibrium-lab checkpoint 2" }

  /// Writes the checkpoint with a digest line, under a temporary name first.
  ///
  /// - Throws: `FileError` if something in it is not finite, or if it cannot be written.
  func write(to folder: SeedFolder, step: Int) throws {
    let body = encodedSnapshot(self)
    guard !body.contains(notFiniteMark) else {
      throw FileError(
        folder.path,
        "training failed by step \(step): a number that was learned is not finite; smaller step "
          + "sizes may help")
    }
    try makeFolder("\(folder.path)/checkpoints")
    try writeAtomically("\(fingerprint(body))\n\(body)\n", to: folder.checkpointPath)
  }

  /// Reads a checkpoint and checks that it is whole and belongs here.
  ///
  /// - Throws: `FileError` saying what is wrong and what to do.
  static func read(
    from folder: SeedFolder, configuration: String
  ) throws -> Checkpoint {
    let path = folder.checkpointPath
    guard let text = String(data: try readData(path), encoding: .utf8) else { throw damaged(path) }
    let lines = text.split(separator: "\n", maxSplits: 1)
    guard lines.count == 2 else { throw damaged(path) }
    let body = String(lines[1].hasSuffix("\n") ? lines[1].dropLast() : lines[1])
    guard fingerprint(body) == lines[0] else { throw damaged(path) }
    let checkpoint: Checkpoint
    do {
      checkpoint = try JSONDecoder().decode(Checkpoint.self, from: Data(body.utf8))
    } catch {
      throw FileError(path, "was written by another version of lab; use --force to start anew")
    }
    guard checkpoint.format == currentFormat else {
      throw FileError(path, "has format \(checkpoint.format); use --force to start anew")
    }
    guard checkpoint.configuration == configuration, checkpoint.seed == folder.seed else {
      throw FileError(
        path, "belongs to another configuration or seed; use --force to start anew")
    }
    return checkpoint
  }

  private static func damaged(_ path: String) -> FileError {
    FileError(
      path, "is cut short or damaged: its digest does not match; use --force to start anew")
  }
}
