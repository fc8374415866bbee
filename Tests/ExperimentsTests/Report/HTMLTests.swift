import Foundation
import Testing

@testable import Experiments

@Suite struct HTMLTests {
  @Test func `text and attributes cannot become markup`() {
    let page = HTML.tag(
      .p, [.init("title", "\"><script>alert(1)</script>")],
      [.text("<script>alert('x')</script> & \u{0} \u{8}")])
    #expect(
      page.markup
        == "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">"
        + "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; \u{FFFD} \u{FFFD}</p>\n")
  }

  @Test func `elements nest, and void ones have no end`() {
    let page = HTML.tag(
      .figure, [.id("a")],
      [
        .tag(.img, [.init("src", "data:,"), .init("alt", "b")], []),
        .fragment([.tag(.figcaption, [], "c"), .tag(.br, [], [])]),
      ])
    #expect(
      page.markup
        == "<figure id=\"a\"><img src=\"data:,\" alt=\"b\"><figcaption>c</figcaption>\n<br></figure>\n"
    )
  }

  @Test(arguments: [
    ("NashConv at parity", "nashconv-at-parity"), ("<script>", "script"), ("--", "part"),
    ("Ünï 7", "n-7"), ("", "part"),
  ])
  func `names in links are plain`(text: String, expected: String) {
    #expect(identifier(text) == expected)
  }

  @Test func `a picture keeps its shapes and words, and nothing that acts or loads`() throws {
    let hostile = """
      <?xml version="1.0"?>
      <svg width="10" height="20" viewBox="0 0 10 20" onload="alert(1)"
        xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
      <title>Gnuplot</title>
      <script>alert(2)</script>
      <style>@import url(http://x.example/a.css);</style>
      <defs><path id="a" d="M0,0 L1,1"/></defs>
      <use xlink:href="#a" fill="url(#g)" onclick="alert(3)"/>
      <use xlink:href="http://x.example/b.svg#c"/>
      <a xlink:href="javascript:alert(4)"><text>gone</text></a>
      <image xlink:href="http://x.example/p.png"/>
      <image xlink:href="data:image/png;base64,AAAA"/>
      <image xlink:href="data:text/html,x"/>
      <foreignObject><iframe src="http://x.example"/></foreignObject>
      <rect style="fill: url(http://x.example/f)" fill="red"/>
      <rect style="fill: u\\72l(x)"/>
      <text x="1">a &lt;b&gt; <tspan>c &amp; d</tspan></text>
      <animate attributeName="href" to="javascript:alert(5)"/>
      </svg>
      """
    let picture = try #require(SVGPicture(hostile, prefix: "f1", title: "one <two>"))
    let markup = picture.markup
    for word in [
      "alert", "script", "onload", "onclick", "example", "iframe", "style", "gone", "animate",
      "text/html", "Gnuplot",
    ] {
      #expect(!markup.lowercased().contains(word.lowercased()), "\(word): \(markup)")
    }
    #expect(markup.contains("<path d=\"M0,0 L1,1\" id=\"f1-a\">"))
    #expect(markup.contains("<use fill=\"url(#f1-g)\" xlink:href=\"#f1-a\">"))
    #expect(markup.contains("data:image/png;base64,AAAA"))
    #expect(markup.contains(">a &lt;b&gt; <tspan>c &amp; d</tspan></text>"))
    #expect(markup.contains("<title id=\"f1-title\">one &lt;two&gt;</title>"))
    #expect(markup.contains("viewBox=\"0 0 10 20\""))
    // What is left is well-formed by itself.
    #expect(SVGPicture.isWellFormed(markup))
  }

  @Test(arguments: [
    "", "<html/>", "nothing", "<svg", "<svg>", "<svg><g></svg>", "<svg/><svg/>", "<svg/>x",
    "<svg><script>alert(1)</svg>", "<svg onload=alert(1)/>", "<svg></svg><script/>",
    "<g><svg/></g>", "<script/>", "<svg></svg", "<svg/><!-- ", "<svg a='1' a='2'/>",
  ])
  func `what is no picture is refused`(text: String) {
    #expect(SVGPicture(text, prefix: "f", title: "t") == nil)
    let isElement = text.hasPrefix("<html") || text.hasPrefix("<g") || text == "<script/>"
    #expect(text.isEmpty || SVGPicture.isWellFormed(text) == isElement)
  }

  @Test func `documents are read with every digit, in any shape`() throws {
    let text = """
      {"b":[1,2.5,null,true],"a":{"x":"y"},"seed":9223372036854775807,"e":1e-300,"n":-3}
      """
    let value = try DocumentValue(Data(text.utf8), path: "x.json")
    #expect(value["b"].list.map(\.inline) == ["1", "2.50000", "none", "yes"])
    #expect(value.at("a.x").text == "y")
    #expect(value.at("a.nothing.here").isNull)
    #expect(value["seed"].inline == "9223372036854775807")
    #expect(value["e"].number == 1e-300)
    #expect(value["n"].number == -3)
    let again = try DocumentValue(jsonData(value), path: "x.json")
    #expect(again == value)
    #expect(throws: FileError.self) { try DocumentValue(Data("{".utf8), path: "x.json") }
  }
}
