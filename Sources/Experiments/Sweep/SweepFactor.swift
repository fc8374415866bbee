internal import Configuration
internal import Foundation

/// What one dimension of a design varies: a key path of the configuration, or several that move
/// together.
struct SweepFactor: Sendable {
  /// A key path.
  struct Key: Sendable {
    /// `game.parameters.mu`.
    let path: String
    /// Its keys, outermost first.
    let parts: [String]
    /// Where it was written.
    let position: Position
  }

  /// The values it takes.
  enum Values: Sendable {
    /// `[level][key]`.
    case levels([[DocumentNode]])
    /// Any number between two, for designs that draw.
    case interval(SweepInterval)
  }

  /// One, or those that are zipped.
  let keys: [Key]
  let values: Values
  /// Whether steps along it are even on a logarithmic scale.
  let isLogarithmic: Bool

  /// The number of levels; nil for an interval.
  var levelCount: Int? { if case .levels(let levels) = values { levels.count } else { nil } }

  /// The values at a share u ∈ [0, 1) of the factor: level ⌊u n⌋ of n, or that point of the interval.
  func values(at share: Double) -> [DocumentNode] {
    switch values {
    case .levels(let levels): levels[min(levels.count - 1, Int(share * Double(levels.count)))]
    case .interval(let interval): [interval.value(at: share)]
    }
  }
}

/// Numbers from one to another, evenly or evenly in logarithms.
struct SweepInterval: Sendable {
  let low: Double
  let high: Double
  let isLogarithmic: Bool
  /// Whether only whole numbers are meant, both ends included.
  let isWhole: Bool
  let position: Position

  /// The number at a share u ∈ [0, 1) of the interval: low + u (high − low), or
  /// low (high / low)ᵘ. Whole numbers are the floor of the same on [low, high + 1), so that on the
  /// linear scale all are equally likely.
  func value(at share: Double) -> DocumentNode {
    let end = isWhole ? high + 1 : high
    let value = isLogarithmic ? low * pow(end / low, share) : low + share * (end - low)
    return Self.node(isWhole ? min(high, value.rounded(.down)) : value, at: position)
  }

  /// Point k of n, ends included.
  func point(_ k: Int, of n: Int) -> DocumentNode {
    let (a, b) = (Double(n - 1 - k), Double(k))
    let value =
      isLogarithmic
      ? exp((a * log(low) + b * log(high)) / (a + b)) : (a * low + b * high) / (a + b)
    return Self.node(isWhole ? value.rounded() : value, at: position)
  }

  /// A number of at most fifteen significant digits, so that three tenths read 0.3 and not
  /// 0.30000000000000004; whole ones without a point.
  static func node(_ value: Double, at position: Position) -> DocumentNode {
    let rounded = Double(String(format: "%.15g", value)) ?? value
    let word =
      rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    return DocumentNode(.scalar(word, quoted: false), at: position)
  }
}

extension SweepFactor {
  /// The keys of a range: `{from: 0, to: 1, count: 5}`.
  static let rangeKeys: [Parameter] = [
    Parameter("from", .real(.any), .required, "first value"),
    Parameter("to", .real(.any), .required, "last value"),
    Parameter("count", .integer(2...100_000), .optional, "how many values, ends included"),
    Parameter(
      "step", .real(.positive), .optional, "distance of values, in place of count; linear scale"),
    .choice("scale", "linear", ["linear", "log"], "even steps, or even ratios"),
    Parameter(
      "whole", .boolean, .defaulted(.boolean(false)), "whole numbers only"),
  ]

  /// Values of each key before they are counted as whole ranges of runs.
  private static let mostLevels = 100_000

  /// Reads `vary` and `zip`.
  ///
  /// - Parameter drawsIntervals: whether a range may be left without count and step.
  /// - Throws: `ConfigurationError`.
  static func read(
    vary: DocumentNode?, zip: DocumentNode?, drawsIntervals: Bool, position: Position
  ) throws -> [SweepFactor] {
    var factors: [SweepFactor] = []
    for entry in try entries(of: vary, key: "vary") {
      let key = try key(entry, in: "vary")
      factors.append(try factor(key, entry.value, drawsIntervals: drawsIntervals))
    }
    for (group, prefix) in try groups(zip) {
      var keys: [Key] = []
      var columns: [[DocumentNode]] = []
      for entry in try entries(of: group, key: prefix) {
        let path = "\(prefix).\(entry.key)"
        guard case .sequence(let list) = entry.value.content, !list.isEmpty else {
          throw ConfigurationError(
            entry.position, key: path, value: entry.value.text, rule: "must be a list of values")
        }
        keys.append(try key(entry, in: prefix))
        columns.append(list)
        guard list.count == columns[0].count else {
          throw ConfigurationError(
            entry.position, key: path, value: entry.value.text,
            rule: "has \(list.count) values and \(keys[0].path) has \(columns[0].count): keys that "
              + "move together need as many each")
        }
      }
      factors.append(
        SweepFactor(
          keys: keys,
          values: .levels(columns[0].indices.map { level in columns.map { $0[level] } }),
          isLogarithmic: false))
    }
    guard !factors.isEmpty else {
      throw ConfigurationError(
        position, key: "vary",
        rule: "is missing: name at least one key with its values, such as "
          + "vary: {game.parameters.mu: [0.1, 0.2]}")
    }
    try refuseOverlaps(factors.flatMap(\.keys))
    return factors
  }

  /// The groups of `zip`, each with its path: one mapping, or a list of them.
  private static func groups(_ zip: DocumentNode?) throws -> [(DocumentNode, String)] {
    switch zip?.content {
    case nil: []
    case .sequence(let groups): groups.enumerated().map { ($1, "zip[\($0)]") }
    default: [(zip!, "zip")]
    }
  }

