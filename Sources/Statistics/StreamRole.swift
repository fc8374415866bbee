/// What a random stream is for. The name itself is hashed into the stream's start, so adding,
/// removing or reordering roles moves no other stream; renaming one changes its draws.
///
/// The common roles are below; a module that needs another writes
/// `extension StreamRole { static let exploration = StreamRole(rawValue: "exploration") }`.
public struct StreamRole: RawRepresentable, Hashable, Codable, Sendable {
  /// The name that is hashed.
  public let rawValue: String

  /// Makes a role from its name.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Moves of nature in training: transitions, shocks, first states.
  public static let environment = StreamRole(rawValue: "environment")
  /// One agent's own draws: exploration, mixing, ties. Indexed by player.
  public static let agent = StreamRole(rawValue: "agent")
  /// Whatever is drawn while learning is off, so that evaluating does not disturb training.
  public static let evaluation = StreamRole(rawValue: "evaluation")
  /// Resampling for intervals.
  public static let bootstrap = StreamRole(rawValue: "bootstrap")
  /// Forward simulation of a solved or given policy.
  public static let simulation = StreamRole(rawValue: "simulation")
  /// First values of tables and policies. Indexed by player.
  public static let initialisation = StreamRole(rawValue: "initialisation")
  /// Random starts and samples inside a solver.
  public static let solver = StreamRole(rawValue: "solver")
  /// Randomly generated games and other test material.
  public static let generation = StreamRole(rawValue: "generation")
}
