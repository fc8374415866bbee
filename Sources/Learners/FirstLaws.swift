internal import Agents
internal import Configuration
import Environments
internal import Foundation
internal import Statistics

/// The laws that a learner from the model begins with, at every state.
enum FirstLaws: String, CaseIterable {
  /// Every action equally likely.
  case uniform
  /// A law drawn uniformly from the simplex at every state.
  case random

  /// The key `initial`.
  static func parameter(default first: FirstLaws, _ meaning: String) -> Parameter {
    .choice("initial", first.rawValue, allCases.map(\.rawValue), meaning)
  }

  /// Reads the resolved key of a learner's section.
  init(_ parameters: ParameterSet) {
    self = FirstLaws(rawValue: parameters.text("initial"))!
  }

  /// Writes a law at every state.
  ///
  /// Random ones have the Dirichlet law with all weights 1: −log(1 − u) of independent uniforms,
  /// divided by their sum (Devroye 1986, *Non-Uniform Random Variate Generation*, section XI.4).
  /// One draw per entry, none where there is a single action.
  func fill(
    _ law: UnsafeMutablePointer<Double>, offsets: [Int], using stream: inout RandomStream
  ) {
    for state in 0..<(offsets.count - 1) {
      let range = offsets[state]..<offsets[state + 1]
      guard self == .random, range.count > 1 else {
        for entry in range { law[entry] = 1 / Double(range.count) }
        continue
      }
      var total = 0.0
      for entry in range {
        // u is a multiple of 2⁻⁴⁸ at the finest: away from 1, so the sum is positive unless every
        // u is 0; the floor keeps even then a law.
        law[entry] = max(-log1p(-stream.uniform()), .leastNormalMagnitude)
        total += law[entry]
      }
      for entry in range { law[entry] /= total }
    }
  }
}
