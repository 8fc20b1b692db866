import Bellhop

extension MarkdownLine {
  /// `<…>`: an address, or what the vendor puts there. Nil for all else, which is shown as it is.
  mutating func bracket(_ at: Int, in range: Range<Int>, inLink: Bool) -> (nodes: [Text.Node], end: Int)? {
    var end = at + 1
    while end < range.upperBound, scan.scalars[end] != "<", scan.scalars[end] != ">" { end += 1 }
    scan.spend(2 * (end - at))
    guard end < range.upperBound, scan.scalars[end] == ">" else { return nil }
    let inside = scan.string(at + 1..<end)
    let nodes =
      switch flavour {
      case .common: address(inside, inLink)
      case .discord: discord(inside) ?? address(inside, inLink)
      case .mattermost: address(inside, inLink) ?? slack(inside, inLink)
      }
    return nodes.map { ($0, end + 1) }
  }

  private func address(_ inside: String, _ inLink: Bool) -> [Text.Node]? {
    guard !inside.contains(where: { $0.isWhitespace || $0 == "|" }) else { return nil }
    let isMail = !inside.contains(":") && inside.contains("@") && inside.first != "@" && inside.last != "@" && inside.first != "!"
    let url = isMail ? "mailto:\(inside)" : inside
    guard SlackControl.isAddress(url) else { return nil }
    let words = isMail || !SlackControl.begins(inside, with: "mailto:") ? inside : String(inside.dropFirst(7))
    return [inLink ? .text(words) : .link([.text(words)], url: url)]
  }

  private mutating func slack(_ inside: String, _ inLink: Bool) -> [Text.Node]? {
    guard let control = SlackControl(inside) else { return nil }
    if let mention = control.mention { mentions.append(mention) }
    let words = control.showsLabel && !control.label.isEmpty ? control.label : control.words
    if let url = control.url, !inLink { return [.link([.text(words)], url: url)] }
    return [.text(words)]
  }

  /// https://docs.discord.com/developers/reference#message-formatting-formats
  private mutating func discord(_ inside: String) -> [Text.Node]? {
    if let words = called(inside) { return [.text(words)] }
    let parts = inside.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return nil }
    switch (parts[0], parts.count) {
    case ("", 3), ("a", 3):
      guard Self.isID(parts[2]), !parts[1].isEmpty else { return nil }
      return [Emoji.isCode(parts[1]) ? .emoji(String(parts[1])) : .text(":\(parts[1]):")]
    case ("t", 2), ("t", 3):
      guard let seconds = Int64(parts[1]), (0..<Timestamp.endOfYears).contains(seconds) else { return nil }
      return [.text(Timestamp(seconds: seconds).shownToTheSecond)]
    case ("id", 2): return [.text("#\(parts[1])")]
    case (let command, 2) where command.hasPrefix("/") && command.count > 1 && Self.isID(parts[1]): return [.text(String(command))]
    default: return nil
    }
  }

  /// A person, a role or a channel, by its number.
  private mutating func called(_ inside: String) -> String? {
    for (sign, before, calls) in [("@&", "&", true), ("@!", "", true), ("@", "", true), ("#", "", false)] where inside.hasPrefix(sign) {
      let id = inside.dropFirst(sign.count)
      guard Self.isID(id) else { return nil }
      if calls { mentions.append(before + id) }
      return "\(inside.prefix(1))\(id)"
    }
    return nil
  }

  private static func isID(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy { TextScan.isDigit($0) } }
}
