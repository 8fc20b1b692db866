import Bellhop

// What a page says. All of it comes from somebody's browser: it is bounded, and what it cannot choose is put in by us.
extension BrowserReceiver {
  /// Of `data.agent`, `data.url` and an `id`, in bytes.
  private static let short = (agent: 256, url: 512, id: 128)
  /// Levels of `data` that are kept.
  private static let deepest = 8
  /// A page's clock may be wrong: so many seconds before and behind ours it is believed.
  private static let sane: (before: Int64, behind: Int64) = (86_400, 300)

  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection> {
    items(body, head.media).flatMap { items in
      var drafts: [Draft] = []
      var seen: Set<String> = []
      for item in items {
        guard let draft = draft(item, head, now) else {
          return .failure(Rejection(status: 422, title: "an event is an object or a text, not \(item.kindWord)"))
        }
        guard let type = draft.type, types.allows(type) else {
          let word = (draft.type ?? "").prefix(128)
          return .failure(Rejection(status: 422, title: "pages may not send the type \"\(word)\""))
        }
        if let id = draft.id, !seen.insert(id).inserted { continue }
        drafts.append(draft)
      }
      return .success(drafts)
    }
  }

  /// The events of a body. JSON without a preflight comes as text: that is what both `sendBeacon` and a plain `fetch` call a string.
  private func items(_ body: [UInt8], _ media: MediaType) -> Result<[JSON], Rejection> {
    guard media.isJSON || media.name == "text/plain" || media.name.isEmpty else {
      return .failure(Rejection(status: 415, title: "a page posts application/json or text/plain"))
    }
    let bytes = Text.withoutMark(body)
    if bytes.allSatisfy({ $0 == 0x20 || 0x09...0x0D ~= $0 }) { return .success([]) }
    switch (try? JSON(parsing: bytes), media.isJSON) {
    case (.array(let events)?, _):
      if events.count > Self.most { return .failure(Rejection(status: 413, title: "a post holds at most \(Self.most) events")) }
      return .success(events)
    case (let event?, true): return .success([event])
    case (.object(let event)?, false): return .success([.object(event)])
    case (.string(let text)?, false): return .success([.string(text)])
    case (nil, true): return .failure(Rejection(status: 400, title: "the body is not JSON"))
    case (_, false):
      guard let text = String(validating: bytes, as: UTF8.self) else {
        return .failure(Rejection(status: 400, title: "the body is not UTF-8"))
      }
      return .success([.string(text)])
    }
  }

  private func draft(_ item: JSON, _ head: PostHead, _ now: Timestamp) -> Draft? {
    var draft = Draft()
    switch item {
    case .string(let text): draft.text = text
    case .object(let object):
      if case .object(let data)? = object["data"] { draft.data = Self.cut(data, Self.deepest) }
      for member in object.members where !member.value.isNull && !Self.take(member, into: &draft, now) {
        // What is unknown leaves its trace, and no page loses what it said by a word too many.
        if draft.data[member.key] == nil { draft.data[member.key] = Self.cut(member.value, Self.deepest - 1) }
      }
    default: return nil
    }
    draft.type = draft.type ?? types.usual
    draft.severity = min(draft.severity ?? .info, highest)
    draft.source = head.header("origin")
    if let agent = head.header("user-agent") { draft.data["agent"] = .string(Self.prefix(agent, Self.short.agent)) }
    if draft.data["url"] == nil, let url = Self.page(head) { draft.data["url"] = .string(Self.prefix(url, Self.short.url)) }
    return draft
  }

  /// Takes what an event knows, if it is of the right kind.
  private static func take(_ member: JSON.Object.Member, into draft: inout Draft, _ now: Timestamp) -> Bool {
    switch (member.key, member.value) {
    case ("data", .object): return true
    case ("type", .string(let text)):
      let type = Draft.type(text, 128)
      // Told apart before it is made fit: what reads as Bellhop's own is refused, not renamed.
      if !type.isEmpty { draft.type = type }
      return true
    case ("text", .string(let text)): draft.text = text
    case ("subject", .string(let text)): draft.subject = text
    case ("severity", .string(let word)):
      guard let severity = Severity(word: word) else { return false }
      draft.severity = severity
    case ("id", .string(let id)):
      guard (1...short.id).contains(id.utf8.count), id.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { return false }
      draft.id = id
    case ("time", .string(let text)):
      guard let time = Timestamp(rfc3339: text), isSane(time, now) else { return false }
      draft.time = time
    default: return false
    }
    return true
  }

  private static func isSane(_ time: Timestamp, _ now: Timestamp) -> Bool {
    time >= now - .seconds(sane.before) && time <= now + .seconds(sane.behind)
  }

  /// The page as its browser names it, without the query, in which secrets are.
  /// https://www.rfc-editor.org/rfc/rfc9110#section-10.1.3
  private static func page(_ head: PostHead) -> String? {
    guard let origin = head.header("origin"), let referer = head.header("referer"), referer == origin || referer.hasPrefix(origin + "/")
    else {
      return nil
    }
    return String(referer.prefix { $0 != "?" && $0 != "#" })
  }

  /// So many levels; what is deeper is left out, and that is said.
  private static func cut(_ json: JSON, _ levels: Int) -> JSON {
    switch json {
    case .object(let object): levels > 0 ? .object(cut(object, levels)) : "… (nested too deep)"
    case .array(let array): levels > 0 ? .array(array.map { cut($0, levels - 1) }) : "… (nested too deep)"
    default: json
    }
  }

  private static func cut(_ object: JSON.Object, _ levels: Int) -> JSON.Object {
    JSON.Object(object.members.map { JSON.Object.Member($0.key, cut($0.value, levels - 1)) })
  }

  private static func prefix(_ text: String, _ limit: Int) -> String {
    text.utf8.count > limit ? String(decoding: text.utf8.prefix(limit), as: UTF8.self) : text
  }
}
