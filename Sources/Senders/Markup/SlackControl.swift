import Bellhop

/// What stands between Slack's angle brackets: an address, or somebody who is meant.
/// https://docs.slack.dev/messaging/formatting-message-text
struct SlackControl {
  /// What people see where there is no label, or where the label is not what they see.
  private(set) var words: String
  /// Behind the bar.
  let label: String
  /// Whether people see the label instead of ``words``.
  private(set) var showsLabel = true
  /// Where it leads.
  private(set) var url: String?
  /// Whom it calls, as in ``OutsideText/mentions``.
  private(set) var mention: String?

  /// Nil for what Slack does not know.
  init?(_ inside: String) {
    let bar = inside.unicodeScalars.firstIndex(of: "|")
    let head = inside[..<(bar ?? inside.endIndex)]
    label = bar.map { String(inside.unicodeScalars[inside.unicodeScalars.index(after: $0)...]) } ?? ""
    words = String(head)
    switch head.first {
    case "@", "#": guard readName(head) else { return nil }
    case "!": guard readCommand(head.dropFirst()) else { return nil }
    default: guard readAddress(head) else { return nil }
    }
  }

  /// `@U123`, `#C123`: a person is called, a channel is only named.
  private mutating func readName(_ head: Substring) -> Bool {
    let id = head.dropFirst()
    guard !id.isEmpty, id.utf8.allSatisfy({ TextScan.isAlphanumeric($0) }) else { return false }
    let sign = head.prefix(1)
    if sign == "@" { mention = String(id) }
    // The label of a person stands without the sign, or with it.
    if !label.isEmpty { words = label.hasPrefix(sign) ? label : "\(sign)\(label)" }
    showsLabel = false
    return true
  }

  private mutating func readCommand(_ command: Substring) -> Bool {
    let parts = command.split(separator: "^", omittingEmptySubsequences: false)
    switch parts.first {
    case "channel", "here", "everyone", "group":
      words = "@\(command)"
      showsLabel = false
      mention = String(command)
    case "subteam":
      guard parts.count > 1, !parts[1].isEmpty else { return false }
      words = label.isEmpty ? "@\(parts[1])" : label.hasPrefix("@") ? label : "@\(label)"
      showsLabel = false
      mention = label.isEmpty ? String(parts[1]) : words
    case "date":
      guard parts.count > 1, let seconds = Int64(parts[1]), (0..<Timestamp.endOfYears).contains(seconds) else { return !label.isEmpty }
      words = Timestamp(seconds: seconds).shownToTheSecond
      if parts.count > 3, Self.isAddress(parts[3]) { url = String(parts[3]) }
    default: return !label.isEmpty
    }
    return true
  }

  /// Any scheme is shown; only those of the web and of mail lead somewhere.
  private mutating func readAddress(_ head: Substring) -> Bool {
    if Self.isAddress(head) {
      url = String(head.escaped([" ": "%20"]))
      if Self.begins(head, with: "mailto:") { words = String(head.dropFirst(7)) }
      return true
    }
    let scheme = head.prefix { $0 != ":" }
    guard scheme.count > 1, scheme.count < head.count, scheme.utf8.allSatisfy({ TextScan.isLetter($0) }), !head.contains(" ") else {
      return false
    }
    let rest = head.dropFirst(scheme.count + 1)
    showsLabel = false
    if !label.isEmpty { words = label.hasSuffix(rest) ? label : "\(label) (\(head))" }
    return true
  }

  /// What people may be sent to: https, http and mailto, and something behind it.
  static func isAddress(_ url: some StringProtocol) -> Bool {
    ["https://", "http://", "mailto:"].contains { begins(url, with: $0) && url.utf8.count > $0.utf8.count }
  }

  /// By bytes: an accent upon a sign makes another character of it, and the same address.
  static func begins(_ url: some StringProtocol, with scheme: String) -> Bool {
    url.utf8.prefix(scheme.utf8.count).elementsEqual(scheme.utf8) { NameFolding.lower($0) == $1 }
  }
}

extension Timestamp {
  /// The seconds with which the year 10000 begins: later times have no form in RFC 3339.
  static let endOfYears: Int64 = 253_402_300_800

  /// `2026-11-24T12:00:00Z`, for times between 1970 and ``endOfYears``.
  var shownToTheSecond: String { rfc3339.prefix(19) + "Z" }
}
