internal import Foundation

#if canImport(FoundationXML)
  internal import FoundationXML
#endif

/// An SVG picture rebuilt for a page from the elements and attributes that drawings are made of:
/// whatever else the file holds (scripts, event handlers, links, fonts or pictures from elsewhere) is
/// left out. Names in it get a prefix, so that several pictures share a page.
struct SVGPicture {
  /// The markup, from `<svg` to `</svg>`.
  let markup: String

  /// Rebuilds a picture.
  ///
  /// - Parameters:
  ///   - prefix: of every name in it; unique on its page.
  ///   - title: what it shows, in words.
  /// - Returns: nil if the text is not well-formed XML or no SVG.
  init?(_ text: String, prefix: String, title: String) {
    let builder = SVGBuilder(prefix: prefix, title: title)
    let parser = XMLParser(data: Data(text.utf8))
    parser.shouldResolveExternalEntities = false
    parser.delegate = builder
    guard parser.parse(), builder.isWhole else { return nil }
    markup = builder.output
  }

  /// Whether a text is well-formed XML.
  static func isWellFormed(_ text: String) -> Bool {
    let parser = XMLParser(data: Data(text.utf8))
    parser.shouldResolveExternalEntities = false
    // On Linux parsing may end in an error, such as an element that is not closed, and say it went well.
    return parser.parse() && parser.parserError == nil
  }
}

/// Writes down what may stay while a parser reads.
private final class SVGBuilder: NSObject, XMLParserDelegate {
  private static let elements: Set<String> = [
    "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text",
    "tspan", "use", "symbol", "clipPath", "pattern", "linearGradient", "radialGradient", "stop",
    "image",
  ]
  private static let attributes: Set<String> = [
    "id", "class", "x", "y", "x1", "x2", "y1", "y2", "dx", "dy", "width", "height", "viewBox", "d",
    "points", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fill", "fill-opacity", "fill-rule",
    "stroke",
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-opacity",
    "stroke-miterlimit", "opacity", "color", "transform", "font-family", "font-size", "font-style",
    "font-weight", "text-anchor", "dominant-baseline", "baseline-shift", "style", "clip-path",
    "clip-rule", "offset", "stop-color", "stop-opacity", "gradientUnits", "gradientTransform",
    "patternUnits", "patternContentUnits", "patternTransform", "clipPathUnits", "textLength",
    "preserveAspectRatio", "xml:space", "href", "xlink:href",
  ]

  private let prefix: String
  private let title: String
  private(set) var output = ""
  private var isSVG = false
  private var hasError = false
  private var depth = 0
  /// Depth at which an element that is left out began.
  private var skipped: Int?
  /// Elements open and written, innermost last.
  private var open: [String] = []

  init(prefix: String, title: String) {
    self.prefix = prefix
    self.title = title
  }

  /// Whether what was read is one SVG element, closed, with nothing wrong in it. The parser's own word
  /// does not count for that: on Linux it takes some errors for success.
  var isWhole: Bool { isSVG && depth == 0 && !hasError }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { hasError = true }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    depth += 1
    guard skipped == nil else { return }
    if depth == 1 {
      guard name == "svg" else {
        parser.abortParsing()
        return
      }
      isSVG = true
    }
    guard Self.elements.contains(name) else {
      skipped = depth
      return
    }
    output += "<\(name)"
    if depth == 1 {
      output +=
        " xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
        + "role=\"img\" aria-labelledby=\"\(prefix)-title\""
    }
    for key in attributes.keys.sorted() where Self.attributes.contains(key) {
      if depth == 1, key == "id" || key == "xmlns" { continue }
      if let value = kept(key, attributes[key]!, of: name) {
        output += " \(key)=\"\(escaped(value))\""
      }
    }
    output += ">"
    if depth == 1 { output += "<title id=\"\(prefix)-title\">\(escaped(title))</title>" }
    open.append(name)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    defer { depth -= 1 }
    if let skipped {
      if skipped == depth { self.skipped = nil }
      return
    }
    guard !open.isEmpty else { return }
    open.removeLast()
    output += "</\(name)>"
    if name == "g" || name == "path" { output += "\n" }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    // Blanks between shapes are nothing; those in words are.
    guard skipped == nil, open.last == "text" || open.last == "tspan" else { return }
    output += escaped(text)
  }

  /// An attribute's value as it may stay; nil if it may not.
  private func kept(_ name: String, _ value: String, of element: String) -> String? {
    switch name {
    case "id": return "\(prefix)-\(value)"
    case "href", "xlink:href":
      if value.hasPrefix("#") { return "#\(prefix)-\(value.dropFirst())" }
      // Pixels of a heat map come with the file.
      return element == "image" && value.hasPrefix("data:image/png;base64,") ? value : nil
    default:
      let lowered = value.lowercased()
      guard lowered.contains("url(") || lowered.contains("\\") || lowered.contains("@") else {
        return value
      }
      // Only names inside the picture.
      let local = value.replacing("url(#", with: "url(#\(prefix)-")
      let rest = local.replacing("url(#\(prefix)-", with: "").lowercased()
      return rest.contains("url(") || rest.contains("\\") || rest.contains("@") ? nil : local
    }
  }
}
