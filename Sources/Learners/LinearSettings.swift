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
}
