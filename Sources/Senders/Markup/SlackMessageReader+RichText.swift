import Bellhop

/// What Slack's own editor makes: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
extension SlackMessageReader {
  mutating func richText(_ json: JSON) {
    for part in json["elements"]?.array ?? [] {
      switch part["type"]?.string {
      case "rich_text_list": list(part)
      case "rich_text_preformatted":
        let code = (part["elements"]?.array ?? []).map { $0["text"]?.string ?? $0["url"]?.string ?? "" }.joined()
        let clean = note(
          OutsideText(text: Text([.codeBlock(String(String.UnicodeScalarView(MarkupScan.clean(code))))]), steps: code.utf8.count))
        blocks.add(clean)
      case "rich_text_quote":
        for line in lines(part["elements"]?.array ?? []) { blocks.add(line: line, behind: "> ") }
      default: for line in lines(part["elements"]?.array ?? []) { blocks.add(line: line) }
      }
    }
  }

  /// All of it on one line, for a cell.
  mutating func richLine(_ json: JSON) -> Text {
    let parts = (json["elements"]?.array ?? []).flatMap { lines($0["elements"]?.array ?? []) }
    return Text(Array(parts.filter { !$0.isEmpty }.joined(separator: [.text(" ")])))
  }

  /// Numbers are kept as text: the tree's own lists have none.
  private mutating func list(_ json: JSON) {
    let isOrdered = json["style"]?.string == "ordered"
    var number = min(max(json["offset"]?.int ?? 0, 0), 1_000_000)
    for item in json["elements"]?.array ?? [] {
      number += 1
      let line = Array(lines(item["elements"]?.array ?? []).filter { !$0.isEmpty }.joined(separator: [.text(" ")]))
      if isOrdered { blocks.add(line: line, behind: "\(number). ") } else { blocks.add(item: line) }
    }
  }

  private mutating func lines(_ elements: [JSON]) -> [[Text.Node]] {
    var lines: [[Text.Node]] = [[]]
    for element in elements {
      for node in nodes(element) {
        if node == .line { lines.append([]) } else { lines[lines.count - 1].append(node) }
      }
    }
    // A section often ends with a break that only ends it.
    if lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  private mutating func nodes(_ element: JSON) -> [Text.Node] {
    let string = element["text"]?.string ?? ""
    switch element["type"]?.string {
    case "emoji":
      let code = element["name"]?.string ?? ""
      return Emoji.isCode(code) ? [.emoji(code)] : literal(":\(code):")
    case "link":
      let url = element["url"]?.string ?? ""
      let words = styled(literal(string.isEmpty ? url : string), element)
      return SlackControl.isAddress(url) ? [.link(MarkStack.joined(words.map { $0 == .line ? .text(" ") : $0 }), url: url)] : words
    case "user": return call(element["user_id"]?.string)
    case "usergroup": return call(element["usergroup_id"]?.string)
    case "broadcast": return call(element["range"]?.string)
    case "channel": return literal("#\(element["channel_id"]?.string ?? "")")
    case "date":
      let time = element["timestamp"]?.int.flatMap {
        (0..<Timestamp.endOfYears).contains($0) ? Timestamp(seconds: $0).shownToTheSecond : nil
      }
      return literal(element["fallback"]?.string ?? time ?? "")
    case "color": return literal(element["value"]?.string ?? "")
    default: return styled(literal(string), element)
    }
  }

  private mutating func call(_ name: String?) -> [Text.Node] {
    guard let name, !name.isEmpty else { return [] }
    mention(name)
    return literal("@\(name)")
  }

  private mutating func literal(_ string: String) -> [Text.Node] { note(blanks: ChatMarkup.plain(emoji: false).read(string)) }

  /// The nodes of a part, which may be nothing but a blank between two others.
  private mutating func note(blanks outside: OutsideText) -> [Text.Node] {
    _ = note(outside)
    return outside.text.nodes
  }

  /// Marks hold for one line.
  private func styled(_ nodes: [Text.Node], _ element: JSON) -> [Text.Node] {
    let style = element["style"]
    return nodes.map { node in
      guard case .text(let words) = node, Text.isVisible(words) else { return node }
      var node = style?["code"]?.bool == true ? Text.Node.code(words) : node
      if style?["italic"]?.bool == true { node = .italic([node]) }
      if style?["bold"]?.bool == true { node = .bold([node]) }
      return node
    }
  }
}
