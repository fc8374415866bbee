internal import Environments
internal import Equilibria

/// What a search knows so far.
extension AdaptiveSearch {
  var estimate: MeanFieldEstimate {
    let search = state.search
    var status = MeanFieldLearningStatus.running
    if case .done(let found) = search.phase { status = found }
    let isInterior =
      status == .jump
      ? [state.low, state.high].contains { $0?.isUnderConverged == true }
      : status == .converged && state.isUnderConverged
    if isInterior { status = .underConverged }
    let shown = state.answer ?? state.last
    return MeanFieldEstimate(
      m: [search.estimate], residual: shown?.residual ?? [],
      standardError: shown?.standardError ?? 0, bracket: [search.low, search.high],
      interval: settings.signRule == .tested && status != .atBound
        ? [search.low, search.high] : nil, status: status,
      sides: status == .jump ? sides : nil, note: summary(status))
  }

  private var sides: [MeanFieldEstimate.Side]? {
    guard let low = state.low?.side, let high = state.high?.side, low.m == state.search.low,
      high.m == state.search.high
    else { return nil }
    return [low, high]
  }

  private func summary(_ status: MeanFieldLearningStatus) -> String {
    var notes: [String] = []
    switch status {
    case .running, .converged: break
    case .jump:
      notes.append(
        "the sign of f changes between \(compact(state.search.low)) and "
          + "\(compact(state.search.high)) without coming near 0: the learned answer jumps")
    case .limit: notes.append("stopped after \(state.steps) outer steps")
    case .bracketLost:
      notes.append("the bracket's ends were found wrong \(state.search.recoveries - 1) times")
    case .belowSampling: notes.append("f is zero as far as samples and learning tell")
    case .atBound:
      notes.append(
        "no sign change was seen within the bounds: f has the same sign up to m = "
          + "\(compact(state.search.estimate)); widen game.parameters.interaction")
    case .underConverged:
      notes.append("the policy at the answer mixes between actions that are not equally good")
    }
    if let needed = state.samplesNeeded {
      notes.append(
        "delta = \(compact(settings.delta)) is below what samples_most can tell: about "
          + "\(compact(needed)) samples a step would; raise delta or samples_most, or set law: exact"
      )
    }
    if state.search.recoveries > 0, status != .bracketLost {
      notes.append("left a wrong bracket \(state.search.recoveries) times")
    }
    return notes.joined(separator: "; ")
  }

  var policy: MeanFieldPolicy {
    groups?.policy ?? (state.answer ?? state.last)?.policy ?? .uniform(world.layout)
  }
  var law: [Double] { groups?.law ?? (state.answer ?? state.last)?.law ?? [] }

  /// At a jump: the population of which the share w = (Φ_L − m) / (Φ_L − Φ_R) plays the right policy,
  /// the rest the left one, so that together they make m.
  private var groups: (policy: MeanFieldPolicy, law: [Double])? {
    guard state.search.phase == .done(.jump), let sides else { return nil }
    let (left, right) = (sides[0], sides[1])
    guard left.mapped > right.mapped else { return nil }
    let share = min(
      max((left.mapped - state.search.estimate) / (left.mapped - right.mapped), 0), 1)
    let layout = world.layout
    var policy = left.policy
    var law = left.law
    for x in law.indices {
      let (stay, move) = ((1 - share) * left.law[x], share * right.law[x])
      law[x] = stay + move
      for row in layout.rows(of: x) where left.policy.weights[row] != right.policy.weights[row] {
        // Where neither group is ever seen, the shares do as well.
        policy.weights[row] =
          law[x] > 0
          ? (stay * left.policy.weights[row] + move * right.policy.weights[row]) / law[x]
          : (1 - share) * left.policy.weights[row] + share * right.policy.weights[row]
      }
    }
    return (policy, law)
  }

  var actionValues: [Double]? { (state.answer ?? state.last)?.actionValues }
}
