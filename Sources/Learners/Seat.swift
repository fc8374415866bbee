internal import Agents
public import Configuration
public import Environments
internal import Foundation
public import Statistics

/// A seat that may hold any learner, or an agent that does not learn: what `TrainingLoop` seats when
/// the players are of different kinds.
///
/// Calls go through one virtual method each, so a loop of seats is slower than one of a single
/// kind (some nanoseconds a step) and allocates as little. Copies are the same seat.
public struct Seat: Learner {
  /// Not a word for configurations: a seat is made of a learner's section.
  public static let name = "seat"
  /// One line.
  public static let summary = "any learner or fixed agent"
  /// None of its own.
  public static let parameters: [Parameter] = []

  private let holder: SeatHolder

  /// Seats a learner.
  public init(_ learner: some Learner) { holder = LearnerHolder(learner) }

  /// Seats a policy that stays as it is.
  public init(fixed policy: Policy) { holder = FixedHolder(policy) }

  /// Always throws: a seat is made of a learner or a policy.
  public init(_ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int) throws {
    throw GameError("learner", "a seat is made of a learner or a fixed policy")
  }

  /// The action of whoever sits here.
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    holder.act(at: state, using: &stream)
  }

  /// Learns from one step, if whoever sits here learns.
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    holder.update(
      state: state, jointAction: jointAction, rewards: rewards, nextState: nextState,
      continuation: continuation, isLast: isLast, using: &stream)
  }

  /// Counts towards the average policy.
  public mutating func recordVisit(_ state: Int) { holder.recordVisit(state) }
  /// Begins from a given policy.
  public mutating func start(from point: StartingPoint) throws { try holder.start(from: point) }
  /// The training loop, compiled for seats here.
  public static func train(_ loop: inout TrainingLoop<Seat>, until last: Int) {
    loop.play(until: last)
  }
  /// The policy as it stands.
  public var lastPolicy: Policy { holder.lastPolicy }
  /// The average policy.
  public var averagePolicy: Policy { holder.averagePolicy }
  /// Updates after which the policy last changed.
  public var lastPolicyChange: Int { holder.lastPolicyChange }
  /// The exploration rate, if there is one.
  public var explorationRate: Double? { holder.explorationRate }
  /// The largest weight, if there are any.
  public var largestWeight: Double? { holder.largestWeight }

  /// The holder's snapshot, encoded.
  public struct Snapshot: Codable, Sendable {
    var kind: String
    var content: String
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot { Snapshot(kind: holder.kind, content: holder.saved()) }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.kind == holder.kind else {
      throw SnapshotError("a snapshot of \(snapshot.kind) does not fit \(holder.kind)")
    }
    try holder.take(up: snapshot.content)
  }
}

/// What sits in a seat.
private class SeatHolder {
  var kind: String { fatalError("abstract") }
  func act(at state: Int, using stream: inout RandomStream) -> Int { fatalError("abstract") }
  func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) { fatalError("abstract") }
  func recordVisit(_ state: Int) { fatalError("abstract") }
  func start(from point: StartingPoint) throws { fatalError("abstract") }
  var lastPolicy: Policy { fatalError("abstract") }
  var averagePolicy: Policy { fatalError("abstract") }
  var lastPolicyChange: Int { fatalError("abstract") }
  var explorationRate: Double? { fatalError("abstract") }
  var largestWeight: Double? { nil }
  func saved() -> String { fatalError("abstract") }
  func take(up content: String) throws { fatalError("abstract") }
}

private final class LearnerHolder<L: Learner>: SeatHolder {
  private var learner: L

  init(_ learner: L) { self.learner = learner }

  override var kind: String { L.name }
  override func act(at state: Int, using stream: inout RandomStream) -> Int {
    learner.act(at: state, using: &stream)
  }
  override func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    learner.update(
      state: state, jointAction: jointAction, rewards: rewards, nextState: nextState,
      continuation: continuation, isLast: isLast, using: &stream)
  }
  override func recordVisit(_ state: Int) { learner.recordVisit(state) }
  override func start(from point: StartingPoint) throws { try learner.start(from: point) }
  override var lastPolicy: Policy { learner.lastPolicy }
  override var averagePolicy: Policy { learner.averagePolicy }
  override var lastPolicyChange: Int { learner.lastPolicyChange }
  override var explorationRate: Double? { learner.explorationRate }
  override var largestWeight: Double? { learner.largestWeight }
  override func saved() -> String { encodedSnapshot(learner.snapshot()) }
  override func take(up content: String) throws {
    try learner.restore(decoded(L.Snapshot.self, content))
  }
}

private final class FixedHolder: SeatHolder {
  private var agent: PolicyAgent

  init(_ policy: Policy) { agent = PolicyAgent(policy) }

  override var kind: String { "fixed" }
  override func act(at state: Int, using stream: inout RandomStream) -> Int {
    agent.act(at: state, using: &stream)
  }
  override func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {}
  override func recordVisit(_ state: Int) {}
  override func start(from point: StartingPoint) throws { agent = PolicyAgent(point.policy) }
  override var lastPolicy: Policy { agent.policy }
  override var averagePolicy: Policy { agent.policy }
  override var lastPolicyChange: Int { 0 }
  override var explorationRate: Double? { nil }
  override func saved() -> String { "" }
  override func take(up content: String) throws {}
}

/// How an infinite or undefined number of a snapshot is written, so that whoever keeps the snapshot
/// can refuse it.
public let notFiniteMark = "not finite"

/// A snapshot as JSON, the same bytes for the same snapshot. Numbers that are not finite become
/// `notFiniteMark`.
public func encodedSnapshot(_ snapshot: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: notFiniteMark, negativeInfinity: notFiniteMark, nan: notFiniteMark)
  do {
    return String(decoding: try encoder.encode(snapshot), as: UTF8.self)
  } catch {
    preconditionFailure("a snapshot of numbers and lists does not encode: \(error)")
  }
}

/// The reverse. Throws `SnapshotError`.
func decoded<T: Decodable>(_ type: T.Type, _ content: String) throws -> T {
  do {
    return try JSONDecoder().decode(type, from: Data(content.utf8))
  } catch {
    throw SnapshotError("the learner's part of the checkpoint is damaged")
  }
}
