import ArgumentParser
import Experiments
import Foundation

extension Compare {
  /// Whether the arguments are runs of mean-field games; those of both kinds cannot stand together.
  ///
  /// - Throws: `ValidationError` for a mixture, and for options that are about games of N players.
  func isAboutMeanFields() throws -> Bool {
    guard policy == nil else { return false }
    let kinds = try folders.map { try RunFolder(argument: $0).isMeanField }
    guard kinds.contains(true) else { return false }
    guard !kinds.contains(false) else {
      throw ValidationError(
        "runs of mean-field games and of games of N players cannot be compared with each other")
    }
    guard !crossPlay else {
      throw ValidationError("--cross-play is for games of N players; leave it out")
    }
    return true
  }

  /// Judges runs of mean-field games anew.
  func compareMeanFields() throws {
    let interruption = Interruption.listening()
    let sessions = try folders.map {
      try MeanFieldTrainingSession.compare(RunFolder(argument: $0), interruption: interruption)
    }
    if output.json {
      if sessions.count == 1 {
        print(jsonLine(sessions[0].verdict))
      } else {
        print(jsonLine(["runs": sessions.map(\.verdict)]))
      }
      return
    }
    for (index, session) in sessions.enumerated() {
      if index > 0 { print("") }
      show(session, output: output)
    }
  }
}
