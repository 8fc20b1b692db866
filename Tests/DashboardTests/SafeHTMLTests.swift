import Dashboard
import Testing

@Suite struct SafeHTMLTests {
  /// The one place through which everything goes that others have written.
  @Test(arguments: ["<script>alert(1)</script>", "\" onload=\"x", "' autofocus='", "&lt;b&gt;", "</title>", "\u{202e}evil"])
  func textStaysText(hostile: String) {
    let page = DashboardPage(hostile, in: .home, who: "\(hostile)", "<p title=\"\(hostile)\">\(hostile)</p>")
    let plain = DashboardPage("", in: .home, who: "", "<p title=\"\"></p>").html.ranges(of: hostile).count
    let piece: SafeHTML = "\(hostile)"
    #expect(!piece.text.contains { "<>\"'".contains($0) } && !piece.text.unicodeScalars.contains("\u{202e}"))
    #expect(page.html.ranges(of: piece.text).count == 5 && page.html.ranges(of: hostile).count == plain)
  }

  @Test func markupStaysMarkup() {
    let inner: SafeHTML = "<b>\("a & b")</b>"
    #expect(("<p>\(inner)\(7)</p>" as SafeHTML).text == "<p><b>a &amp; b</b>7</p>")
  }

  /// Browsers would not run it, and the policy is what holds them to that.
  @Test func nothingIsInline() {
    let page = DashboardPage("x", in: .home, HomePage(events: []).content).html
    #expect(!page.contains("style=\"") && !page.contains("<style") && !page.contains("onclick") && !page.contains("<script>"))
    #expect(!DashboardPage.policy.contains("unsafe"))
  }

  @Test func whatPagesLoadIsThere() {
    for file in DashboardFile.allCases { #expect(!file.bytes.isEmpty && file.contentType.contains("/")) }
  }
}
