internal import Yams

extension DocumentNode {
  /// This mapping with another laid over it, key by key at every depth: the overlay's values win.
  ///
  /// A mapping whose `kind` differs from the one below replaces it whole: the keys below belong to the
  /// other kind. Lists and words replace what is below.
  public func overlaid(by overlay: DocumentNode) -> DocumentNode {
    guard case .mapping(var entries) = content, let changes = overlay.entries,
      !names(anotherKindThan: overlay)
    else { return overlay }
    for change in changes {
      if let index = entries.firstIndex(where: { $0.key == change.key }) {
        entries[index].position = change.position
        entries[index].value = entries[index].value.overlaid(by: change.value)
      } else {
        entries.append(change)
      }
    }
    return DocumentNode(.mapping(entries), at: position)
  }

  private func names(anotherKindThan overlay: DocumentNode) -> Bool {
    guard let kind = value(of: "kind"), let other = overlay.value(of: "kind") else { return false }
    return kind.text != other.text
  }

  /// The node on one line of YAML that reads back as the same values.
  public var flow: String {
    switch content {
    case .scalar(let word, let quoted):
      quoted || Self.needsQuotes(word) ? Self.doubleQuoted(word) : word
    case .sequence(let nodes): "[" + nodes.map(\.flow).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{"
        + entries.map {
          (Self.needsQuotes($0.key) ? Self.doubleQuoted($0.key) : $0.key) + ": " + $0.value.flow
        }.joined(separator: ", ") + "}"
    }
  }

  /// Whether a plain word would read as something else inside brackets.
  private static func needsQuotes(_ word: String) -> Bool {
    word.isEmpty || word.hasPrefix(" ") || word.hasSuffix(" ") || word.hasPrefix("- ")
      || word.hasPrefix("? ") || word == "-" || word == "?" || word.contains(": ")
      || word.hasSuffix(":")
      || word.unicodeScalars.contains {
        $0.value < 32 || ",[]{}#&*!|>'\"%@`".unicodeScalars.contains($0)
      }
  }

  private static func doubleQuoted(_ word: String) -> String {
    var text = "\""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      default:
        if scalar.value < 32 {
          let digits = String(scalar.value, radix: 16)
          text += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    return text + "\""
  }

  /// The node as a YAML document, keys in order; lists of plain words stand on one line.
  ///
  /// - Throws: what the writer of YAML throws.
  public func yaml() throws -> String { try Yams.serialize(node: node, width: 100) }

  private var node: Node {
    switch content {
    case .scalar(let word, let quoted):
      return Node(word, .implicit, quoted ? .doubleQuoted : .any)
    case .sequence(let nodes):
      let isFlat = nodes.allSatisfy { if case .scalar = $0.content { true } else { false } }
      return Node(nodes.map(\.node), .implicit, isFlat ? .flow : .any)
    case .mapping(let entries):
      return Node(entries.map { (Node($0.key), $0.value.node) })
    }
  }
}
