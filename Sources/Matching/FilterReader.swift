import Bellhop

/// Reads terms into a filter.
struct FilterReader {
  private let extras: Set<FilterText.Extra>
  private var parts: [Match] = []
  private var result = EventFilter()
  private var seen: Set<FilterText.Extra> = []
  /// Terms so far.
  private(set) var count = 0

  private static let keys = ["type", "source", "sender", "subject", "severity", "data.KEY"]

  init(_ extras: Set<FilterText.Extra>) { self.extras = extras }

  /// Adds a term.
  mutating func take(_ term: FilterTerm) throws(FilterMistake) {
    count += 1
    if term.key.isEmpty {
      for value in term.values { result.phrases.append(try phrase(value, isExcluded: term.isExcluded)) }
      return
    }
    if let extra = FilterText.Extra(rawValue: term.key), extras.contains(extra) { return try take(extra, term) }
    let match = try match(term)
    parts.append(term.isExcluded ? .not(match) : match)
  }

  /// The whole, which some event can meet.
  func filter(of text: String) throws(FilterMistake) -> EventFilter {
    var filter = result
    filter.match = parts.count == 1 ? parts[0] : .all(parts)
    // Tests of data are left out: of a list each may pass by another element, and here that is meant.
    let attributes = parts.filter { if case .data = $0 { false } else { true } }
    if let reason = Contradiction.found(in: .all(attributes)) {
      throw FilterMistake(
        "no event can match this: \(reason)", hint: "for one or the other put a comma between the values", at: 0,
        length: text.unicodeScalars.count)
    }
    return filter
  }

  private func phrase(_ value: FilterValue, isExcluded: Bool) throws(FilterMistake) -> FilterPhrase {
    let isPrefix = !value.isQuoted && value.text.hasSuffix("*")
    let text = isPrefix ? String(value.text.dropLast()) : value.text
    if !value.isQuoted, let star = text.unicodeScalars.firstIndex(of: "*") {
      throw FilterMistake(
        "* stands at the end of a word only", hint: "write fail* for words that begin so, or type:*.failed",
        at: value.offset + text.unicodeScalars.distance(from: text.startIndex, to: star))
    }
    guard let phrase = FilterPhrase(text, isPrefix: isPrefix, isExcluded: isExcluded) else {
      throw FilterMistake(
        "\(Match.show(value.text)) has no word in it", hint: "words are letters and digits; all else stands between them", at: value.offset,
        length: value.length)
    }
    // A star behind a dot would be taken for a pattern, and find words that do not stand there.
    if isPrefix, let last = text.last, EventWords.all(in: String(last)).isEmpty {
      throw FilterMistake(
        "* stands right behind a letter or digit only", hint: "write fail* for words that begin so, or type:job.* for types",
        at: value.offset + value.length - 1)
    }
    return phrase
  }

  private func match(_ term: FilterTerm) throws(FilterMistake) -> Match {
    if term.key.hasPrefix("data.") { return try data(term) }
    guard Self.keys.contains(term.key) else { throw unknown(term) }
    guard term.sign == ":" else {
      let hint = term.key == "severity" && term.sign.first == ">" ? "write severity:error+ for error and worse" : "write \(term.key):value"
      throw FilterMistake(
        "\(term.sign) compares numbers of data only", hint: hint, at: term.keyOffset,
        length: term.key.unicodeScalars.count + term.sign.count)
    }
    switch term.key {
    case "type": return .type(term.values.map(Self.glob))
    case "source": return .source(term.values.map(Self.glob))
    case "sender": return .sender(term.values.map(Self.glob))
    case "subject": return .subject(term.values.map(Self.glob))
    default:
      var severities: Set<Severity> = []
      for value in term.values { severities.formUnion(try severity(value)) }
      return .severity(severities)
    }
  }

  private static func glob(_ value: FilterValue) -> Glob { value.isQuoted ? Glob.exactly(value.text) : Glob(value.text) }

  private func severity(_ value: FilterValue) throws(FilterMistake) -> Set<Severity> {
    let reaches = value.text.hasSuffix("+")
    let word = reaches ? value.text.dropLast() : value.text[...]
    if let severity = Severity(word: word) { return reaches ? Set(Severity.allCases.filter { $0 >= severity }) : [severity] }
    let words = Severity.allCases.map(\.word)
    let near = String(word.drop { ">=<!".contains($0) }).nearest(among: words)
    throw FilterMistake(
      "\(Match.show(value.text)) is not a severity",
      hint: near.map { value.text.first == ">" || reaches ? "did you mean \($0)+?" : "did you mean \($0)?" }
        ?? "there are \(words.joined(separator: ", ")), each also with +", at: value.offset, length: value.length)
  }

