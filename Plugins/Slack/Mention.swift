import Bellhop

/// Whom a loud message calls. Only configuration says so, never an event. https://docs.slack.dev/messaging/formatting-message-text
enum Mention {
  /// The words of a target's or a transport's `mention`: one or a list. Nil where there is none.
  static func words(_ value: JSON?) -> [String]? {
    if let word = value?.string { return [word] }
    return value?.array?.compactMap(\.string)
  }

  /// The markup of these words, each followed by a space.
  static func markup(_ words: [String]) -> String {
    words.compactMap(markup).map { $0 + " " }.joined()
  }

  static func problems(_ words: [String]) -> [SettingMistake] {
    var problems = words.filter { $0 != "none" && markup($0) == nil }.map {
      SettingMistake(
        at: ["mention"], "\($0) is nobody Slack can call", hint: "channel, here, everyone, none, or ids like U012AB3CD and S0614TZR7")
    }
    if words.count > 1, words.contains("none") {
      problems.append(SettingMistake(at: ["mention"], "says none and somebody", hint: "write none alone"))
    }
    return problems
  }

  private static func markup(_ word: String) -> String? {
    if ["channel", "here", "everyone"].contains(word) { return "<!\(word)>" }
    guard word.count > 2, word.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }) else { return nil }
    if word.hasPrefix("U") || word.hasPrefix("W") { return "<@\(word)>" }
    return word.hasPrefix("S") ? "<!subteam^\(word)>" : nil
  }
}
