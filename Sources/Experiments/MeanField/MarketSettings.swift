internal import Configuration

/// The `market` section: finite populations that a mean-field equilibrium is placed in.
enum MarketSettings {
  static let parameters: [Parameter] = [
    Parameter(
      "agents", .list(.integer(1...1_000_000)),
      .defaulted(.list([2, 5, 10, 100, 1000].map { .integer($0) })), "sizes of the population"),
    .integer("markets", 1000, 2...100_000_000, "simulated markets of each size"),
    .integer(
      "periods", 0, 0...1_000_000, "periods of each market; 0 for as many as discounting needs"),
  ]
}
