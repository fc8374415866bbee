import Environments
import Equilibria
import Statistics
import Testing

/// Components, recurrent classes and periods.
@Suite struct LongRunClassTests {
  /// Six states after Norris (1997), example 1.2.2: by hand, {0, 1, 2} feeds {3} and {4, 5}, {3}
  /// feeds {4, 5}, which is closed and alternates.
  @Test func `a chain of three components has one closed class`() throws {
    let chain = try MarkovChain(
      DenseMatrix([
        [0.5, 0.5, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [1.0 / 3, 0, 0, 1.0 / 3, 1.0 / 3, 0],
        [0, 0, 0, 0.5, 0.5, 0],
        [0, 0, 0, 0, 0, 1],
        [0, 0, 0, 0, 1, 0],
      ]))
    let structure = chain.classStructure
    #expect(structure.components == [[0, 1, 2], [3], [4, 5]])
    #expect(structure.recurrent == [[4, 5]])
    #expect(structure.periods == [2])
    #expect(structure.transient == [0, 1, 2, 3])
  }

  /// Closed walks of lengths 4 and 6 through state 0: gcd 2. With 4 and 7 instead: gcd 1.
  @Test(arguments: [(6, 2), (7, 1)]) func `two cycles through one state`(length: Int, period: Int)
    throws
  {
    let size = 3 + length
    var matrix = DenseMatrix(rows: size, columns: size)
    // 0 → 1 → 2 → 3 → 0 and 0 → 4 → … → size − 1 → 0.
    matrix[0, 1] = 0.5
    matrix[0, 4] = 0.5
    for state in [1, 2] { matrix[state, state + 1] = 1 }
    matrix[3, 0] = 1
    for state in 4..<(size - 1) { matrix[state, state + 1] = 1 }
    matrix[size - 1, 0] = 1
    let structure = try MarkovChain(matrix).classStructure
    #expect(structure.recurrent == [Array(0..<size)])
    #expect(structure.periods == [period])
  }

  /// 1e-14 is taken for rounding and 2e-14 is not, unless the threshold says otherwise.
  @Test func `transitions of 1e-14 do not connect classes`() throws {
    func classes(_ probability: Double, threshold: Double = 1e-14) throws -> [[Int]] {
      let matrix = DenseMatrix([[1 - probability, probability], [0.5, 0.5]])
      return try MarkovChain(matrix, threshold: threshold).classStructure.recurrent
    }
    #expect(try classes(1e-14) == [[0]])
    #expect(try classes(2e-14) == [[0, 1]])
    #expect(try classes(1e-17, threshold: 0) == [[0, 1]])
  }

  /// Every chain on three states that moves to each successor of a nonempty set equally often, 343
  /// in all, against definitions applied by brute force.
  @Test func `all small chains`() throws {
    for code in 0..<343 {
      let chain = try smallChain(code)
      let matrix = chain.transition
      let structure = chain.classStructure
      // reach[t][s, s′]: whether some walk of exactly t steps leads from s to s′.
      var reach = [DenseMatrix.identity(3)]
      for t in 0..<12 {
        var next = DenseMatrix(rows: 3, columns: 3)
        for i in 0..<3 {
          for j in 0..<3 {
            next[i, j] = (0..<3).contains { reach[t][i, $0] > 0 && matrix[$0, j] > 0 } ? 1 : 0
          }
        }
        reach.append(next)
      }
      func leads(_ i: Int, _ j: Int) -> Bool { reach.contains { $0[i, j] > 0 } }
      let recurrent = (0..<3).filter { i in (0..<3).allSatisfy { !leads(i, $0) || leads($0, i) } }
      #expect(structure.recurrent.joined().sorted() == recurrent, "chain \(code)")
      #expect(structure.transient == (0..<3).filter { !recurrent.contains($0) }, "chain \(code)")
      for (states, period) in zip(structure.recurrent, structure.periods) {
        #expect(states == (0..<3).filter { leads(states[0], $0) }, "chain \(code)")
        let lengths = (1...12).filter { reach[$0][states[0], states[0]] > 0 }
        let divisors = (1...12).filter { d in lengths.allSatisfy { $0 % d == 0 } }
        #expect(period == divisors.max(), "chain \(code)")
      }
    }
  }

  /// Expected shares of dates, by averaging six late dates (every period here divides 6), against
  /// the long-run law from each state. Laws converge at rate 0.9 or faster, so 600 steps leave
  /// rounding.
  @Test func `long-run laws of all small chains are limits of average laws`() throws {
    for code in 0..<343 {
      let chain = try smallChain(code)
      for state in 0..<3 {
        let start = chain.pointMass(at: state)
        let run = try chain.longRun(from: start)
        #expect(run.isErgodic == (run.classes.count == 1))
        var average = [0.0, 0, 0]
        var law = chain.law(from: start, after: 600)
        for _ in 0..<6 {
          for s in 0..<3 { average[s] += law[s] / 6 }
          law = chain.law(from: law, after: 1)
        }
        for s in 0..<3 { #expect(abs(run.law[s] - average[s]) <= 1e-13, "chain \(code)") }
      }
    }
  }

  @Test func `matrices that are no chains are refused by row`() {
    let notSquare = #expect(throws: GameError.self) { try MarkovChain(DenseMatrix([[1, 0]])) }
    #expect(notSquare?.description.contains("1 × 2") == true)
    let sum = #expect(throws: GameError.self) {
      try MarkovChain(DenseMatrix([[1, 0], [0.5, 0.4]]))
    }
    #expect(sum?.description.contains("row 1: sums to 0.9") == true)
    let negative = #expect(throws: GameError.self) {
      try MarkovChain(DenseMatrix([[1.5, -0.5], [0.5, 0.5]]))
    }
    #expect(negative?.description.contains("row 0") == true)
    #expect(throws: GameError.self) { try MarkovChain(DenseMatrix([[.nan, 1], [0, 1]])) }
  }

  /// The chain whose row s moves to the members of the nonempty subset of {0, 1, 2} that the s-th
  /// digit of `code`, base 7, stands for.
  private func smallChain(_ code: Int) throws -> MarkovChain {
    var matrix = DenseMatrix(rows: 3, columns: 3)
    var rest = code
    for state in 0..<3 {
      let members = (0..<3).filter { (rest % 7 + 1) & (1 << $0) != 0 }
      for member in members { matrix[state, member] = 1 / Double(members.count) }
      rest /= 7
    }
    return try MarkovChain(matrix)
  }
}
