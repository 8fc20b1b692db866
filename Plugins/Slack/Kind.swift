import Bellhop
import Curl

/// The kind `slack`: a Slack workspace, through an app's webhooks or its token.
public enum SlackKind {
  /// The kind as the gateway registers it.
  public static func kind(_ engine: Engine) -> Kind {
    // One message a second and channel is what Slack allows. https://docs.slack.dev/apis/web-api/rate-limits
    Kind(
      name: "slack", doc: "A Slack workspace: by token to any channel, or by an app's webhooks.", settings: settings, target: target,
      updates: .byAnchor,
      defaults: Kind.Defaults(rate: Rate(1, per: .seconds(1)), concurrency: 1), check: check, checkTarget: checkTarget
    ) { SlackTransport(carrier: engine, $0) }
  }

  /// Where `chat.postMessage` and its like are found when `api` is not set.
  static let api = "https://slack.com/api"

  private static let mentionDoc = "Whom a loud message calls: `channel`, `here`, `everyone`, ids of users (U…) or groups (S…), or `none`."

  private static let settings: [Field] = [
    Field(
      "token", .secret, doc: "A bot token with the scope chat:write; then targets name any channel.", example: "\"${SLACK_TOKEN}\""),
    Field("url", .secretURL, doc: "An app's webhook: all messages go to its one channel.", example: "\"${SLACK_WEBHOOK}\""),
    Field(
      "urls", .map(.secretURL), doc: "An app's webhooks, one for each channel.",
      example: "{ \"#money\": \"${MONEY_WEBHOOK}\", \"#ops\": \"${OPS_WEBHOOK}\" }"),
    Field("api", .url, doc: "With token: where Slack's methods are; default \(api).", example: "https://slack-gov.com/api"),
    Field("username", .string, doc: "With token: the name shown; needs the scope chat:write.customize.", example: "MyApp"),
    Field(
      "icon", .string, doc: "With token: an emoji or the address of an image; needs the scope chat:write.customize.",
      example: "\":bellhop_bell:\""),
    Field("mention", .list(.string), value: .list([.string("channel")]), doc: mentionDoc, example: "here"), .ca,
  ]

  private static let target: [Field] = [
    Field("channel", .string, doc: "A channel's name or id; for url not needed.", example: "\"#money\"", templated: true),
    Field("thread_by", .path, doc: "With token: messages with the same value there are replies to the first.", example: "data.order.id"),
    Field("mention", .list(.string), doc: mentionDoc + " Default: the transport's.", example: "[S0614TZR7]"),
  ]

  private static func check(_ values: Values) -> [SettingMistake] {
    let ways = ["token", "url", "urls"].filter { values.has($0) }
    var problems: [SettingMistake] = []
    if ways.isEmpty { problems.append(SettingMistake("has no way in", hint: "write one of token, url or urls")) }
    if ways.count > 1 {
      problems.append(SettingMistake(at: [ways[1]], "stands beside \(ways[0])", hint: "keep exactly one of token, url and urls"))
    }
    if ways == ["urls"], values.map("urls")?.isEmpty == true {
      problems.append(SettingMistake(at: ["urls"], "names no channel", hint: "write \"#channel\": and the webhook's address"))
    }
    problems += addresses(values).compactMap { Request.problem(withAddress: $1, at: $0) }
    if let icon = values.string("icon"), !isEmoji(icon), !icon.hasPrefix("https://"), !icon.hasPrefix("http://") {
      problems.append(SettingMistake(at: ["icon"], "is neither an emoji nor an address", hint: "write \":bell:\" or https://…"))
    }
    if ways.first != "token" {
      for name in ["username", "icon", "api"] where values.has(name) {
        problems.append(
          SettingMistake(
            at: [name], "is ignored: an app's webhook has its own", hint: "use token to choose it, or remove it", isWarning: true))
      }
    }
    return problems + Mention.problems(values.list("mention")?.compactMap { if case .string(let word) = $0 { word } else { nil } } ?? [])
  }

  private static func addresses(_ values: Values) -> [(path: [String], url: String)] {
    let hooks = (values.map("urls") ?? []).compactMap { entry in
      if case .secret(let url) = entry.value { (["urls", entry.key], url.reveal()) } else { nil }
    }
    return [(["url"], values.secret("url")?.reveal() ?? ""), (["api"], values.string("api") ?? "")] + hooks
  }

  private static func checkTarget(_ target: Target, _ values: Values) -> [SettingMistake] {
    var problems = Mention.problems(Mention.words(target["mention"]) ?? [])
    let channel = target["channel"]?.string ?? ""
    if values.has("token") {
      if channel.isEmpty {
        problems.append(SettingMistake(at: ["channel"], "is missing", hint: "with token every target names its channel"))
      }
      return problems
    }
    if target["thread_by"] != nil {
      problems.append(
        SettingMistake(at: ["thread_by"], "is ignored: webhooks cannot reply", hint: "use token for threads, or remove it", isWarning: true)
      )
    }
    if target["update_by"] != nil, values.has("url") || values.has("urls") {
      problems.append(
        SettingMistake(at: ["update_by"], "cannot be: a webhook's messages cannot be changed", hint: "use token, or remove it"))
    }
    if let urls = values.map("urls") {
      let known = urls.map(\.key)
      if channel.isEmpty, known.count > 1 {
        problems.append(SettingMistake(at: ["channel"], "is missing", hint: "one of \(known.joined(separator: ", "))"))
      } else if !channel.isEmpty, !channel.contains("{{"), !known.contains(channel) {
        problems.append(SettingMistake(at: ["channel"], "has no webhook in urls", hint: "one of \(known.joined(separator: ", "))"))
      }
    } else if !channel.isEmpty {
      problems.append(
        SettingMistake(
          at: ["channel"], "is ignored: an app's webhook posts to its one channel", hint: "use token or urls to choose it, or remove it",
          isWarning: true))
    }
    return problems
  }

  /// `:name:`
  static func isEmoji(_ text: String) -> Bool {
    text.count > 2 && text.hasPrefix(":") && text.hasSuffix(":") && Emoji.isCode(text.dropFirst().dropLast())
  }
}
