import Bellhop
import Curl

// What an answer that is no success means for the command. The document: https://www.rfc-editor.org/rfc/rfc9457
extension Client {
  /// - Parameter place: names an event of a batch: by its index, or by its line in what was sent.
  static func ending(for response: Response, place: (_ index: Int?, _ line: Int?) -> String? = { index, _ in index.map { "event \($0)" } })
    -> CommandEnd
  {
    var text = summary(of: response)
    if let document = try? JSON(parsing: response.body) {
      for problem in problems(document) {
        let parts = [place(number(problem["index"]), number(problem["line"])), problem["field"]?.plain, problem["detail"]?.plain]
        text += "\n  \(parts.compactMap { $0 }.filter { !$0.isEmpty }.map(Output.printable).joined(separator: ": "))"
        let caret = problem["caret"]?.string?.split(separator: "\n") ?? []
        text += caret.map { "\n    \(Output.printable(String($0)))" }.joined()
      }
    }
    switch response.status {
    case 429, 503:
      let wait = response.retryAfter.map { "in \(Output.age($0))" } ?? "later"
      return .later("\(text)\n  try again \(wait)")
    case 401, 403: return .wanting("\(text)\n  check the token: --token or $BELLHOP_TOKEN")
    default: return .wanting(text)
    }
  }

  private static func summary(of response: Response) -> String {
    guard let document = try? JSON(parsing: response.body), let title = document["title"]?.string else {
      return "the gateway answered \(response.status) without a word: look at its log"
    }
    let detail = document["detail"]?.string.map { ": \($0)" } ?? ""
    return Output.printable("\(title)\(detail)")
  }

  private static func problems(_ document: JSON) -> [JSON] { document["problems"]?.array ?? document["errors"]?.array ?? [] }

  private static func number(_ value: JSON?) -> Int? { value?.int.map { Int($0) } }

  /// The mistakes of a configuration that a reload refused.
  static func mistakes(_ document: JSON) -> [String] {
    document["mistakes"]?.array?.map(\.plain) ?? problems(document).compactMap { $0["detail"]?.string }
  }
}
