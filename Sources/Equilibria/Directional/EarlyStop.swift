internal import Foundation

/// What ends a search on several threads before it is done: its caller, the clock or an error.
///
/// A value without a lock: whoever shares it between threads guards it.
struct EarlyStop {
  private let deadline: Double
  private let isCancelled: @Sendable () -> Bool
  private(set) var wasCancelled = false
  private var failure: (any Error)?

  /// - Parameter seconds: from now; nil for no end.
  init(seconds: Double?, isCancelled: @escaping @Sendable () -> Bool) {
    deadline = seconds.map { ProcessInfo.processInfo.systemUptime + $0 } ?? .infinity
    self.isCancelled = isCancelled
  }

  /// Asks the caller and the clock whether to stop; after an error, or once the caller has said so, yes.
  mutating func isDue() -> Bool {
    if !wasCancelled, isCancelled() { wasCancelled = true }
    return wasCancelled || failure != nil || ProcessInfo.processInfo.systemUptime >= deadline
  }

  /// Keeps the first error.
  mutating func fail(_ error: any Error) { failure = failure ?? error }

  /// Throws the error that ended the search, if one did.
  func check() throws {
    if let failure { throw failure }
  }

  /// How a search ended that left something over.
  var status: SolverStatus { wasCancelled ? .interrupted : .limit }
}