  private func unknown(_ term: FilterTerm) -> FilterMistake {
    let known = Self.keys + extras.map(\.rawValue).sorted()
    let length = term.key.unicodeScalars.count
    if FilterText.Extra(rawValue: term.key) != nil {
      return FilterMistake(
        "\(term.key) cannot be asked here", hint: "there are \(known.joined(separator: ", "))", at: term.keyOffset, length: length)
    }
    if term.key == "data" {
      return FilterMistake("data wants a path", hint: "write data.KEY\(term.sign)value", at: term.keyOffset, length: length)
    }
    let dot = term.key.firstIndex(of: ".")
    let path = dot.map { term.key[$0...] } ?? ""
    let near =
      dot.map { String(term.key[..<$0]).nearest(among: ["data"]).map { "\($0)\(Match.show(String(path)))" } }
      ?? term.key.nearest(among: known.filter { $0 != "data.KEY" } + ["data"])
    let guess = near.map { "did you mean \($0)? " } ?? ""
    let hint = "\(guess)there are \(known.joined(separator: ", ")); what is no key stands in quotes"
    return FilterMistake("there is no key \(Match.show(term.key))", hint: hint, at: term.keyOffset, length: length)
  }
}

// What is asked of data.
extension FilterReader {
  private func data(_ term: FilterTerm) throws(FilterMistake) -> Match {
    let path = term.key.split(separator: ".", omittingEmptySubsequences: false).dropFirst().map(String.init)
    let length = term.key.unicodeScalars.count
    if path.contains("") {
      throw FilterMistake("a part of the path is empty", hint: "write data.KEY or data.KEY.KEY", at: term.keyOffset, length: length)
    }
    if term.sign == ":" { return .data(path, term.values.flatMap(Self.tests)) }
    var tests: [ValueTest] = []
    for value in term.values {
      guard !value.isQuoted, case .some(let number) = Self.number(value.text)?.double, number.isFinite else {
        throw FilterMistake(
          "\(Match.show(value.text)) is not a number", hint: "\(term.sign) compares numbers: \(term.key)\(term.sign)100", at: value.offset,
          length: value.length)
      }
      switch term.sign {
      case ">": tests.append(.greater(number))
      case ">=": tests.append(.greaterOrEqual(number))
      case "<": tests.append(.less(number))
      default: tests.append(.lessOrEqual(number))
      }
    }
    return .data(path, tests)
  }

  /// A bare value may be meant as a number, a truth or text; who types does not know how the app says it.
  private static func tests(_ value: FilterValue) -> [ValueTest] {
    let text = ValueTest.equals(.string(value.text))
    if value.isQuoted { return [text] }
    if value.text.contains("*") { return [.glob(Glob(value.text))] }
    switch value.text {
    case "true": return [.equals(.bool(true)), text]
    case "false": return [.equals(.bool(false)), text]
    case "null": return [.equals(.null), text]
    default: return number(value.text).map { [.equals($0), text] } ?? [text]
    }
  }

  /// As JSON knows numbers. https://www.rfc-editor.org/rfc/rfc8259#section-6
  private static func number(_ text: String) -> JSON? {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || first &- 48 < 10, let value = try? JSON(parsing: text),
      value.double != nil
    else { return nil }
    return value
  }
}

// What is asked of more than the event.
extension FilterReader {
  private mutating func take(_ extra: FilterText.Extra, _ term: FilterTerm) throws(FilterMistake) {
    let length = term.key.unicodeScalars.count
    func mistake(_ text: String, hint: String) -> FilterMistake { FilterMistake(text, hint: hint, at: term.offset, length: length) }
    if term.isExcluded { throw mistake("\(term.key) cannot be left out", hint: "say which are meant: \(term.key):a,b") }
    guard term.sign == ":" else { throw mistake("\(term.sign) compares numbers of data only", hint: "write \(term.key):value") }
    guard seen.insert(extra).inserted else { throw mistake("\(term.key) stands there twice", hint: "put a comma between the values") }
    switch extra {
    case .role: result.roles = term.values.map(\.text)
    case .row: result.rows = term.values.map(\.text)
    case .state: result.states = try term.values.map(state)
    case .since: result.since = try time(term)
    case .until: result.until = try time(term)
    }
  }

  private func state(_ value: FilterValue) throws(FilterMistake) -> String {
    if FilterText.states.contains(value.text) { return value.text }
    let near = value.text.nearest(among: FilterText.states).map { "did you mean \($0)? " } ?? ""
    throw FilterMistake(
      "there is no state \(Match.show(value.text))", hint: "\(near)there are \(FilterText.states.joined(separator: ", "))",
      at: value.offset,
      length: value.length)
  }

  private func time(_ term: FilterTerm) throws(FilterMistake) -> FilterTime {
    let value = term.values[0]
    if term.values.count == 1 {
      if let time = Timestamp(rfc3339: value.text) { return .moment(time) }
      if let length = Duration(parsing: value.text) { return .ago(length) }
    }
    throw FilterMistake(
      "\(Match.show(value.text)) is not a time", hint: "write 2026-11-23T09:30:00Z, or how long ago: 24h", at: value.offset,
      length: value.length)
  }
}
