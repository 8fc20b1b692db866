import Bellhop
import Routing
import Senders
import YAML

/// Reads `tests`.
enum TestsSection {
  static let keys = ["name", "after", "event", "at", "within", "expect"]
  static let stepKeys = ["event", "ago"]
  static let eventKeys = ["id", "sender", "source", "type", "subject", "severity", "time", "text", "data"]

  /// - Parameter tables: to tell which outcomes depend on the hour.
  static func read(_ reader: Reader?, senders: [Sender], tables: [Table]) -> [ConfiguredTest] {
    guard let reader else { return [] }
    guard let nodes = reader.node.sequence else {
      reader.misshapen("a list of tests")
      return []
    }
    return nodes.enumerated().compactMap { test(reader.at($0.offset, $0.element), senders, tables) }
  }

  private static func test(_ reader: Reader, _ senders: [Sender], _ tables: [Table]) -> ConfiguredTest? {
    guard let keys = reader.keys(keys, of: "a test") else { return nil }
    // What happens at a time is met by the rows of that time.
    let hour = keys["at"] ?? keys["event"].flatMap { event in event.node["time"].map { event.below("time", $0) } }
    let at = hour.flatMap(time)
    let role = reader.context.roles.min()
    let expected = role.map { "{ \($0): [\(reader.context.place)] }, or {} for nobody" } ?? "{} for nobody"
    let event = keys.required("event", example: "{ type: user.registered }").flatMap { Self.event($0, at: at, senders) }
    let expect = keys.required("expect", example: expected).map(expectation) ?? [:]
    let after = keys["after"].map { steps($0, at: at, senders) }
    let within = keys["within"]?.duration()
    guard let event else { return nil }
    if hour == nil { tellHour(reader, event, tables) }
    return ConfiguredTest(
      name: keys["name"]?.string("a name"), event: event, at: at, after: after, within: within, expect: expect,
      position: "\(reader.context.file):\(reader.node.mark.line)", hasTime: reader.node["event"]?["time"] != nil)
  }

  /// What happened before.
  private static func steps(_ reader: Reader, at: Timestamp?, _ senders: [Sender]) -> [TestStep] {
    guard let nodes = reader.node.sequence else {
      reader.misshapen("a list of events, each with how long ago it was")
      return []
    }
    return nodes.enumerated().compactMap { index, node in
      guard let keys = reader.at(index, node).keys(stepKeys, of: "an event before") else { return nil }
      let ago = keys.required("ago", example: "5m").flatMap { $0.duration() }
      let event = keys.required("event", example: "{ type: db.firing }").flatMap { Self.event($0, at: at, senders) }
      guard let ago, let event else { return nil }
      return TestStep(event: event, ago: ago, hasTime: node["event"]?["time"] != nil)
    }
  }

  private static func tellHour(_ reader: Reader, _ event: Event, _ tables: [Table]) {
    for table in tables {
      guard let row = table.rowDecidedByTheHour(for: event) else { continue }
      reader.warning(
        "it passes at some hours only: a row of \(table.role) (\(table.rows[row].position)) asks a calendar",
        hint: "say when, such as at: 2026-11-23T09:30:00-07:00")
      return
    }
  }

  /// Read as its sender would have posted it, so that a test sees what rows see: checked, with its defaults, and without its secrets.
  private static func event(_ reader: Reader, at: Timestamp?, _ senders: [Sender]) -> Event? {
    guard let keys = reader.keys(eventKeys, of: "an event") else { return nil }
    if keys["type"] == nil, keys["text"] == nil {
      reader.mistake("an event needs \"type\" or \"text\"", hint: "for example { type: user.registered }")
      return nil
    }
    let before = reader.context.errors
    let isOwn = keys["type"]?.node.scalar.map { Sender.isOwn($0.text) } ?? false
    let sender = keys["sender"].map { named($0, senders) } ?? (isOwn ? Sender(name: Sender.own) : senders.first) ?? Sender(name: "local")
    var event = JSON.Object()
    for (key, what) in [("id", "an id"), ("source", "a source"), ("type", "a type"), ("subject", "a subject"), ("text", "a text")] {
      event[key] = keys[key]?.string(what).map(JSON.string)
    }
    event["severity"] = keys["severity"]?.choice(SeverityWords.words).map(JSON.string)
    event["time"] = keys["time"].flatMap(Self.time).map { .string($0.rfc3339) }
    if let data = keys["data"] {
      event["data"] = json(data)
      if data.node.mapping == nil { data.misshapen("a mapping") }
    }
    guard reader.context.errors == before else { return nil }
    switch sender.decode(event, at: at ?? Timestamp(seconds: 0)) {
    case .success(let event): return event
    case .failure(let rejection):
      for problem in rejection.problems {
        let place = problem.field.flatMap { keys[String($0.dropFirst())] } ?? reader
        place.mistake(problem.detail)
      }
      if rejection.problems.isEmpty { reader.mistake(rejection.title) }
      return nil
    }
  }

  private static func named(_ reader: Reader, _ senders: [Sender]) -> Sender {
    guard let name = reader.string("the name of a sender") else { return Sender(name: "local") }
    if let sender = senders.first(where: { $0.name == name }) { return sender }
    // Bellhop's own, and those that come through the socket.
    if !["bellhop", "local"].contains(name), !senders.isEmpty {
      let names = senders.map(\.name)
      reader.mistake("there is no sender \(Reader.shown(name))", hint: Words.hint(name, among: names, called: "senders"))
    }
    return Sender(name: name)
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
