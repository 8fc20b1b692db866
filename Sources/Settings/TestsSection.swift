import Bellhop
import YAML

/// Reads `tests`.
enum TestsSection {
  static let keys = ["name", "event", "at", "expect"]
  static let eventKeys = ["id", "sender", "source", "type", "subject", "severity", "time", "text", "data"]

  static func read(_ reader: Reader?) -> [ConfiguredTest] {
    guard let reader else { return [] }
    guard let nodes = reader.node.sequence else {
      reader.misshapen("a list of tests")
      return []
    }
    return nodes.enumerated().compactMap { test(reader.at($0.offset, $0.element)) }
  }

  private static func test(_ reader: Reader) -> ConfiguredTest? {
    guard let keys = reader.keys(keys, of: "a test") else { return nil }
    let at = keys["at"].flatMap(time)
    let event = keys.required("event", example: "{ type: user.registered }").flatMap { Self.event($0, at: at) }
    let expect = keys.required("expect", example: "{ growth: [people] }, or {} for nobody").map(expectation) ?? [:]
    guard let event else { return nil }
    return ConfiguredTest(
      name: keys["name"]?.string("a name"), event: event, at: at, expect: expect,
      position: "\(reader.context.file):\(reader.node.mark.line)", hasTime: reader.node["event"]?["time"] != nil)
  }

  private static func event(_ reader: Reader, at: Timestamp?) -> Event? {
    guard let keys = reader.keys(eventKeys, of: "an event") else { return nil }
    if keys["type"] == nil, keys["text"] == nil {
      reader.mistake("an event needs \"type\" or \"text\"", hint: "for example { type: user.registered }")
    }
    let sender = keys["sender"]?.string("the name of a sender") ?? reader.context.senders.first ?? "test"
    var event = Event(
      id: keys["id"]?.string("an id") ?? "test", sender: sender, source: keys["source"]?.string("a source") ?? sender,
      type: keys["type"]?.string("a type") ?? "message", subject: keys["subject"]?.string("a subject"),
      time: keys["time"].flatMap(Self.time) ?? at ?? Timestamp(seconds: 0), text: keys["text"]?.string("a text"))
    if let word = keys["severity"]?.choice(SeverityWords.words), let severity = Severity(word: word) { event.severity = severity }
    if let data = keys["data"] {
      if case .object(let object)? = json(data) {
        event.data = object
      } else if data.node.mapping == nil {
        data.misshapen("a mapping")
      }
    }
    return event
  }

  private static func time(_ reader: Reader) -> Timestamp? {
    guard let text = reader.text("a time such as 2026-11-23T09:30:00-07:00") else { return nil }
    guard let time = Timestamp(rfc3339: text.text) else {
      reader.mistake("\(text.shown) is not a time", hint: "write 2026-11-23T09:30:00Z, or with an offset: 2026-11-23T09:30:00-07:00")
      return nil
    }
    return time
  }

  private static func expectation(_ reader: Reader) -> [String: [String]] {
    let context = reader.context
    var expect: [String: [String]] = [:]
    for (role, mark, value) in reader.pairs("a mapping of roles to channels") ?? [] {
      if !context.roles.contains(role) {
        context.tell(
          mark, value.path, "there is no role \(Reader.shown(role))", hint: Words.hint(role, among: context.roles.sorted(), called: "roles")
        )
      }
      let names = Array(context.channels.keys) + Array(context.transports.keys)
      expect[role] = value.elements("the name of a channel or a transport")?.compactMap {
        $0.name(among: names, "channel or transport", called: "channels and transports")
      }
    }
    return expect
  }

  private static func json(_ reader: Reader) -> JSON? {
    switch reader.node.content {
    case .flawed: return nil
    case .scalar(let scalar): return reader.resolve(scalar).map { JSON($0.scalar) }
    case .sequence(let nodes): return .array(nodes.enumerated().compactMap { json(reader.at($0.offset, $0.element)) })
    case .mapping:
      let pairs = reader.pairs("a mapping") ?? []
      return .object(JSON.Object(pairs.compactMap { key, _, value in json(value).map { .init(key, $0) } }))
    }
  }
}
