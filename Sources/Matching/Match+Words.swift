import Bellhop

extension Match {
  /// Why this part did not match, with the value that stood against it: `severity is info, wants error+`.
  package func complaint(at moment: MatchContext) -> String {
    let event = moment.event
    switch self {
    case .type: return "type is \(Self.show(event.type)), wants \(wish)"
    case .source: return "source is \(Self.show(event.source)), wants \(wish)"
    case .sender: return "sender is \(Self.show(event.sender)), wants \(wish)"
    case .subject: return "\(event.subject.map { "subject is \(Self.show($0))" } ?? "there is no subject"), wants \(wish)"
    case .severity: return "severity is \(event.severity.word), wants \(wish)"
    case .data(let path, _):
      let value = JSON.object(event.data).value(at: path[...])
      return "\(Self.name(path)) is \(value.map { Self.show($0.text) } ?? "absent"), wants \(wish)"
    case .during(let name): return "\(name) is closed, wants it open"
    case .outside(let name): return "\(name) is open, wants it closed"
    case .not(let inner): return "it is \(inner.description), which this row excludes"
    case .any(let parts):
      let complaints = parts.compactMap { $0.miss(at: moment)?.complaint(at: moment) }
      return parts.isEmpty ? "any: is empty" : "none of any: holds (\(complaints.joined(separator: "; ")))"
    case .all(let parts):
      return parts.compactMap { $0.miss(at: moment)?.complaint(at: moment) }.first ?? "it matches"
    }
  }

  /// What it asks for, without the name of the attribute.
  private var wish: String {
    switch self {
    case .type(let globs), .source(let globs), .sender(let globs), .subject(let globs): Self.list(globs.map(\.pattern))
    case .severity(let severities): Self.words(severities)
    case .data(_, let tests): Self.list(tests.map(\.description))
    default: description
    }
  }

  /// `error+` where it reaches to the top, else the words.
  private static func words(_ severities: Set<Severity>) -> String {
    guard severities.count > 1, let lowest = severities.min(), Set(Severity.allCases.filter { $0 >= lowest }) == severities else {
      return list(severities.sorted().map(\.word))
    }
    return "\(lowest.word)+"
  }

  private static func name(_ path: [String]) -> String { (["data"] + path).joined(separator: ".") }

  package static func list(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "nothing" }
    let shown = words.count > 6 ? words.prefix(5) + ["\(words.count - 6) more"] : words.dropLast()
    return shown.joined(separator: ", ") + " or " + last
  }

  /// One line, not too long: an event's values may be anything.
  package static func show(_ value: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in value.unicodeScalars.prefix(81) {
      scalars.append(scalar.properties.generalCategory == .control || scalar.properties.isWhitespace ? " " : scalar)
    }
    return scalars.count > 80 ? String(scalars.prefix(79)) + "…" : String(scalars)
  }
}

extension Match {
  /// The first pattern of a type that it asks for, for examples.
  package var firstType: String? {
    switch self {
    case .type(let globs): globs.first?.pattern
    case .all(let parts), .any(let parts): parts.lazy.compactMap(\.firstType).first
    default: nil
    }
  }
}

extension Match: CustomStringConvertible {
  /// What it asks for: `type server.*`, `severity error+ and not sender ci`.
  public var description: String {
    switch self {
    case .all(let parts): parts.isEmpty ? "every event" : parts.map(\.description).joined(separator: " and ")
    case .any(let parts): "(" + parts.map(\.description).joined(separator: " or ") + ")"
    case .not(let inner): "not \(inner)"
    case .type: "type \(wish)"
    case .source: "source \(wish)"
    case .sender: "sender \(wish)"
    case .subject: "subject \(wish)"
    case .severity: "severity \(wish)"
    case .data(let path, _): "\(Self.name(path)) \(wish)"
    case .during(let name): "during \(name)"
    case .outside(let name): "outside \(name)"
    }
  }
}

extension ValueTest: CustomStringConvertible {
  /// As it could stand in YAML, in words.
  public var description: String {
    switch self {
    case .equals(let value): value.text
    case .glob(let glob): "like \(glob)"
    case .regex(let pattern): "/\(pattern)/"
    case .less(let limit): "< \(JSON.double(limit).plain)"
    case .lessOrEqual(let limit): "<= \(JSON.double(limit).plain)"
    case .greater(let limit): "> \(JSON.double(limit).plain)"
    case .greaterOrEqual(let limit): ">= \(JSON.double(limit).plain)"
    case .exists(let wanted): wanted ? "any value" : "no value"
    case .not(let tests): "not \(Match.list(tests.map(\.description)))"
    case .all(let tests): tests.map(\.description).joined(separator: " and ")
    }
  }
}
