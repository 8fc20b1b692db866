import Bellhop
import Matching
import Senders
import Watching
import YAML

/// Reads what a watch notices, and what tells its matters apart.
enum WatchRuleReader {
  static let within = Duration.seconds(1)...Duration.seconds(366 * 86_400)
  static let steps = 2...16
  static let atLeast = 1...1_000_000

  static func read(_ keys: Keys, isHeartbeat: Bool) -> WatchRule? {
    if let count = keys["count"] { return self.count(count, keys) }
    if let sequence = keys["sequence"] { return self.sequence(sequence, keys) }
    let expect = keys.required("expect", example: "{ type: user.onboarded }").flatMap(match)
    if isHeartbeat {
      let schedule = schedule(keys)
      let grace = keys.required("grace", example: "1h")?.duration(.zero...within.upperBound)
      guard let expect, let schedule, let grace else { return nil }
      return .heartbeat(expect: expect, schedule, grace: grace)
    }
    let after = keys.required("after", example: "{ type: user.registered }").flatMap(match)
    let within = keys.required("within", example: "24h")?.duration(within)
    guard let after, let expect, let within else { return nil }
    return .followUp(after: after, expect: expect, within: within)
  }

  /// A mapping as in rows, or a type alone.
  private static func match(_ reader: Reader) -> Match? {
    if reader.node.scalar?.isNull == false { return reader.globs(of: .type).map { .all([.type($0)]) } }
    guard reader.node.mapping != nil else {
      reader.misshapen("a type such as user.registered, or a mapping such as { type: user.registered }")
      return nil
    }
    let before = reader.context.errors
    let match = MatchReader.read(reader)
    return reader.context.errors == before ? match : nil
  }

  private static func sequence(_ reader: Reader, _ keys: Keys) -> WatchRule? {
    let within = keys.required("within", example: "10m")?.duration(within)
    guard let nodes = reader.node.sequence else {
      reader.misshapen("a list of what must happen in this order")
      return nil
    }
    let matches = nodes.enumerated().compactMap { match(reader.at($0.offset, $0.element)) }
    guard steps.contains(nodes.count) else {
      reader.mistake(
        "a sequence has \(steps.lowerBound) to \(steps.upperBound) steps, and this has \(nodes.count)",
        hint: nodes.count < 2 ? "for what happens once there is count: with at_least: 1" : "watch the few that matter")
      return nil
    }
    guard let within, matches.count == nodes.count else { return nil }
    return .sequence(matches, within: within)
  }

  private static func count(_ reader: Reader, _ keys: Keys) -> WatchRule? {
    let within = keys.required("within", example: "5m")?.duration(within)
    guard let entries = reader.node.mapping else {
      reader.misshapen("a mapping such as { type: login.failed, at_least: 20 }")
      return nil
    }
    // What counts stands beside how often.
    let rest = Reader(
      node: YAMLNode(at: reader.node.mark, .mapping(entries.filter { $0.key.scalar?.text != "at_least" })), path: reader.path,
      context: reader.context)
    let match = match(rest)
    guard let often = reader.node["at_least"] else {
      reader.mistake("\"at_least\" is missing", hint: "for example at_least: 20")
      return nil
    }
    guard let atLeast = reader.below("at_least", often).int(atLeast), let match, let within else { return nil }
    return .count(match, atLeast: atLeast, within: within)
  }

  private static func schedule(_ keys: Keys) -> BeatSchedule? {
    if let every = keys["every"] {
      for key in ["cron", "zone"] {
        keys[key]?.mistake("every: and \(key): do not go together", hint: "say every: 24h, or cron: and zone:")
      }
      return every.duration(within).map(BeatSchedule.every)
    }
    guard let cron = keys["cron"] else {
      if !keys.meant.contains("every"), !keys.meant.contains("cron") {
        keys.reader.mistake(
          "it is not said when it is expected", hint: "for example every: 24h, or cron: \"0 3 * * *\" and zone: Europe/Berlin")
      }
      return nil
    }
    let zone = keys.required("zone", example: "America/Denver")?.string("a time zone such as America/Denver")
    guard let text = cron.text("a schedule such as \"0 3 * * *\"") else { return nil }
    do throws(CronError) {
      let cron = try Cron(text.text, zone: zone ?? "UTC")
      return zone == nil ? nil : .cron(cron)
    } catch {
      guard let offset = error.offset else {
        keys["zone"]?.mistake(error.description, hint: error.hint)
        return nil
      }
      cron.context.tell(
        cron.place(of: offset, in: text), cron.path, "\(text.shown) is not a schedule: \(error.description)", hint: error.hint)
      return nil
    }
  }

  /// `by`: paths as templates name them.
  static func paths(_ reader: Reader) -> [String] {
    var paths: [String] = []
    for element in reader.elements("a value of events, such as subject, or a list of them") ?? [] {
      guard let text = element.text("a value of events, such as subject") else { continue }
      if let path = path(text.text, element) {
        if paths.contains(path) { element.mistake("the same stands twice", hint: "remove one") } else { paths.append(path) }
      }
    }
    return paths
  }

  private static let attributes = ["subject", "type", "source", "sender"]

  private static func path(_ path: String, _ reader: Reader) -> String? {
    if attributes.contains(path) { return path }
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts[0] == "data", parts.count > 1, parts.allSatisfy({ !$0.isEmpty }) else {
      let hint =
        path.contains("{{")
        ? "write it without braces: \(Plain.yaml(path.filter { !"{} ".contains($0) }))"
        : Words.hint(path, among: attributes + ["data.KEY"], called: "values that events are told apart by")
      reader.mistake("\(Reader.shown(path)) tells no events apart", hint: hint)
      return nil
    }
    if let hidden = parts.dropFirst().first(where: common.hides) {
      reader.warning(
        "what stands under \(Reader.shown(hidden)) is hidden as a secret before watches see it",
        hint: "it is the same for all: name another")
    }
    return path
  }

  /// What is needed of an event at the deadline is read again then.
  static func tellKeep(_ watch: Watch, _ keys: Keys) {
    let (key, wait): (String, Duration) =
      switch watch.rule {
      case .followUp(_, _, let within): ("within", within)
      case .heartbeat(_, .every(let period), let grace) where !watch.by.isEmpty: ("every", period + grace)
      default: ("", .zero)
      }
    let keep = keys.reader.context.store.keep
    guard wait > keep else { return }
    keys[key]?.warning(
      "events are kept for \(keep.short) only: of one that is gone by then nothing is told",
      hint: "a longer keep: in store, or a shorter time here")
  }

  /// What every sender hides.
  private static let common = Sender(name: "local")
}

extension Reader {
  /// Where a character of a text stands, where the text stands in the file as it is; else where its value begins.
  fileprivate func place(of offset: Int, in text: ResolvedText) -> Position {
    let rest = context.rest(from: node.mark)
    let quote = rest.first.map { "\"'".contains($0) } == true ? 1 : 0
    guard !text.isExpanded, rest.dropFirst(quote).hasPrefix(text.text) else { return node.mark }
    return Position(line: node.mark.line, column: node.mark.column + quote + offset)
  }
}
