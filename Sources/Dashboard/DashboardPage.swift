/// A whole page: the menu, who is looking, and what the page is about.
public struct DashboardPage: Sendable {
  /// For the window's title and the heading.
  public var title: String
  /// Which entry of the menu it belongs to.
  public var view: DashboardView?
  /// Who is looking, as the top of the page says it; nil says nothing of it.
  public var who: SafeHTML?
  /// What stands below the heading.
  public var content: SafeHTML

  /// A page.
  public init(_ title: String, in view: DashboardView? = nil, who: SafeHTML? = nil, _ content: SafeHTML) {
    self.title = title
    self.view = view
    self.who = who
    self.content = content
  }

  /// Only what comes from here is loaded, run or sent to; nothing inline, no frames. https://www.w3.org/TR/CSP3/
  public static let policy = """
    default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; worker-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'
    """

  /// As it is sent.
  public var html: String {
    let page: SafeHTML = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\
      <title>\(title) · Bellhop</title><link rel="stylesheet" href="/dashboard.css"><link rel="icon" href="data:,">\
      <script src="/dashboard.js" defer></script></head>
      <body><a class="skip" href="#content">To the content</a>
      <header><a class="name" href="/">Bellhop</a><nav aria-label="Pages"><ul>\(menu)</ul></nav>\(who.map { "<span class=\"who\">\($0)</span>" as SafeHTML })</header>
      <main id="content"><h1>\(title)</h1>
      \(content)
      </main></body></html>

      """
    return page.text
  }

  private var menu: SafeHTML {
    DashboardView.allCases.map { entry in
      let current: SafeHTML = entry == view ? " aria-current=\"page\"" : ""
      return "<li><a href=\"\(entry.path)\"\(current)>\(entry.title)</a></li>"
    }.joined()
  }
}
