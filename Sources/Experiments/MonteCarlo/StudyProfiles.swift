internal import Configuration

/// The `profiles` of a path study, whatever kind of game it is of.
enum StudyProfiles {
  /// The profiles as written, in order.
  static func written(in resolved: ParameterSet) -> [ParameterSet] {
    guard case .list(let entries) = resolved.group("montecarlo")!["profiles"] else {
      preconditionFailure("a list")
    }
    return entries.map { entry in
      guard case .group(let set) = entry else { preconditionFailure("profiles are groups") }
      return set
    }
  }

  /// Refuses two profiles of one name, which would be one in every table.
  ///
  /// - Throws: `ConfigurationError`.
  static func check(names: [String], in resolved: ParameterSet, source: String) throws {
    var counts: [String: Int] = [:]
    for name in names { counts[name, default: 0] += 1 }
    guard let twice = counts.filter({ $0.value > 1 }).keys.sorted().first else { return }
    throw ConfigurationError(
      resolved.position(of: "montecarlo.profiles") ?? Position(source: source),
      key: "montecarlo.profiles", value: twice,
      rule: "names two profiles: give one of them another `name:`")
  }

  /// The resolved configuration with those profiles replaced that `replace` has another for.
  static func replaced(
    in resolved: ParameterSet, _ replace: (ParameterSet) throws -> ParameterSet?
  ) rethrows -> ParameterSet {
    guard var section = resolved.group("montecarlo") else { return resolved }
    let profiles = try written(in: resolved).map { try replace($0) ?? $0 }
    section.set("profiles", .list(profiles.map(ParameterValue.group)))
    var found = resolved
    found.set("montecarlo", .group(section))
    return found
  }
}
