import Bellhop
import Matching
import Routing
import Senders
import Templates
import YAML

/// Reads `match`: keys are AND, lists are OR, `not` and `any` nest.
enum MatchReader {
  static let keys = ["type", "source", "sender", "subject", "severity", "data.KEY", "during", "outside", "not", "any"]

  /// What can be read of it, and what is doubtful about the whole.
  static func read(_ reader: Reader) -> Match {
    let context = reader.context
    let before = (errors: context.errors, contradictions: context.contradictions)
    let match = parts(reader)
    if before == (context.errors, context.contradictions), let reason = Contradiction.found(in: match) {
      context.contradictions += 1
      reader.warning("no event can match this: \(reason)", hint: "change one of the two, or remove the row")
    }
    return match
  }

  private static func parts(_ reader: Reader) -> Match {
    guard let pairs = reader.pairs("a mapping such as { type: \"user.*\" }") else { return .all([]) }
    return .all(
      pairs.compactMap { key, mark, value in
        switch key {
        case "type": value.globs(of: .type).map(Match.type)
        case "source": value.globs(of: .source).map(Match.source)
        case "subject": value.globs(of: .subject).map(Match.subject)
        case "sender": sender(value)
        case "severity": SeverityWords.read(value).map(Match.severity)
        case "during": calendars(value) { .during($0) }
        case "outside": calendars(value) { .outside($0) }
        case "not": value.elements("a mapping or a list of them").map { .not(.any($0.map(excluded))) }
        case "any": any(value)
        default:
          data(key, mark, value)
            ?? {
              value.context.tell(mark, value.path, "unknown key", hint: hint(key))
              return nil
            }()
        }
      })
  }

  /// Keys of the row that slipped one level down are sent back.
  private static func hint(_ key: String) -> String {
    let known = RowReader.keys.contains(key)
    return known ? "it belongs to the row: beside match, not inside it" : Words.hint(key, among: keys, called: "keys of match")
  }

  private static func excluded(_ reader: Reader) -> Match {
    if reader.node.mapping?.isEmpty == true {
      reader.context.contradictions += 1
      reader.warning("this excludes every event", hint: "say what is not wanted, such as { type: ticket.test }, or remove it")
    }
    return read(reader)
  }

  private static func any(_ reader: Reader) -> Match? {
    guard reader.node.sequence != nil else {
      reader.misshapen("a list of mappings, one of which must match")
      return nil
    }
    return reader.elements("a list of mappings").map { elements in
      for element in elements where element.node.mapping?.isEmpty == true {
        element.warning("this takes every event, and so does any:", hint: "say what is wanted, or remove it")
      }
      return .any(elements.map(read))
    }
  }

  /// A pattern that takes no sender will never match; events of Bellhop's own, the socket's and another gateway's come beside them.
  private static func sender(_ reader: Reader) -> Match? {
    let senders = reader.context.senders
    let globs = reader.globs(of: .sender)
    for element in reader.elements("a pattern or a list of them") ?? [] {
      guard let name = element.node.scalar?.text, !senders.isEmpty, !name.contains("$"), GlobDoubts.doubt(name, of: .sender) == nil,
        !(senders + ["bellhop", "local", "upstream"]).contains(where: Glob(name).matches)
      else { continue }
      element.warning("there is no sender \"\(name)\"", hint: Words.hint(name, among: senders, called: "senders"))
    }
    return globs.map(Match.sender)
  }

  private static func calendars(_ reader: Reader, _ make: (String) -> Match) -> Match? {
    let names = reader.elements("the name of a calendar")?.compactMap {
      $0.name(among: Array(reader.context.calendars), "calendar", called: "calendars")
    }
    guard let names, let first = names.first else { return nil }
    return names.count == 1 ? make(first) : .any(names.map(make))
  }

  /// Nil for what is no path below `data`.
  private static func data(_ key: String, _ mark: Position, _ reader: Reader) -> Match? {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, parts[0] == "data", parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    if let doubt = doubt(path: key) { reader.context.tell(mark, reader.path, doubt.problem, hint: doubt.hint, isWarning: true) }
    let tests = ValueTestReader.read(reader)
    if let hidden = parts.dropFirst().first(where: common.hides), !tests.allSatisfy(\.isAboutPresence) {
      reader.warning(
        "what stands under \(Reader.shown(hidden)) is hidden as a secret before rows see it", hint: "match another key, or { exists: true }"
      )
    }
    return .data(Array(parts.dropFirst()), tests)
  }

  /// `data.items[0].id`, `data.items.*.id`: keys of other languages, which no event has.
  private static func doubt(path: String) -> Doubt? {
    if path.contains("[") {
      let mend = path.escaped(["[": ".", "]": "", "\"": "", "'": ""])
      return Doubt("`[…]` is part of the key here", "write \(mend)")
    }
    if path.split(separator: ".").contains(where: { $0.contains("*") }) {
      return Doubt(
        "`*` is part of the key here", "write the number of an element, as in data.items.0.id; a list of plain values is tested whole")
    }
    if let outside = Lookalike.outside(path, "a key") { return outside }
    if path.contains(where: \.isWhitespace) { return Doubt("the key holds a blank", "write it as the events have it") }
    return nil
  }

  /// What every sender hides.
  private static let common = Sender(name: "local")
}

extension ValueTest {
  /// The value itself does not matter.
  fileprivate var isAboutPresence: Bool {
    switch self {
    case .exists: true
    case .not(let tests), .all(let tests): tests.allSatisfy(\.isAboutPresence)
    case .equals, .glob, .regex, .less, .lessOrEqual, .greater, .greaterOrEqual: false
    }
  }
}
