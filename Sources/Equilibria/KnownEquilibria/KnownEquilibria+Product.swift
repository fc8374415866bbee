public import Environments

extension KnownEquilibria {
  /// The complete set of a game of separate states, state by state.
  ///
  /// Two players at a state: all equilibria by `VertexEnumeration`. The word is `all` if every
  /// state's enumeration is complete, `at least` if one met a limit, `found` if one could not be
  /// verified. All extreme equilibria of all states are certified in the game as a whole, as many
  /// profiles at a time as the largest state has extreme equilibria: as states are separate, each
  /// such certificate speaks for the law of every state.
  ///
  /// - Parameter limits: limits of the enumeration at each state.
  /// - Returns: nil if the game's states are not separate, if three or more players have a choice
  ///   at some state, or if a limit left a state with no equilibrium at all.
  /// - Throws: `StageGameError` or `NumericalError`.
  public static func complete(
    of game: StochasticGame, limits: VertexEnumeration = VertexEnumeration(),
    isCancelled: () -> Bool = { false }
  ) throws -> KnownEquilibria? {
    guard game.hasSeparateStates else { return nil }
    var states: [StateEquilibria] = []
    for state in 0..<game.stateCount {
      guard !isCancelled(), let set = try StateEquilibria(game, state: state, limits: limits),
        !set.components.isEmpty
      else { return nil }
      states.append(set)
    }
    return try KnownEquilibria(product: states, of: game)
  }

  private init(product states: [StateEquilibria], of game: StochasticGame) throws {
    let words = states.map(\.completeness)
    var completeness: Completeness =
      words.contains(.atLeast) ? .atLeast : words.contains(.found) ? .found : .all
    var note = "vertex enumeration of the one-shot game at each state"
    if states.contains(where: { !$0.coversContinua }) {
      note += "; of some continuum only the extreme equilibria are kept"
    }
    if try !Self.isCertified(states, game) {
      if completeness == .all { completeness = .found }
      note += "; an extreme equilibrium fails its certificate in the game as a whole"
    }
    let counts = states.map(\.components.count)
    var total = 1
    for count in counts { total = min(total * count, Self.listLimit + 1) }
    var choices: [[Int]] = []
    if total <= Self.listLimit {
      var choice = [Int](repeating: 0, count: counts.count)
      for _ in 0..<total {
        choices.append(choice)
        var state = counts.count - 1
        while state >= 0 {
          choice[state] += 1
          if choice[state] < counts[state] { break }
          choice[state] = 0
          state -= 1
        }
      }
    }
    let unplaced = try choices.map { choice in
      let profile = Self.profile(game) { states[$0].components[choice[$0]].equilibria[0] }
      return UnplacedEquilibrium(
        points: [
          EquilibriumCandidate(
            profile: profile, certificate: try Certificate(game, profile),
            origin: "vertex enumeration")
        ],
        components: choice,
        isContinuum: states.indices.contains { states[$0].components[choice[$0]].isContinuum },
        hits: 1)
    }
    let entries = Self.place(unplaced, of: game) { index in
      Self.image(of: choices[index], states, game).flatMap { choices.firstIndex(of: $0) }
    }
    self.init(
      game: game, completeness: completeness, entries: entries, states: states, note: note)
  }

  /// The mirror image of a choice of components; nil for a game without mirror.
  static func image(
    of choice: [Int], _ states: [StateEquilibria], _ game: StochasticGame
  ) -> [Int]? {
    guard let mirror = game.mirror else { return nil }
    var image = choice
    for state in choice.indices {
      image[mirror[state]] = StateEquilibria.image(
        of: states[state].components[choice[state]], in: states[mirror[state]].components)
    }
    return image
  }

  /// The name of a choice of components where entries are not listed: the states that leave a
  /// choice, with the number of the component, from 1.
  static func label(
    of choice: [Int], _ states: [StateEquilibria], _ game: StochasticGame
  ) -> String {
    choice.indices.filter { states[$0].components.count > 1 }
      .map { "\(game.stateLabels[$0]):\(choice[$0] + 1)" }.joined(separator: " ")
  }

  /// The profile with these laws `[player][action]` at each state.
  static func profile(_ game: StochasticGame, _ laws: (Int) -> [[Double]]) -> Profile {
    var profile = game.uniformProfile
    for state in 0..<game.stateCount {
      for (player, law) in laws(state).enumerated() { profile[player].setLaw(law, at: state) }
    }
    return profile
  }

  private static func isCertified(
    _ states: [StateEquilibria], _ game: StochasticGame
  ) throws -> Bool {
    let extremes = states.map { $0.components.flatMap(\.equilibria) }
    for layer in 0..<(extremes.map(\.count).max() ?? 0) {
      let profile = profile(game) { extremes[$0][layer % extremes[$0].count] }
      if try !Certificate(game, profile).isCertified { return false }
    }
    return true
  }
}
