internal import Agents
public import Configuration
public import Environments
internal import Foundation
public import Statistics

/// Stochastic fictitious play of a stochastic game, from play: beliefs about the rivals counted where
/// play goes, values of joint actions learned from payoffs, logit responses.
///
/// Player i knows neither payoffs nor transitions. It keeps, at every state, a belief b(s, ·) about
/// the rivals' *joint* action and values Q(s, a, a₋ᵢ) of its own action with theirs. After play at s
/// of (a, a₋ᵢ), which paid r and led to s′, with n(s) the visits of the state and m those of
/// (s, a, a₋ᵢ), this one included,
///
///     W(s, a) = Σ over a₋ᵢ of b(s, a₋ᵢ) Q(s, a, a₋ᵢ),   v(s) = maxₐ W(s, a)
///     Q(s, a, a₋ᵢ) ← Q(s, a, a₋ᵢ) + β(m) (r + δᵢ c v(s′) − Q(s, a, a₋ᵢ))
///     b(s, ·)      ← b(s, ·) + α(n(s)) (1[a₋ᵢ] − b(s, ·))
///     plays a with probability exp(W(s, a)/τ)/Σ          (τ by step)
///
/// The model-free dynamics of Sayin, Parise and Ozdaglar (2022, *SIAM Journal on Control and Optimization*
/// 60), whose beliefs converge to equilibrium in two-player zero-sum stochastic games if the values are
/// learned on the slower timescale, β/α → 0, and every joint action is tried for ever. With one state
/// and known payoffs it is the stochastic fictitious play of Fudenberg and Kreps (1993, *Games and Economic
/// Behavior* 5). Differs from Sayin et al. in the logit response in place of ε-greedy play, and, with three
/// players or more, in beliefs about the rivals' joint action, which may be correlated.
///
/// With one player it is Q-learning with Boltzmann exploration.
///
/// Cost: act, one exponential an action; update, own actions plus joint actions of the rivals, since
/// W is kept current: a step of b moves it in proportion, one of Q in one entry.
public struct StochasticFictitiousPlay: Learner {
  /// The word in configurations.
  public static let name = "stochastic-fictitious-play"
  /// One line.
  public static let summary = "logit responses to counted play, values of joint actions learned"
  /// Steps and temperature.
  public static let parameters: [Parameter] = [
    Parameter(
      "belief_step", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 1, exponent: 0.51).parameterValue),
      "step of the beliefs, by visits of the state"),
    Parameter(
      "value_step", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 1, exponent: 0.6).parameterValue),
      "step of the values, by visits of the joint action; slower than the beliefs"),
    Parameter(
      "temperature", Schedule.type(values: .positive),
      .defaulted(Schedule.exponential(from: 1, to: 0.01, share: 1).parameterValue),
      unit: "payoff", "temperature of the logit responses, by step"),
  ]

  /// W, v and the greedy action, at every own action.
  private let worth: UnsafeMutablePointer<Double>
  private let best: UnsafeMutablePointer<Double>
  private let greedy: UnsafeMutablePointer<Int>
  /// b, at `beliefOffsets[s]`, and Q and m, laid out [rivals' joint action × own action] at
  /// `jointOffsets[s]`, so that what an observation moves is contiguous.
  private let beliefs: UnsafeMutablePointer<Double>
  private let values: UnsafeMutablePointer<Double>
  private let visits: UnsafeMutablePointer<Int>
  private let stateVisits: UnsafeMutablePointer<Int>
  private let starts: UnsafeMutablePointer<Int>
  private let beliefStarts: UnsafeMutablePointer<Int>
  private let jointStarts: UnsafeMutablePointer<Int>
  private let actionCounts: UnsafeMutablePointer<Int>
  /// Logit responses, flat; current at `lawState`.
  private let laws: UnsafeMutablePointer<Double>
  private let average: PolicyAverage
  private let memory = TableMemory()
  private let offsets: [Int]
  private let states: Int
  private let players: Int
  private let player: Int
  private let discount: Double
  private let beliefStep: ScheduleTable
  private let valueStep: ScheduleTable
  private let temperature: ScheduleClock
  private var lawState = -1
  private var updates = 0
  private var lastChange = 0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    let memory = memory
    func copy(_ values: [Int]) -> UnsafeMutablePointer<Int> {
      let block = memory.block(of: values.count, repeating: 0)
      block.update(from: values, count: values.count)
      return block
    }
    offsets = game.policyOffsets(player)
    states = game.stateCount
    players = game.playerCount
    self.player = player
    discount = game.discounts[player]
    let rivals = (0..<states).map {
      (game.jointOffsets[$0 + 1] - game.jointOffsets[$0]) / game.actionCount(player, at: $0)
    }
    starts = copy(offsets)
    beliefStarts = copy(rivals.reduce(into: [0]) { $0.append($0.last! + $1) })
    jointStarts = copy(game.jointOffsets)
    actionCounts = copy(game.actionCounts)
    worth = memory.block(of: offsets[states], repeating: 0.0)
    best = memory.block(of: states, repeating: 0.0)
    greedy = memory.block(of: states, repeating: 0)
    beliefs = memory.block(of: rivals.reduce(0, +), repeating: 0.0)
    values = memory.block(of: game.rowCount, repeating: 0.0)
    visits = memory.block(of: game.rowCount, repeating: 0)
    stateVisits = memory.block(of: states, repeating: 0)
    laws = memory.block(of: offsets[states], repeating: 0.0)
    average = PolicyAverage(offsets[states])
    beliefStep = ScheduleTable(Schedule(parameters.group("belief_step")!), total: steps)
    valueStep = ScheduleTable(Schedule(parameters.group("value_step")!), total: steps)
    temperature = ScheduleClock(Schedule(parameters.group("temperature")!), total: steps)
    for state in 0..<states {
      for entry in beliefStarts[state]..<beliefStarts[state + 1] {
        beliefs[entry] = 1 / Double(rivals[state])
      }
    }
  }

  /// A draw from the logit response.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    if lawState != state { respond(at: state) }
    var left = stream.uniform()
    var action = 0
    let law = laws + starts[state]
    let last = starts[state &+ 1] &- starts[state] &- 1
    while action < last {
      left -= law[action]
      if left < 0 { return action }
      action &+= 1
    }
    return last
  }

  @inline(__always)
  private mutating func respond(at state: Int) {
    writeLogitLaw(
      worth + starts[state], count: starts[state &+ 1] &- starts[state],
      temperature: temperature.value(at: updates), into: laws + starts[state])
    lawState = state
  }

  /// One step of values and beliefs.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    lawState = -1
    var other = 0
    var rival = 0
    while other < players {
      if other != player {
        rival = rival &* actionCounts[state &* players &+ other] &+ jointAction[other]
      }
      other &+= 1
    }
    let first = starts[state]
    let count = starts[state &+ 1] &- first
    let action = jointAction[player]
    let row = jointStarts[state] &+ rival &* count
    let target = rewards[player] + discount * continuation * best[nextState]

    let seen = visits[row &+ action] &+ 1
    visits[row &+ action] = seen
    let change = valueStep.value(at: seen) * (target - values[row &+ action])
    values[row &+ action] += change
    worth[first &+ action] += beliefs[beliefStarts[state] &+ rival] * change

    let visited = stateVisits[state] &+ 1
    stateVisits[state] = visited
    let step = beliefStep.value(at: visited)
    var entry = beliefStarts[state]
    let end = beliefStarts[state &+ 1]
    let observed = entry &+ rival
    while entry < end {
      beliefs[entry] += step * ((entry == observed ? 1 : 0) - beliefs[entry])
      entry &+= 1
    }
    var top = 0
    var k = 0
    while k < count {
      worth[first &+ k] += step * (values[row &+ k] - worth[first &+ k])
      top = worth[first &+ k] > worth[first &+ top] ? k : top
      k &+= 1
    }
    best[state] = worth[first &+ top]
    if top != greedy[state] {
      greedy[state] = top
      lastChange = updates
    }
  }

  /// Adds the logit response at a visited state to the average.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    if lawState != state { respond(at: state) }
    average.record(
      laws, from: starts[state], actions: starts[state &+ 1] &- starts[state])
  }

  /// Believes that the rivals play as in the profile that the policy comes from; every value Q of an own
  /// action begins at what the action is worth against it, whatever the rivals do.
  public mutating func start(from point: StartingPoint) throws {
    for state in 0..<states {
      let (first, count) = (offsets[state], offsets[state + 1] - offsets[state])
      let rivals = beliefStarts[state + 1] - beliefStarts[state]
      for rival in 0..<rivals {
        var rest = rival
        var probability = 1.0
        for other in (0..<players).reversed() where other != player {
          let actions = actionCounts[state * players + other]
          probability *= point.profile[other][state, rest % actions]
          rest /= actions
        }
        beliefs[beliefStarts[state] + rival] = probability
        for action in 0..<count {
          values[jointStarts[state] + rival * count + action] = point.actionValues[first + action]
        }
      }
      for action in 0..<count { worth[first + action] = point.actionValues[first + action] }
      findGreedy(state)
    }
  }

  private func findGreedy(_ state: Int) {
    var top = offsets[state]
    for entry in offsets[state]..<offsets[state + 1] where worth[entry] > worth[top] {
      top = entry
    }
    greedy[state] = top - offsets[state]
    best[state] = worth[top]
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<StochasticFictitiousPlay>, until last: Int) {
    loop.play(until: last)
  }

  /// The logit response as it stands: the temperature is part of the rule, not exploration beside it.
  public var lastPolicy: Policy {
    let rate = temperature.value(at: updates)
    var policy = Policy(
      offsets: offsets, probabilities: [Double](repeating: 0, count: offsets[states]))
    policy.probabilities.withUnsafeMutableBufferPointer { law in
      for state in 0..<states {
        writeLogitLaw(
          worth + offsets[state], count: offsets[state + 1] - offsets[state], temperature: rate,
          into: law.baseAddress! + offsets[state])
      }
    }
    return policy
  }

  /// Per state the mean of the logit responses at recorded visits; the last policy at states never
  /// recorded.
  public var averagePolicy: Policy { average.policy(fallback: lastPolicy) }

  /// Updates after which the best response at any state last changed.
  public var lastPolicyChange: Int { lastChange }
  /// τ.
  public var explorationRate: Double? { temperature.value(at: updates) }
  /// W, flat as the policy.
  public var actionValues: [Double] { array(worth, count: offsets[states]) }

  /// What training changes: beliefs, values, worths, visits, laws recorded, updates.
  public struct Snapshot: Codable, Sendable {
    var beliefs: [Double]
    var values: [Double]
    var worth: [Double]
    var visits: [Int]
    var stateVisits: [Int]
    var average: [Double]
    var updates: Int
    var lastChange: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    func counts(_ table: UnsafePointer<Int>, _ count: Int) -> [Int] {
      Array(UnsafeBufferPointer(start: table, count: count))
    }
    let rows = jointStarts[states]
    return Snapshot(
      beliefs: array(beliefs, count: beliefStarts[states]), values: array(values, count: rows),
      worth: actionValues, visits: counts(visits, rows), stateVisits: counts(stateVisits, states),
      average: average.snapshot, updates: updates, lastChange: lastChange)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let rows = jointStarts[states]
    try requireTable(snapshot.beliefs, count: beliefStarts[states])
    try requireTable(snapshot.values, count: rows)
    try requireTable(snapshot.worth, count: offsets[states])
    guard snapshot.visits.count == rows, snapshot.stateVisits.count == states,
      (snapshot.visits + snapshot.stateVisits).allSatisfy({ $0 >= 0 }),
      snapshot.updates >= 0, snapshot.lastChange >= 0
    else { throw SnapshotError("a snapshot's counts do not fit or are impossible") }
    beliefs.update(from: snapshot.beliefs, count: snapshot.beliefs.count)
    values.update(from: snapshot.values, count: rows)
    worth.update(from: snapshot.worth, count: snapshot.worth.count)
    visits.update(from: snapshot.visits, count: rows)
    stateVisits.update(from: snapshot.stateVisits, count: states)
    try average.restore(snapshot.average)
    for state in 0..<states { findGreedy(state) }
    updates = snapshot.updates
    lastChange = snapshot.lastChange
    lawState = -1
  }
}
