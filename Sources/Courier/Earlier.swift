import Bellhop

/// The earlier messages that an attempt had to do with.
struct Earlier: Sendable, Hashable {
  /// The vendor's id of the one that opened the thread.
  var replyTo: String?
  /// What it takes to change the one that this stood in for; nil where a new one was sent.
  var changed: String?
}

/// What is kept of the last message with a value of `update_by`.
struct StandingMessage: Sendable, Hashable {
  /// How loud it was.
  var alert: Alert
  /// What the vendor needs to change it.
  var anchor: String

  /// As it is kept.
  var bytes: [UInt8] { Array("\(alert.word) \(anchor)".utf8) }

  /// From ``bytes``; nil for anything else.
  init?(_ bytes: [UInt8]) {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let alert = Alert(word: parts[0]) else { return nil }
    self.init(alert: alert, anchor: String(parts[1]))
  }

  /// A message that stands there.
  init(alert: Alert, anchor: String) {
    self.alert = alert
    self.anchor = anchor
  }

  /// Whether a message may change this one: a louder one would ring nobody.
  func takes(_ alert: Alert) -> Bool { alert <= self.alert }
}
