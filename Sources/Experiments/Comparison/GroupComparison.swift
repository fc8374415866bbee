/// stub
public struct GroupComparison: Encodable, Sendable {
  var text: String { "" }
  static func nashConv(_ groups: [(String, JudgedRun)], policy: String, task: String, seed: UInt64)
    throws -> GroupComparison
  { GroupComparison() }
}
