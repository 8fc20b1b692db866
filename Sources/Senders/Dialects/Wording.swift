import Bellhop

/// The words for what a vendor tells: a bold title, more behind it on its line, lines below, and the vendor's page as a link.
struct Wording {
  /// What happened, in a few words.
  var title: String
  /// Behind the title, on its line.
  var rest: String?
  /// Below; empty ones are left out.
  var lines: [String?] = []
  /// What people click, and where it leads: an address of the web, or it is left out.
  var link: (label: String, address: String?)?

  /// Characters of a title and of each line: what is longer can be read at the vendor's.
  static let longest = 1_000

  /// The tree of it.
  var text: Text {
    var nodes: [Text.Node] = [.bold([.text(Self.line(title))])]
    if let rest, Text.isVisible(rest) { nodes.append(.text(": " + Self.line(rest))) }
    for line in lines {
      guard let line, Text.isVisible(line) else { continue }
      nodes += [.line, .text(Self.line(line))]
    }
    if let link, let address = link.address, address.hasPrefix("https://") || address.hasPrefix("http://"), address.utf8.count <= 2_048 {
      nodes += [.line, .link([.text(link.label)], url: address.readableLine)]
    }
    return Text(nodes)
  }

  private static func line(_ text: String) -> String {
    let head = text.prefix(longest)
    return head.endIndex < text.endIndex ? head.readableLine + "…" : head.readableLine
  }

  /// The first line of a longer text, such as what a commit says of itself.
  static func firstLine(_ text: String?) -> String { text?.split(maxSplits: 1, whereSeparator: \.isNewline).first.map(String.init) ?? "" }

  /// A name of many words as people would say it: `invoice.payment_failed` becomes `Invoice payment failed`.
  static func spoken(_ name: String) -> String {
    let words = name.split { "._-/ :".contains($0) }.joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}

extension Draft {
  /// Says what the words say.
  mutating func say(_ wording: Wording) { say(wording.text) }
}
