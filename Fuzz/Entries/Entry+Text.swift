import Bellhop

@testable import Senders

extension Entry {
  /// Every markup that chats have.
  static let markup: @Sendable ([UInt8]) throws -> Void = { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let all: [ChatMarkup] = [
      .mrkdwn(), .mrkdwn(names: true), .markdown(.common), .markdown(.discord), .markdown(.mattermost), .plain(emoji: true),
      .plain(emoji: false),
    ]
    for markup in all {
      let read = markup.read(text)
      try demand(read.steps <= 12 * text.utf8.count + 2_048, "\(markup): \(read.steps) steps for \(text.utf8.count) bytes")
      try sound(read.text)
    }
    // Nobody can be called, nor a list begun, by what stands for itself.
    try demand(ChatMarkup.plain(emoji: false).read(text).mentions.isEmpty, "plain text calls somebody")
  }

  /// A message in Slack's shape: texts, blocks, attachments.
  static let slackMessage: @Sendable ([UInt8]) throws -> Void = { bytes in
    guard let object = (try? JSON(parsing: bytes))?.object else { return }
    for markup in [ChatMarkup.mrkdwn(), .markdown(.mattermost)] {
      let read = SlackMessageText.read(object, markup)
      try demand(read.steps <= 24 * bytes.count + 4_096, "\(read.steps) steps for \(bytes.count) bytes")
      try sound(read.text)
      if let title = read.title { try sound(title) }
    }
  }

  /// What holds of every tree that is made of outside text.
  static func sound(_ text: Text) throws {
    try sound(text.nodes, depth: 0)
    try demand(Text(json: text.json) == text, "a tree is another once it is kept: \(text.nodes)")
  }

  private static func sound(_ nodes: [Text.Node], depth: Int) throws {
    try demand(depth <= 12, "a tree is deeper than 12")
    for node in nodes {
      switch node {
      case .text(let words), .code(let words): try demand(!words.contains(where: \.isNewline), "a break in \(words.debugDescription)")
      case .bold(let inner), .italic(let inner): try sound(inner, depth: depth + 1)
      case .link(let inner, let url):
        try demand(SlackControl.isAddress(url), "a link to \(url)")
        try sound(inner, depth: depth + 1)
      case .list(let items): for item in items { try sound(item, depth: depth + 1) }
      case .codeBlock, .line, .emoji: break
      }
    }
  }

  /// What is printed is what was read.
  static let json: @Sendable ([UInt8]) throws -> Void = { bytes in
    guard let value = try? JSON(parsing: bytes) else { return }
    let printed = value.bytes
    guard let again = try? JSON(parsing: printed) else { throw Broken(description: "what is printed cannot be read: \(value.text)") }
    try demand(again == value && again.bytes == printed, "\(value.text) is read as \(again.text)")
    // A byte that is not printable is six once it is escaped, and one that is no UTF-8 is three.
    try demand(printed.count <= 6 * bytes.count + 32, "\(bytes.count) bytes are printed as \(printed.count)")
  }
}
