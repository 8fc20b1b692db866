import Bellhop
import Curl

/// Posts each message through a webhook of an app, or with its token through `chat.postMessage`.
/// What changes an earlier one goes to `chat.update`, which wants the channel's id: the anchor is `C1/1503435956.000247`.
/// https://docs.slack.dev/reference/methods/chat.postMessage and https://docs.slack.dev/reference/methods/chat.update and https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
struct SlackTransport: RequestTransport {
  /// How messages get in.
  enum Entrance: Sendable {
    case token(Secret, api: String)
    case hook(Secret)
    case hooks([String: Secret])
  }

  let carrier: any Carrier
  let way: Entrance
  let username: String?
  let icon: String?
  let mention: [String]
  let ca: String?

  init(carrier: any Carrier, _ values: Values) {
    self.carrier = carrier
    if let token = values.secret("token") {
      var base = values.string("api") ?? SlackKind.api
      while base.hasSuffix("/") { base.removeLast() }
      way = .token(token, api: base)
    } else if let url = values.secret("url") {
      way = .hook(url)
    } else {
      let entries = values.map("urls") ?? []
      way = .hooks(
        entries.reduce(into: [:]) { hooks, entry in if case .secret(let url) = entry.value { hooks[entry.key] = url } })
    }
    ca = values.string("ca")
    username = values.string("username")
    icon = values.string("icon")
    mention = values.list("mention")?.compactMap { if case .string(let word) = $0 { word } else { nil } } ?? []
  }

  func request(_ message: Message, to target: Target, _ attempt: Attempt) -> Result<Request, Fault> {
    let channel = target["channel"]?.plain ?? ""
    let loud = message.alert == .loud ? Mention.markup(Mention.words(target["mention"]) ?? mention) : ""
    var payload = Printer(message, mention: loud).payload
    var headers = [Request.Header("Content-Type", "application/json; charset=utf-8")]
    let url: String
    switch way {
    case .token(let token, let api):
      guard !channel.isEmpty else { return .failure(Fault(.misconfigured, "the target names no channel: with token it must")) }
      headers.append(Request.Header("Authorization", "Bearer \(token.reveal())"))
      if let anchor = attempt.changes, let slash = anchor.lastIndex(of: "/") {
        url = api + "/chat.update"
        payload["channel"] = .string(String(anchor[..<slash]))
        payload["ts"] = .string(String(anchor[anchor.index(after: slash)...]))
        // It keeps the name and the icon that it was posted with.
        payload["unfurl_links"] = nil
        payload["unfurl_media"] = nil
        break
      }
      url = api + "/chat.postMessage"
      payload["channel"] = .string(channel)
      if let username { payload["username"] = .string(username) }
      if let icon { payload[SlackKind.isEmoji(icon) ? "icon_emoji" : "icon_url"] = .string(icon) }
      if let thread = attempt.replyTo { payload["thread_ts"] = .string(thread) }
    case .hook(let hook): url = hook.reveal()
    case .hooks(let hooks):
      let only = channel.isEmpty && hooks.count == 1 ? hooks.values.first : nil
      guard let hook = only ?? hooks[channel] else {
        return .failure(Fault(.misconfigured, "\(channel.isEmpty ? "no channel" : channel) has no webhook in urls: add it, or use token"))
      }
      url = hook.reveal()
    }
    return .success(
      Request(
        "POST", url, headers: headers, body: JSON.object(payload).bytes, timeout: attempt.timeout, maximumAnswer: 256 << 10,
        caFile: ca, once: !attempt.mayRepeat))
  }

  func outcome(of answer: Answer, to target: Target, _ attempt: Attempt) -> Outcome {
    if case .token = way { return Answers.method(answer, channel: target["channel"]?.plain ?? "") }
    return Answers.hook(answer)
  }
}
