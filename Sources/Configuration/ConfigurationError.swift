/// Where a piece of configuration was written.
public struct Position: Sendable, Equatable, CustomStringConvertible {
  /// A file name as the user gave it, or `command line`.
  public var source: String
  /// Line and column counted from 1; 0 where the source has none.
  public var line: Int
  /// Column counted from 1.
  public var column: Int

  /// Creates a position.
  public init(source: String, line: Int = 0, column: Int = 0) {
    self.source = source
    self.line = line
    self.column = column
  }

  /// `file:line:column`, or the source alone.
  public var description: String { line > 0 ? "\(source):\(line):\(column)" : source }
}

/// A piece of configuration that cannot be used: where it stands, its key and value, the rule it
/// breaks and the way out.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it was written.
  public let position: Position
  /// The dotted path of the key; empty for a whole file.
  public let key: String
  /// The value as written; nil where the key itself is at fault.
  public let value: String?
  /// The rule broken and the way out.
  public let rule: String

  /// Creates an error.
  public init(_ position: Position, key: String, value: String? = nil, rule: String) {
    self.position = position
    self.key = key
    self.value = value
    self.rule = rule
  }

  /// `file:line:column: key = value: rule`.
  public var description: String {
    var text = "\(position): "
    if !key.isEmpty { text += value.map { "\(key) = \($0): " } ?? "\(key): " }
    return text + rule
  }
}

/// The candidate nearest to `word` by edit distance, if it is near enough to be a likely slip: at
/// most a third of the word's length, and at least 2, away.
public func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  guard let best = closest(to: word, among: candidates),
    editDistance(word.lowercased(), best.lowercased()) <= max(2, word.count / 3)
  else { return nil }
  return best
}

/// The candidate nearest to `word` by edit distance, however far; the first in order among equals.
func closest(to word: String, among candidates: some Sequence<String>) -> String? {
  candidates.map { (editDistance(word.lowercased(), $0.lowercased()), $0) }.min { $0 < $1 }?.1
}

/// Insertions, deletions and substitutions between two words (Wagner and Fischer 1974). O(nm).
func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first), Array(second))
  var previous = Array(0...b.count)
  for i in 0..<a.count {
    var current = [i + 1]
    for j in 0..<b.count {
      current.append(
        min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1)))
    }
    previous = current
  }
  return previous[b.count]
}
