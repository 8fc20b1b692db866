// Addresses: the userinfo of URLs (RFC 3986, section 3.2.1), and those that are a secret themselves because who knows them may post.
extension TextScan {
  /// At the colon of a `://`.
  mutating func address(_ colon: Int) {
    let start = colon + 3
    at = start
    if let userinfo = userinfo(start) {
      spend(userinfo.count)
      return hide(userinfo)
    }
    guard let path = webhookPath(start) else { return }
    var end = path
    while end < bytes.count, bytes[end] > 0x20, !Self.isQuote(bytes[end]), bytes[end] != UInt8(ascii: "<"), bytes[end] != UInt8(ascii: ">"),
      bytes[end] != UInt8(ascii: ")"), bytes[end] != UInt8(ascii: "|"), bytes[end] != UInt8(ascii: "\\"), bytes[end] != UInt8(ascii: ",")
    { end += 1 }
    while end > path, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    if end - path >= 6 { hide(path..<end) }
  }

  /// What stands between `://` and `@`. A password with `/`, `?` or `#` inside should be escaped and often is not: behind `user:` these do not
  /// end it, unless a port stands there.
  private mutating func userinfo(_ start: Int) -> Range<Int>? {
    var found: Int?
    var colon: Int?
    var isPath = false
    var index = start
    scan: while index < bytes.count, index - start < 1_024 {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "@"):
        if !isPath || found == nil { found = index }
      case UInt8(ascii: ":"): if colon == nil { colon = index }
      case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"):
        if found != nil { break scan }
        guard let colon, index > colon + 1, bytes[start] != UInt8(ascii: "[") else { break scan }
        if bytes[colon + 1..<index].allSatisfy(Self.isDigit) { break scan }
        isPath = true
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "`"): break scan
      default: break
      }
      index += 1
    }
    spend(index - start)
    guard let found, found > start else { return nil }
    // `ssh://git@github.com` says nothing.
    if found - start == 3, spells("git", at: start) { return nil }
    return start..<found
  }

  private struct Webhook: Sendable {
    /// The host, or if it begins with a full stop, its end.
    let host: StaticString
    /// How the path begins; what follows is the secret.
    let path: StaticString
  }

  private static let webhooks = [
    Webhook(host: "hooks.slack.com", path: "/services/"), Webhook(host: "hooks.slack.com", path: "/workflows/"),
    Webhook(host: "hooks.slack.com", path: "/triggers/"), Webhook(host: "hooks.slack-gov.com", path: "/services/"),
    Webhook(host: "discord.com", path: "/api/webhooks/"), Webhook(host: "discordapp.com", path: "/api/webhooks/"),
    Webhook(host: "ptb.discord.com", path: "/api/webhooks/"), Webhook(host: "canary.discord.com", path: "/api/webhooks/"),
    Webhook(host: "discord.com", path: "/api/v10/webhooks/"), Webhook(host: "discord.com", path: "/api/v9/webhooks/"),
    Webhook(host: ".webhook.office.com", path: "/webhookb2/"), Webhook(host: "outlook.office.com", path: "/webhook/"),
    Webhook(host: "outlook.office365.com", path: "/webhook/"), Webhook(host: "api.telegram.org", path: "/bot"),
    Webhook(host: "hooks.zapier.com", path: "/hooks/catch/"), Webhook(host: "open.feishu.cn", path: "/open-apis/bot/v2/hook/"),
    Webhook(host: "open.larksuite.com", path: "/open-apis/bot/v2/hook/"), Webhook(host: "maker.ifttt.com", path: "/trigger/"),
    Webhook(host: ".make.com", path: "/"), Webhook(host: "events.pagerduty.com", path: "/integration/"),
    Webhook(host: "chat.googleapis.com", path: "/v1/spaces/"), Webhook(host: "hc-ping.com", path: "/"),
  ]

  /// Where the secret part of such an address begins.
  private func webhookPath(_ start: Int) -> Int? {
    var slash = start
    while slash < bytes.count, slash - start < 100, Self.isWord(bytes[slash]) { slash += 1 }
    guard byte(slash) == UInt8(ascii: "/"), slash > start else { return nil }
    for webhook in Self.webhooks {
      let length = webhook.host.utf8CodeUnitCount
      guard webhook.host.utf8Start[0] == UInt8(ascii: ".") ? length < slash - start : length == slash - start else { continue }
      if spells(webhook.host, at: slash - length), spells(webhook.path, at: slash) { return slash + webhook.path.utf8CodeUnitCount }
    }
    return nil
  }

  /// `123456789:AAH…`: the number of a bot of Telegram's, and 35 bytes. https://core.telegram.org/bots/api#authorizing-your-bot
  func botToken(_ colon: Int) -> Range<Int>? {
    var end = colon + 1
    while end < bytes.count, end - colon < 40, Self.isWord(bytes[end]) { end += 1 }
    guard end - colon == 36, bytes[colon + 1] == UInt8(ascii: "A") else { return nil }
    var start = colon
    while start > 0, colon - start < 11, Self.isDigit(bytes[start - 1]) { start -= 1 }
    return 8...10 ~= colon - start ? colon + 1..<end : nil
  }

  /// `user:password@tcp(host:3306)/db`: the address of a database in Go. https://github.com/go-sql-driver/mysql#dsn-data-source-name
  func sourceName(_ colon: Int) -> Range<Int>? {
    guard colon > 0, Self.isAlphanumeric(bytes[colon - 1]) else { return nil }
    var end = colon + 1
    while end < bytes.count, end - colon < 128, bytes[end] > 0x20, bytes[end] != UInt8(ascii: "@"), bytes[end] != UInt8(ascii: ":") {
      end += 1
    }
    // `thin:user/password@host`, Oracle's.
    if spells("thin:", at: colon - 4), byte(end) == UInt8(ascii: "@"), let slash = bytes[colon..<end].firstIndex(of: UInt8(ascii: "/")) {
      return slash + 1 < end ? slash + 1..<end : nil
    }
    guard end > colon + 1, spells("@tcp(", at: end) || spells("@unix(", at: end) else { return nil }
    return colon + 1..<end
  }
}
