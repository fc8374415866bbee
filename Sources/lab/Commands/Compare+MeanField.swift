import ArgumentParser
import Experiments
import Foundation

extension Compare {
  /// Places mean-field policies in markets of N agents.
  ///
  /// - Returns: false if what is compared is no mean-field game.
  /// - Throws: `ValidationError` for a mixture, and for options that are about games of N players.
  func compareMeanFields() throws -> Bool {
    let comparisons: [MarketComparison]
    let options = try market.options(threads: threads.threads)
    let status = StatusLine(isSilent: output.quiet)
    if let path = config ?? folders.first, isFile(path) {
      guard case .meanField = try LabConfiguration(path: path, needs: [.game]) else {
        guard config == nil else { return false }
        throw ValidationError(
          "\(path) is a configuration of no mean-field game; name its run, such as \(exampleRun)")
      }
      let configuration = try MeanFieldConfiguration(
        path: path, overrides: Array(folders.dropFirst()), needs: [.solver, .market])
      comparisons = [
        try MarketComparison(
          configuration, table: policy, options: options, interruption: Interruption.listening(),
          status: status)
      ]
    } else {
      let runs = try folders.map { try RunFolder(argument: $0) }
      let kinds = try runs.map { try $0.isMeanField }
      guard kinds.contains(true) else { return false }
      guard !kinds.contains(false) else {
        throw ValidationError(
          "runs of mean-field games and of games of N players cannot be compared with each other")
      }
      guard !crossPlay else {
        throw ValidationError("--cross-play is for games of N players; leave it out")
      }
      let interruption = Interruption.listening()
      comparisons = try runs.map {
        try MarketComparison($0, options: options, interruption: interruption, status: status)
      }
    }
    if output.json {
      print(
        comparisons.count == 1 ? jsonLine(comparisons[0]) : jsonLine(["runs": comparisons]))
    } else {
      print(comparisons.map(\.text).joined(separator: "\n\n"))
    }
    for (number, comparison) in comparisons.enumerated() {
      guard let folder = market.plots else { break }
      let place = comparisons.count == 1 ? folder : "\(folder)/\(number + 1)"
      switch try comparison.draw(into: place) {
      case .drawn(let files): output.log("plots: \(files.joined(separator: "  "))")
      case .skipped(let reason): output.log("plots: \(reason)")
      }
    }
    return true
  }

  private var exampleRun: String { "runs/qlearn/0123456789abcdef" }

  private func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && !isFolder.boolValue
  }
}
