import Environments

extension BellmanNash {
  func principal(
    _ game: StochasticGame, isCancelled: @escaping @Sendable () -> Bool,
    progress: (@Sendable (String) -> Void)?
  ) throws -> BellmanNashSolution {
    fatalError("to be joined")
  }
}