  private static func entries(
    of node: DocumentNode?, key: String
  ) throws -> [DocumentNode.Entry] {
    guard let node else { return [] }
    guard let entries = node.entries, !entries.isEmpty else {
      throw ConfigurationError(
        node.position, key: key, value: node.text,
        rule: "must be a mapping from key paths to values, such as "
          + "{game.parameters.mu: [0.1, 0.2]}")
    }
    return entries
  }

  private static func key(_ entry: DocumentNode.Entry, in section: String) throws -> Key {
    let parts = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw ConfigurationError(
        entry.position, key: "\(section).\(entry.key)", rule: "has an empty part between dots")
    }
    if ["experiment", "seed", "replicates"].contains(entry.key) {
      throw ConfigurationError(
        entry.position, key: "\(section).\(entry.key)",
        rule: "cannot vary from cell to cell: every cell has the same seeds; for more of them "
          + "raise `replicates:`")
    }
    return Key(path: entry.key, parts: parts, position: entry.position)
  }

  private static func factor(
    _ key: Key, _ node: DocumentNode, drawsIntervals: Bool
  ) throws -> SweepFactor {
    let path = "vary.\(key.path)"
    func refuse(_ rule: String) -> ConfigurationError {
      ConfigurationError(node.position, key: path, value: node.text, rule: rule)
    }
    switch node.content {
    case .scalar:
      throw refuse(
        "must be a list of values or a range {from: …, to: …, count: …}; what all cells share "
          + "stands under `configuration:`")
    case .sequence(let list):
      guard !list.isEmpty else { throw refuse("must hold at least one value") }
      try refuseTwins(list, path: path)
      return SweepFactor(
        keys: [key], values: .levels(list.map { [$0] }), isLogarithmic: false)
    case .mapping:
      guard node.value(of: "from") != nil || node.value(of: "to") != nil else {
        throw refuse(
          "must be a list of values or a range {from: …, to: …, count: …}; keys inside a section "
            + "are written with dots, such as game.parameters.mu")
      }
      return try range(key, node, path: path, drawsIntervals: drawsIntervals)
    }
  }

  private static func range(
    _ key: Key, _ node: DocumentNode, path: String, drawsIntervals: Bool
  ) throws -> SweepFactor {
    let set = try ParameterSet(
      node, declared: rangeKeys, path: path, position: node.position)
    func refuse(_ name: String, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        set.position(of: name) ?? node.position, key: "\(path).\(name)", value: set[name]?.text,
        rule: rule)
    }
    let interval = SweepInterval(
      low: set.real("from"), high: set.real("to"), isLogarithmic: set.text("scale") == "log",
      isWhole: set.boolean("whole"), position: node.position)
    guard interval.low < interval.high else {
      throw refuse("to", "must be above from = \(set["from"]!.text)")
    }
    if interval.isLogarithmic, interval.low <= 0 {
      throw refuse("from", "must be above 0 on a log scale")
    }
    if interval.isWhole {
      for name in ["from", "to"] where set.real(name) != set.real(name).rounded() {
        throw refuse(name, "must be whole, as whole: true asks")
      }
    }
    var levels: [DocumentNode]
    if let count = set["count"] {
      guard set["step"] == nil else { throw refuse("step", "stands beside count; write one") }
      guard case .integer(let count) = count else { preconditionFailure("a whole number") }
      levels = (0..<count).map { interval.point($0, of: count) }
    } else if set["step"] != nil {
      guard !interval.isLogarithmic else {
        throw refuse("step", "is for the linear scale; write count")
      }
      let step = set.real("step")
      guard !interval.isWhole || step == step.rounded() else {
        throw refuse("step", "must be whole, as whole: true asks")
      }
      // A last step that falls short by rounding alone is still taken.
      let steps = ((interval.high - interval.low) / step * (1 + 1e-12)).rounded(.down)
      guard steps < Double(mostLevels) else {
        throw refuse("step", "makes more than \(mostLevels) values")
      }
      levels = (0...Int(steps)).map {
        SweepInterval.node(interval.low + Double($0) * step, at: node.position)
      }
    } else {
      guard drawsIntervals else {
        throw ConfigurationError(
          node.position, key: path, value: node.text,
          rule: "needs count or step in a grid; without either, a random or sobol design draws "
            + "from the whole interval")
      }
      return SweepFactor(
        keys: [key], values: .interval(interval), isLogarithmic: interval.isLogarithmic)
    }
    try refuseTwins(levels, path: path)
    return SweepFactor(
      keys: [key], values: .levels(levels.map { [$0] }), isLogarithmic: interval.isLogarithmic)
  }

  private static func refuseTwins(_ list: [DocumentNode], path: String) throws {
    var seen: Set<String> = []
    for node in list where !seen.insert(node.flow).inserted {
      throw ConfigurationError(
        node.position, key: path, value: node.text, rule: "appears twice among the values")
    }
  }

  /// Two keys of which one holds the other would depend on the order in which they are set.
  private static func refuseOverlaps(_ keys: [Key]) throws {
    for (index, key) in keys.enumerated() {
      for earlier in keys[..<index] {
        let (short, long) =
          earlier.parts.count <= key.parts.count
          ? (earlier.parts, key.parts) : (key.parts, earlier.parts)
        guard long.starts(with: short) else { continue }
        throw ConfigurationError(
          key.position, key: key.path,
          rule: key.path == earlier.path
            ? "is varied twice; keep one" : "overlaps with \(earlier.path): vary one of them")
      }
    }
  }
}
