import Environments
import Foundation
import Statistics
import Synchronization

/// One start of an equilibrium search.
struct SearchAttempt: Sendable {
  enum Kind: Sendable {
    case principal
    case valueIteration(SelectionRule, symmetric: Bool)
    case given(Profile, path: Bool)
    case path(Profile, symmetric: Bool)
    case otherEnd(of: Profile, reference: Profile?, symmetric: Bool)
  }

  enum Outcome: Sendable {
    case certified(EquilibriumCandidate)
    case failed
    /// Not begun, or stopped, because the search was over.
    case cut
  }

  let kind: Kind
  let origin: String

  /// Makes the attempt. Numerical failure and stage games that no rule settles count as failed.
  func run(
    _ game: StochasticGame, _ configuration: EquilibriumSearch.Configuration,
    _ isOver: @escaping @Sendable () -> Bool
  ) throws -> Outcome {
    if isOver() { return .cut }
    do {
      let found = try attempt(game, configuration, isOver)
      if case .failed = found, isOver() { return .cut }
      return found
    } catch is NumericalError {
      return .failed
    } catch is StageSelectionError {
      return .failed
    }
  }

  private func attempt(
    _ game: StochasticGame, _ configuration: EquilibriumSearch.Configuration,
    _ isOver: @escaping @Sendable () -> Bool
  ) throws -> Outcome {
    switch kind {
    case .principal:
      let result = try Self.path(configuration, symmetric: true, isOver).solve(game)
      return try judge(result.solution, game)
    case .path(let start, let symmetric):
      var path = Self.path(configuration, symmetric: symmetric, isOver).singleAttempt
      path.configuration.maximumSteps = configuration.maximumSteps
      return try judge(path.solve(game, from: start).solution, game)
    case .otherEnd(let equilibrium, let reference, let symmetric):
      var path = Self.path(configuration, symmetric: symmetric, isOver).singleAttempt
      path.configuration.maximumSteps = configuration.maximumSteps
      guard let result = try path.otherEnd(game, of: equilibrium, reference: reference) else {
        return .failed
      }
      return try judge(result.solution, game)
    case .valueIteration(let rule, let symmetric):
      return try iterate(game, rule, symmetric, from: nil, configuration, isOver)
    case .given(let profile, let followsPath):
      if let candidate = try certify(profile, game, "") { return .certified(candidate) }
      for (start, word) in [
        (profile, "Newton on its support"),
        (Self.pure(profile, game), "Newton from its likeliest actions"),
      ] {
        let solution = try SupportNewton().solve(game, from: start)
        if solution.status == .converged,
          let candidate = try certify(solution.profile, game, ", \(word)")
        {
          return .certified(candidate)
        }
        if isOver() { return .cut }
      }
      do {
        let found = try iterate(game, .nearest, false, from: profile, configuration, isOver)
        if case .certified = found { return found }
      } catch is StageSelectionError {
        // No rule settles this game's stages; the path does not need them.
      }
      guard followsPath, !isOver() else { return .failed }
      var path = Self.path(configuration, symmetric: false, isOver).singleAttempt
      path.configuration.maximumSteps = configuration.maximumSteps
      return try judge(path.solve(game, from: profile).solution, game, ", logit path")
    }
  }

  private func iterate(
    _ game: StochasticGame, _ rule: SelectionRule, _ symmetric: Bool, from start: Profile?,
    _ configuration: EquilibriumSearch.Configuration, _ isOver: @escaping @Sendable () -> Bool
  ) throws -> Outcome {
    var solver = ValueIteration(
      selection: rule, maximumSweeps: configuration.maximumSweeps, isCancelled: isOver)
    solver.imposesSymmetry = symmetric
    guard let settled = try solver.solve(game, from: start).solution else { return .failed }
    let word = start == nil ? "" : ", value iteration"
    // Values settle to rounding, but a mixed law may still be off by much more: Newton sharpens it.
    let polished = try SupportNewton(imposesSymmetry: symmetric).solve(
      game, from: settled.profile)
    let found = try [settled.profile, polished.profile].compactMap { try certify($0, game, word) }
    let best = found.min { $0.certificate.exploitability < $1.certificate.exploitability }
    return best.map { .certified($0) } ?? .failed
  }

  private func judge(
    _ solution: StationarySolution, _ game: StochasticGame, _ word: String = ""
  ) throws -> Outcome {
    guard solution.status == .converged,
      let candidate = try certify(solution.profile, game, word)
    else { return .failed }
    return .certified(candidate)
  }

  /// The profile as a candidate, if it certifies.
  private func certify(
    _ profile: Profile, _ game: StochasticGame, _ word: String
  ) throws -> EquilibriumCandidate? {
    let certificate = try Certificate(game, profile)
    guard certificate.isCertified else { return nil }
    return EquilibriumCandidate(
      profile: profile, certificate: certificate, origin: origin + word)
  }

  private static func path(
    _ configuration: EquilibriumSearch.Configuration, symmetric: Bool,
    _ isOver: @escaping @Sendable () -> Bool
  ) -> LogitPath {
    var settings = LogitPath.Configuration()
    settings.imposesSymmetry = symmetric
    settings.threads = 1  // the search has its own
    settings.isCancelled = isOver
    return LogitPath(settings)
  }

  private static func pure(_ profile: Profile, _ game: StochasticGame) -> Profile {
    Profile(
      (0..<game.playerCount).map { player in
        game.purePolicy(player, (0..<game.stateCount).map(profile[player].mode))
      })
  }
}

/// Counts finished attempts and tells whoever wants to know.
final class Tally: Sendable {
  private let done: Atomic<Int>
  private let total: Int
  private let report: (@Sendable (Int, Int) -> Void)?

  init(before: Int, total: Int, _ report: (@Sendable (Int, Int) -> Void)?) {
    done = Atomic(before)
    self.total = total
    self.report = report
  }

  func add() {
    let count = done.add(1, ordering: .relaxed).newValue
    report?(count, total)
  }
}
