import Bellhop
import Senders
import Watching
import YAML

/// Reads `watches`.
enum WatchesSection {
  /// All that a watch may say; which of them, its sort decides.
  static let keys = ["name", "after", "expect", "within", "every", "cron", "zone", "grace", "sequence", "count", "by", "emit"]
  static let emission = ["type", "severity", "subject", "text", "data"]

  /// What a watch can notice, by the key that says so.
  private enum Sort: CaseIterable {
    case followUp, heartbeat, sequence, count

    var name: String {
      switch self {
      case .followUp: "a follow-up"
      case .heartbeat: "a heartbeat"
      case .sequence: "a sequence"
      case .count: "a count"
      }
    }

    var keys: [String] {
      switch self {
      case .followUp: ["after", "expect", "within"]
      case .heartbeat: ["expect", "every", "cron", "zone", "grace"]
      case .sequence: ["sequence", "within"]
      case .count: ["count", "within"]
      }
    }

    init?(_ has: (String) -> Bool) {
      if has("count") {
        self = .count
      } else if has("sequence") {
        self = .sequence
      } else if has("after") || has("expect") && has("within") {
        self = .followUp
      } else if has("expect") || has("every") || has("cron") {
        self = .heartbeat
      } else {
        return nil
      }
    }
  }

  static func read(_ reader: Reader?) -> [Watch] {
    guard let reader else { return [] }
    guard let nodes = reader.node.sequence else {
      reader.misshapen("a list of watches")
      return []
    }
    let readers = nodes.enumerated().map { reader.at($0.offset, $0.element) }
    let watches = readers.compactMap(watch)
    var seen: Set<String> = []
    for reader in readers {
      guard let name = reader.node["name"], let text = name.scalar?.text, !seen.insert(text).inserted else { continue }
      reader.below("name", name).mistake(
        "another watch has this name", hint: "what is known of each stands under its name: change one")
    }
    return watches
  }

  private static func watch(_ reader: Reader) -> Watch? {
    let context = reader.context
    let before = context.errors
    guard reader.node.mapping != nil else {
      reader.misshapen("a mapping with name, what it notices, and emit")
      return nil
    }
    guard let sort = Sort({ reader.node[$0] != nil }) else {
      // Keys that are hardly another word are told, and so is what is missing.
      _ = reader.keys(keys, of: "a watch")
      if context.errors == before {
        reader.mistake(
          "it is not said what it notices", hint: "say after: and expect:, expect: and every:, sequence: or count:")
      }
      return nil
    }
    let known = ["name"] + sort.keys + ["by", "emit"]
    guard
      let keys = reader.keys(
        known, of: sort.name,
        elsewhere: { key in Self.keys.contains(key) ? "it is not for \(sort.name): that has \(Words.or(sort.keys))" : nil })
    else { return nil }
    let name = keys.required("name", example: "nightly backup")?.string("a name")
    let rule = WatchRuleReader.read(keys, isHeartbeat: sort == .heartbeat)
    let by = keys["by"].map(WatchRuleReader.paths) ?? []
    let emit = keys.required("emit", example: "{ type: user.stalled, severity: warning }").flatMap(emission)
    guard let name, let rule, let emit, context.errors == before else { return nil }
    let watch = Watch(name: name, rule: rule, by: by, emit: emit, position: "\(context.file):\(reader.node.mark.line)")
    if let echo = watch.echo {
      (keys["emit"] ?? reader).mistake(
        "the watch takes what it emits itself: \(Reader.shown(echo))",
        hint: "emit another type, or say not: { sender: bellhop } where it matches")
    }
    WatchRuleReader.tellKeep(watch, keys)
    return watch
  }

  private static func emission(_ reader: Reader) -> WatchEmission? {
    guard let keys = reader.keys(emission, of: "an emitted event") else { return nil }
    let type = keys.required("type", example: "user.stalled").flatMap(type)
    let word = keys["severity"]?.choice(SeverityWords.words)
    let subject = keys["subject"].map { $0.template() }
    let text = keys["text"].map { $0.template() }
    let data = keys["data"].map(fields) ?? []
    guard let type else { return nil }
    return WatchEmission(
      type: type, severity: word.flatMap { Severity(word: $0) } ?? .info, subject: subject ?? nil, text: text ?? nil, data: data)
  }

  /// So long that `.recovered` still fits behind it.
  private static let longest = 112

  private static func type(_ reader: Reader) -> String? {
    guard let type = reader.string("a type such as user.stalled") else { return nil }
    if type.contains("{{") {
      reader.mistake("the type takes no template", hint: "put what differs into subject: or data:")
    } else if Sender.isOwn(type) {
      reader.mistake("types that begin with bellhop are the gateway's own", hint: "choose another, such as user.stalled")
    } else if type.contains("*") {
      reader.mistake("a star is for patterns, and this is the type of one event", hint: "write it whole: user.stalled")
    } else if type.utf8.count > longest {
      reader.mistake("the type is longer than \(longest) bytes", hint: "shorten it")
    } else {
      return type
    }
    return nil
  }

  private static func fields(_ reader: Reader) -> [WatchField] {
    (reader.pairs("a mapping of keys to texts") ?? []).compactMap { key, mark, value in
      if Watch.facts.contains(key) {
        value.context.tell(mark, value.path, "a watch says this itself", hint: "call it otherwise")
        return nil
      }
      return value.template().map { WatchField(key: key, value: $0) }
    }
  }
}
