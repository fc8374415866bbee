extension StochasticGame {
  /// Where every state lies, `[state][dimension]`, in the game's own units: what functions of the
  /// state are built on.
  ///
  /// The family's own, if it gives any; otherwise the state's label where all labels are numbers,
  /// and failing that its index.
  public var stateCoordinates: [[Double]] {
    if let declaredCoordinates { return declaredCoordinates }
    let numbers = stateLabels.compactMap { label -> Double? in
      if case .number(let value) = label, value.isFinite { value } else { nil }
    }
    return numbers.count == stateCount
      ? numbers.map { [$0] } : (0..<stateCount).map { [Double($0)] }
  }

  /// What is wrong with the coordinates given.
  func coordinateViolations(_ found: inout [GameError]) {
    guard let declaredCoordinates else { return }
    let dimensions = declaredCoordinates.first?.count ?? 0
    if declaredCoordinates.count != stateCount {
      found.append(GameError("coordinates", "need one list per state: \(stateCount)"))
    } else if dimensions == 0 || declaredCoordinates.contains(where: { $0.count != dimensions }) {
      found.append(GameError("coordinates", "need the same number, at least one, at every state"))
    } else if !declaredCoordinates.allSatisfy({ $0.allSatisfy(\.isFinite) }) {
      found.append(GameError("coordinates", "must be finite"))
    }
  }
}
