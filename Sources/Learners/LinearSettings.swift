internal import Agents
internal import Configuration

/// The keys that linear learners share, each meaning the same to all of them.
enum LinearSettings {
  static func step(_ name: String, _ value: Double, _ meaning: String) -> Parameter {
    Parameter(
      name, Schedule.type(values: .nonnegative),
      .defaulted(Schedule.constant(value).parameterValue), meaning)
  }

  static let initialWeights = Parameter(
    "initial_weights", .list(.real(.any)), .defaulted(.list([.real(0)])),
    "first weights: one number for all features, or one for each")

  /// A list of numbers.
  static func numbers(_ parameters: ParameterSet, _ name: String) -> [Double] {
    guard case .list(let values) = parameters[name] else { return [] }
    return values.map { value in
      switch value {
      case .real(let number): number
      case .integer(let number): Double(number)
      default: preconditionFailure("no number in \(name)")
      }
    }
  }
}
