/// A piece of a page. Text and attributes are escaped where they are written out, so nothing that a
/// person or a file said can become markup.
indirect enum HTML: Sendable {
  /// Words.
  case text(String)
  /// An element with its attributes and children.
  case element(Tag, [Attribute], [HTML])
  /// Several pieces in a row.
  case fragment([HTML])
  /// Markup as it is: only for style sheets of our own and pictures that `SVGPicture` has rebuilt.
  case trusted(String)

  /// The elements that pages are made of.
  enum Tag: String, Sendable {
    case html, head, meta, title, style, body, header, nav, main, section, footer
    case h1, h2, h3, p, ol, ul, li, a, dl, dt, dd, div, span, strong, br
    case table, caption, thead, tbody, tr, th, td
    case figure, figcaption, img, pre, code, details, summary

    /// Whether it has no content and no end tag.
    var isVoid: Bool { self == .meta || self == .img || self == .br }
    /// Whether a new line follows it, to keep pages readable as text.
    var isBlock: Bool {
      switch self {
      case .a, .span, .strong, .code, .br, .td, .th, .img, .title, .summary: false
      default: true
      }
    }
  }

  /// A name and its value; names are our own.
  struct Attribute: Sendable {
    let name: StaticString
    let value: String

    init(_ name: StaticString, _ value: String) {
      self.name = name
      self.value = value
    }

    static func id(_ value: String) -> Attribute { Attribute("id", value) }
    static func classed(_ value: String) -> Attribute { Attribute("class", value) }
  }

  /// An element.
  static func tag(_ tag: Tag, _ attributes: [Attribute] = [], _ children: [HTML]) -> HTML {
    .element(tag, attributes, children)
  }

  /// An element with words in it.
  static func tag(_ tag: Tag, _ attributes: [Attribute] = [], _ text: String = "") -> HTML {
    .element(tag, attributes, text.isEmpty ? [] : [.text(text)])
  }

  /// The markup.
  var markup: String {
    var output = ""
    write(to: &output)
    return output
  }

  private func write(to output: inout String) {
    switch self {
    case .text(let text): output += escaped(text)
    case .trusted(let markup): output += markup
    case .fragment(let parts): for part in parts { part.write(to: &output) }
    case .element(let tag, let attributes, let children):
      output += "<\(tag.rawValue)"
      for attribute in attributes {
        output += " \(attribute.name)=\"\(escaped(attribute.value))\""
      }
      output += ">"
      if !tag.isVoid {
        for child in children { child.write(to: &output) }
        output += "</\(tag.rawValue)>"
      }
      if tag.isBlock { output += "\n" }
    }
  }
}

/// A text for HTML and XML: nothing in it is markup, between tags or in an attribute. Characters that
/// neither may hold become U+FFFD.
func escaped(_ text: String) -> String {
  var output = ""
  output.reserveCapacity(text.utf8.count)
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": output += "&amp;"
    case "<": output += "&lt;"
    case ">": output += "&gt;"
    case "\"": output += "&quot;"
    case "'": output += "&#39;"
    case "\t", "\n", "\r": output.unicodeScalars.append(scalar)
    default:
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let isNone = scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
      output.unicodeScalars.append(isControl || isNone ? "\u{FFFD}" : scalar)
    }
  }
  return output
}

/// A word for an `id`: small letters, digits and hyphens.
func identifier(_ text: String) -> String {
  var output = ""
  for letter in text.lowercased().unicodeScalars {
    if ("a"..."z").contains(letter) || ("0"..."9").contains(letter) {
      output.unicodeScalars.append(letter)
    } else if !output.hasSuffix("-") {
      output += "-"
    }
  }
  while output.hasSuffix("-") { output.removeLast() }
  while output.hasPrefix("-") { output.removeFirst() }
  return output.isEmpty ? "part" : output
}
