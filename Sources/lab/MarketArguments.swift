import ArgumentParser
import Experiments

/// How mean-field policies are placed in markets of N agents.
struct MarketArguments: ParsableArguments {
  @Option(help: "Mean field: sizes of the market, such as 2,5,10,100,1000.")
  var agents: String?

  @Option(help: "Mean field: independent markets behind each simulated figure.")
  var replications: Int?

  @Option(help: "Mean field: seed of the simulated markets.")
  var seed: UInt64?

  @Option(help: "Mean field: draw gaps and gains against N into this folder.")
  var plots: String?

  /// Whether anything was said.
  var isGiven: Bool { agents != nil || replications != nil || seed != nil || plots != nil }

  func validate() throws {
    if let agents { _ = try Self.sizes(agents) }
    if let replications {
      guard (2...100_000_000).contains(replications) else {
        throw ValidationError("--replications \(replications): must be from 2 to 100,000,000")
      }
    }
  }

  /// The options, with worker threads.
  func options(threads: Int) throws -> MarketOptions {
    var options = MarketOptions(threads: threads)
    options.agents = try agents.map(Self.sizes)
    options.replications = replications
    options.seed = seed
    return options
  }

  private static func sizes(_ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
      guard let size = Int(word), (2...10_000_000).contains(size) else {
        throw ValidationError(
          "--agents \(text): must be whole numbers from 2 to 10,000,000 between commas")
      }
      return size
    }
  }
}
