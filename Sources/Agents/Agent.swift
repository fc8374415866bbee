public import Statistics

/// What sits in a seat and acts.
///
/// An agent sees the state's index and chooses one of its actions there. It owns no randomness:
/// its stream is passed in.
public protocol Agent {
  /// The action chosen at `state`.
  mutating func act(at state: Int, using stream: inout RandomStream) -> Int
}
