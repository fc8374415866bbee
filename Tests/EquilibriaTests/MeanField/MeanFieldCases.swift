import Configuration
import Environments
import Equilibria
import Foundation
import Testing

/// Finite mean-field games that an independent program solved; see the README beside the figures.
struct MeanFieldFixtures: Decodable, Sendable {
  let kind: String
  let cases: [Case]

  struct Case: Decodable, Sendable {
    let name: String
    let parameters: [String: Value]
    let crossings: [Crossing]
    let phi: [Sample]
  }

  struct Crossing: Decodable, Sendable {
    let kind: String
    let m: Double
    let meanState: Double?
    let variance: Double?
    let law: [Double]?
    let values: [Double]?
    /// Left of m at a mixed crossing; nil entries at states without mass.
    let policy: [Double?]?
    let switchingStates: [Int]?
    let phiLeft: Double?
    let phiRight: Double?
    let policyLeft: [Double?]?
    let policyRight: [Double?]?
    let everyoneMixes: Mixture?
    let twoGroups: Mixture?

    enum CodingKeys: String, CodingKey {
      case kind, m, variance, law, values, policy
      case meanState = "mean_state"
      case switchingStates = "switching_states"
      case phiLeft = "phi_left"
      case phiRight = "phi_right"
      case policyLeft = "policy_left"
      case policyRight = "policy_right"
      case everyoneMixes = "everyone_mixes"
      case twoGroups = "two_groups"
    }
  }

  struct Mixture: Decodable, Sendable {
    let share: Double
    let law: [Double]?
  }

  struct Sample: Decodable, Sendable {
    let m: Double
    let phi: Double
  }

  enum Value: Decodable, Sendable {
    case number(Double)
    case word(String)
    case list([Double])

    var word: String? { if case .word(let word) = self { word } else { nil } }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let word = try? container.decode(String.self) {
        self = .word(word)
      } else {
        self = .list(try container.decode([Double].self))
      }
    }
  }

  /// Keys as written, unlike `Fixture.load`'s: parameters keep their names.
  static func load(_ name: String) -> MeanFieldFixtures {
    try! JSONDecoder().decode(MeanFieldFixtures.self, from: Fixture.data("mean-field/\(name)"))
  }
}

/// One game of the fixtures.
struct MeanFieldCase: Sendable, CustomTestStringConvertible {
  let kind: String
  let item: MeanFieldFixtures.Case
  var testDescription: String { "\(kind) \(item.name)" }

  static let all: [MeanFieldCase] = [
    "capacity", "quality-ladder", "inventory", "ridesharing", "social-learning", "reputation",
    "two-state",
  ].flatMap { name in
    let fixtures = MeanFieldFixtures.load(name)
    return fixtures.cases.map { MeanFieldCase(kind: fixtures.kind, item: $0) }
  }

  private static let families: [any MeanFieldFamily.Type] = [
    CapacityCompetition.self, QualityLadder.self, Inventory.self, Ridesharing.self,
    SocialLearning.self, Reputation.self, TwoStateGame.self,
  ]

  /// The game, through the same parameters as a configuration's.
  func game() throws -> any MeanFieldGame {
    let family = Self.families.first { $0.name == kind }!
    var set = ParameterSet()
    for parameter in family.parameters {
      if let written = item.parameters[parameter.name] {
        set.set(parameter.name, Self.value(written, parameter.type))
      } else if case .defaulted(let value) = parameter.presence {
        set.set(parameter.name, value)
      }
    }
    guard case .finite(let game) = try family.init(set).model() else {
      throw GameError("actions", "must be finite here")
    }
    return game
  }

  private static func value(
    _ written: MeanFieldFixtures.Value, _ type: ParameterType
  ) -> ParameterValue {
    switch (written, type) {
    case (.number(let number), .integer), (.number(let number), .integerOrWord):
      .integer(Int(number))
    case (.number(let number), _): .real(number)
    case (.word(let word), _): .text(word)
    case (.list(let numbers), .list(.integer)): .list(numbers.map { .integer(Int($0)) })
    case (.list(let numbers), _): .list(numbers.map { .real($0) })
    }
  }
}

extension MeanFieldLayout {
  /// The action of a row as the fixtures number it: accept is 1, reject and wait are 0.
  func number(of row: Int) -> Double {
    switch actionLabels[row] {
    case .number(let number): number
    case .text(let word): word == "accept" ? 1 : 0
    }
  }
}

/// Payoffs of another game along a line in t(m), so steep that policies change, and its law at ½.
struct AffineGame: MeanFieldGame {
  let inner: RandomMeanFieldGame
  let transform: InteractionDependence.Transform
  var layout: MeanFieldLayout { inner.layout }
  var discount: Double { inner.discount }
  var turnover: Turnover? { inner.turnover }
  var dependence: InteractionDependence { .affinePayoffs(transform) }
  let stateQuantity = "state"

  func write(at m: [Double], to tables: inout FrozenTables) {
    inner.write(at: [0.5], to: &tables)
    let law = tables.probabilities
    inner.write(at: [8 * transform(m[0]) - 4], to: &tables)
    tables.probabilities = law
  }
}

/// Another game's tables, held between breakpoints.
struct SteppedGame: MeanFieldGame {
  let inner: RandomMeanFieldGame
  let points: [Double]
  var saysSo = true
  var layout: MeanFieldLayout { inner.layout }
  var discount: Double { inner.discount }
  var turnover: Turnover? { inner.turnover }
  var dependence: InteractionDependence { saysSo ? .constantBetween(points) : .general }
  let stateQuantity = "state"

  func write(at m: [Double], to tables: inout FrozenTables) {
    // Jumps back and forth, so that Φ does too.
    let piece = points.count { $0 <= m[0] }
    inner.write(at: [Double(piece * 7 % 11) / 11], to: &tables)
  }
}

/// A game without choice whose agents are at the second of two states with probability h(m).
struct ChanceGame: MeanFieldGame {
  let layout = try! MeanFieldLayout(
    coordinates: [[0], [1]], interactionNames: ["share"],
    rows: (0..<2).map { state in
      [.init(.number(0), successors: [0, 1], interaction: [Double(state)])]
    })
  let discount = 0.9
  let stateQuantity = "state"
  let chance: @Sendable (Double) -> Double

  func write(at m: [Double], to tables: inout FrozenTables) {
    let second = chance(m[0])
    for state in 0..<2 {
      tables.payoffs[state] = 0
      tables.probabilities[2 * state] = 1 - second
      tables.probabilities[2 * state + 1] = second
    }
  }
}

/// Every pure policy of a layout, as rows.
func allPolicies(_ layout: MeanFieldLayout) -> [[Int32]] {
  var policies: [[Int32]] = [[]]
  for state in 0..<layout.stateCount {
    policies = policies.flatMap { policy in layout.rows(of: state).map { policy + [Int32($0)] } }
  }
  return policies
}
