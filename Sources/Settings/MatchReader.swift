import Bellhop
import Routing
import Senders
import Templates

/// Reads `match`: keys are AND, lists are OR, `not` and `any` nest.
enum MatchReader {
  static let keys = ["type", "source", "sender", "subject", "severity", "data.KEY", "during", "outside", "not", "any"]

  static func read(_ reader: Reader) -> Match {
    guard let pairs = reader.pairs("a mapping such as { type: \"user.*\" }") else { return .all([]) }
    return .all(
      pairs.compactMap { key, mark, value in
        switch key {
        case "type": value.globs().map(Match.type)
        case "source": value.globs().map(Match.source)
        case "subject": value.globs().map(Match.subject)
        case "sender": sender(value)
        case "severity": SeverityWords.read(value).map(Match.severity)
        case "during": calendars(value) { .during($0) }
        case "outside": calendars(value) { .outside($0) }
        case "not": value.elements("a mapping or a list of them").map { .not(.any($0.map(read))) }
        case "any": any(value)
        default:
          data(key, value)
            ?? {
              value.context.tell(mark, value.path, "unknown key", hint: Words.hint(key, among: keys, called: "keys of match"))
              return nil
            }()
        }
      })
  }

  private static func any(_ reader: Reader) -> Match? {
    guard reader.node.sequence != nil else {
      reader.misshapen("a list of mappings, one of which must match")
      return nil
    }
    return reader.elements("a list of mappings").map { .any($0.map(read)) }
  }

  /// A name without a star that no sender has will never match; events of Bellhop's own are the exception.
  private static func sender(_ reader: Reader) -> Match? {
    let senders = reader.context.senders
    for element in reader.elements("a pattern or a list of them") ?? [] {
      guard let name = element.node.scalar?.text, Glob(name).isLiteral, !senders.isEmpty, !senders.contains(name), name != "bellhop",
        !name.contains("$")
      else { continue }
      element.warning("there is no sender \"\(name)\"", hint: Words.hint(name, among: senders, called: "senders"))
    }
    return reader.globs().map(Match.sender)
  }

  private static func calendars(_ reader: Reader, _ make: (String) -> Match) -> Match? {
    let names = reader.elements("the name of a calendar")?.compactMap {
      $0.name(among: Array(reader.context.calendars), "calendar", called: "calendars")
    }
    guard let names, let first = names.first else { return nil }
    return names.count == 1 ? make(first) : .any(names.map(make))
  }

  /// Nil for what is no path below `data`.
  private static func data(_ key: String, _ reader: Reader) -> Match? {
    let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count > 1, parts[0] == "data", parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let tests = ValueTestReader.read(reader)
    if let hidden = parts.dropFirst().first(where: common.hides), !tests.allSatisfy(\.isAboutPresence) {
      reader.warning(
        "what stands under \(Reader.shown(hidden)) is hidden as a secret before rows see it", hint: "match another key, or { exists: true }"
      )
    }
    return .data(Array(parts.dropFirst()), tests)
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
