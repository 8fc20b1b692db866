/// Why somebody does not get what they asked for, and what to do: in the words that a program gets.
public struct RefusalPage: Sendable {
  private let words: String
  private let detail: String?
  private let status: Int
  private let lines: [String]

  /// In the words of the API. `lines` are the mistakes, where there are some.
  public init(_ words: String, detail: String?, status: Int, lines: [String] = []) {
    self.words = words
    self.detail = detail
    self.status = status
    self.lines = lines
  }

  /// The words with a large first letter, as a heading begins.
  public var title: String { words.prefix(1).uppercased() + words.dropFirst() }

  /// What stands below its heading.
  public var content: SafeHTML {
    let said = detail.map { "<p>\($0)</p>" as SafeHTML }
    let mistakes: SafeHTML = lines.isEmpty ? .none : "<ul>\(lines.map { "<li>\($0)</li>" as SafeHTML }.joined())</ul>"
    let login: SafeHTML = status == 403 ? ", or <a href=\"/login\">log in as somebody else</a>" : .none
    return """
      <div class="wrong" role="alert">\(said)\(mistakes)<p class="soft">The answer's status is \(status).</p></div>
      <p>Go to <a href="/">what happens now</a>\(status == 404 ? ", or <a href=\"/search\">search</a> for it" : .none)\(login).</p>
      """
  }
}
