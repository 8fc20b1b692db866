import Bellhop

extension NtfyReceiver {
  // MARK: Where a message says what

  /// https://docs.ntfy.sh/publish/#publish-as-json
  static func fields(_ object: JSON.Object) -> Fields {
    Fields(
      topic: object["topic"]?.string, message: object["message"]?.string, title: object["title"]?.string,
      priority: object["priority"]?.plain,
      tags: (object["tags"]?.array ?? []).compactMap(\.string), click: object["click"]?.string,
      isMarkdown: object["markdown"]?.bool ?? false, attach: object["attach"]?.string)
  }

  /// Headers, or the query under the same names. https://docs.ntfy.sh/publish/#list-of-all-parameters
  static func fields(_ head: PostHead) -> Fields {
    func value(_ names: String...) -> String? {
      for name in names {
        if let header = head.header(name) { return EncodedWords.decode(header) }
        if let query = head.query.first(where: { $0.name.lowercased() == name })?.value { return query }
      }
      return nil
    }
    let tags = value("x-tags", "tags", "tag", "ta") ?? ""
    let markdown = value("x-markdown", "markdown", "md")?.lowercased()
    return Fields(
      message: value("x-message", "message", "m"), title: value("x-title", "title", "t"),
      priority: value("x-priority", "priority", "prio", "p"),
      tags: tags.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init), click: value("x-click", "click"),
      isMarkdown: ["1", "true", "yes"].contains(markdown) || head.media.name == "text/markdown", attach: value("x-attach", "attach", "a"))
  }

  // MARK: Answers

  /// https://github.com/binwiederhier/ntfy/blob/main/server/errors.go
  func answer(_ outcome: PostOutcome, to head: PostHead) -> PostAnswer? {
    switch outcome {
    case .kept(let events):
      guard let event = events.first?.event else { return nil }
      var answer: JSON.Object = [
        "id": .string(event.id), "time": .int(event.time.seconds), "expires": .int(event.time.seconds + 43_200), "event": "message",
        "topic": event.data["channel"] ?? "", "message": .string(event.text),
      ]
      for key in ["title", "priority", "tags"] { answer[key] = event.data[key] }
      return PostAnswer(200, .object(answer))
    case .refused(let refusal):
      let (status, code, word): (Int, Int64, String) =
        switch refusal.status {
        case 401, 403: (401, 40_101, "unauthorized")
        case 413: (413, 41_301, "attachment too large, or message too large")
        case 429: (429, 42_901, "limit reached: too many requests")
        case 400, 422: (400, 40_017, refusal.title)
        default: (refusal.status, Int64(refusal.status) * 100 + 1, refusal.title)
        }
      return PostAnswer(
        status, ["code": .int(code), "http": .int(Int64(status)), "error": .string(word), "link": "https://docs.ntfy.sh/publish/"])
    }
  }
}
