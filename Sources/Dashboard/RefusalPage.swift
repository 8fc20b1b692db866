/// Why somebody does not get what they asked for, and what to do.
public struct RefusalPage: Sendable {
  /// For the heading.
  public let title: String
  private let detail: String?

  /// In the words of the API.
  public init(_ words: String, detail: String?, status: Int) {
    let heading =
      switch status {
      case 403: "Not yours to see"
      case 404: "Not here"
      case 429, 503: "Later"
      default: "That did not work"
      }
    title = heading
    self.words = words
    self.detail = detail
  }

  private let words: String

  /// What stands below its heading.
  public var content: SafeHTML {
    "<p class=\"wrong\" role=\"alert\">\(words)\(detail.map { ": \($0)" as SafeHTML })</p><p><a href=\"/\">To the first page</a> · <a href=\"/login\">Log in as somebody else</a></p>"
  }
}
