/// A stream at one moment, written down portably: the generator's name and the words of its state
/// as hexadecimal integers, in the order of GSL's struct. Doubles (of `ranlxd2`) are written as
/// multiples of 2⁻⁴⁸, which they are exactly. Neither byte order nor padding enters.
///
/// A decoded state is only text until `RandomStream.init(restoring:)` has checked it.
public struct RandomStreamState: Codable, Sendable, Equatable {
  /// The name of a `GeneratorKind`.
  public var generator: String
  /// The words: 3 for `taus2`, 625 for `mt19937`, 16385 for `gfsr4`, 17 for `ranlxd2`, 6 for
  /// `cmrg`, 5 for `mrg`.
  public var words: [String]

  /// Makes a state from its parts, unchecked.
  public init(generator: String, words: [String]) {
    self.generator = generator
    self.words = words
  }
}

/// A written-down state that no generator can have been in.
public struct InvalidStreamState: Error, CustomStringConvertible, Sendable, Equatable {
  /// The generator named by the state.
  public let generator: String
  /// What is wrong, with the offending word.
  public let reason: String

  /// One line.
  public var description: String { "random stream state of \(generator): \(reason)" }
}

extension RandomStream {
  /// The state now; `init(restoring:)` continues from it bit for bit.
  public var state: RandomStreamState {
    var words: [String] = []
    words.reserveCapacity(generator.layout.wordCount)
    for field in generator.layout.fields {
      for index in 0..<field.count {
        words.append(String(field.load(index, from: statePointer), radix: 16))
      }
    }
    return RandomStreamState(generator: generator.rawValue, words: words)
  }

  /// Continues a stream from a state written down earlier.
  /// - Throws: `UnknownGenerator`; `InvalidStreamState` unless the number of words is the
  ///   generator's, each is hexadecimal and in its range, no component is all zeros, and the two
  ///   lags of `ranlxd2` keep their distance.
  public init(restoring state: RandomStreamState) throws {
    let kind = try GeneratorKind(named: state.generator)
    let words = try state.checkedWords(for: kind)
    self.init(cloning: kind)
    var position = 0
    for field in kind.layout.fields {
      for index in 0..<field.count {
        field.store(words[position], index, to: statePointer)
        position += 1
      }
    }
  }
}

extension RandomStreamState {
  /// The words as integers, in the order of the layout, once all are known to be possible.
  func checkedWords(for kind: GeneratorKind) throws(InvalidStreamState) -> [UInt64] {
    let layout = kind.layout
    guard words.count == layout.wordCount else {
      throw refusal("\(words.count) words: must be \(layout.wordCount)")
    }
    var checked: [UInt64] = []
    checked.reserveCapacity(words.count)
    for field in layout.fields {
      var anyBits: UInt64 = 0
      for _ in 0..<field.count {
        let text = words[checked.count]
        let place = "word \(checked.count) (\(field.name)) = \(text)"
        // Digits only: UInt64 would also take a sign.
        guard let word = UInt64(text, radix: 16), text.first != "+", text.first != "-" else {
          throw refusal("\(place): must be a hexadecimal integer")
        }
        guard field.range.contains(word) else {
          let low = String(field.range.lowerBound, radix: 16)
          let high = String(field.range.upperBound - 1, radix: 16)
          throw refusal("\(place): must be from \(low) to \(high)")
        }
        checked.append(word)
        anyBits |= word
      }
      guard anyBits != 0 || !field.entropy else {
        throw refusal("every word of \(field.name) is 0: the generator would return only zeros")
      }
    }
    if kind == .ranlxd2 {
      // Lags 12 and 5: jr runs seven places ahead of where the last block ended (ir_old).
      let jr = checked[14]
      let expected = (checked[15] + 7) % 12
      guard jr == expected else {
        throw refusal("word 14 (jr) = \(jr): must be (ir_old + 7) mod 12 = \(expected)")
      }
    }
    return checked
  }

  private func refusal(_ reason: String) -> InvalidStreamState {
    InvalidStreamState(generator: generator, reason: reason)
  }
}
