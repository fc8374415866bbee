import Environments
import Statistics

/// A mean-field game drawn at random: payoffs and transition law affine in m, sparse rows.
struct RandomMeanFieldGame: MeanFieldGame {
  let layout: MeanFieldLayout
  let discount: Double
  let turnover: Turnover?
  let stateQuantity = "state"
  private let payoffs: [[Double]]
  private let low: [Double]
  private let high: [Double]

  init(
    seed: UInt64, states: Int, actions: Int, band: Int? = nil, discount: Double = 0.9,
    turnover: Turnover? = nil
  ) throws {
    var stream = RandomStream(seed: seed, role: .generation)
    self.discount = discount
    self.turnover = turnover
    var payoffs: [[Double]] = []
    var low: [Double] = []
    var high: [Double] = []
    layout = try MeanFieldLayout(
      coordinates: (0..<states).map { [Double($0)] }, interactionNames: ["mean"],
      rows: (0..<states).map { state in
        (0..<(1 + stream.index(below: actions))).map { action in
          let next = (0..<states).filter {
            band == nil
              ? $0 == (state + 1) % states || stream.uniform() < 0.6
              : abs($0 - state) <= band!
          }
          payoffs.append([stream.uniform(), stream.uniform() - 0.5])
          for k in 0..<2 {
            let weights = next.map { _ in 0.05 + stream.uniform() }
            let total = weights.reduce(0, +)
            if k == 0 {
              low += weights.map { $0 / total }
            } else {
              high += weights.map { $0 / total }
            }
          }
          return .init(
            .number(Double(action)), successors: next, interaction: [stream.uniform()])
        }
      })
    self.payoffs = payoffs
    self.low = low
    self.high = high
  }

  func write(at m: [Double], to tables: inout FrozenTables) {
    for row in tables.payoffs.indices {
      tables.payoffs[row] = payoffs[row][0] + m[0] * payoffs[row][1]
    }
    for entry in tables.probabilities.indices {
      tables.probabilities[entry] = (1 - m[0]) * low[entry] + m[0] * high[entry]
    }
  }
}
