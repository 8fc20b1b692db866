import Bellhop
import Matching
import Store

/// How a filter is answered: by what the index finds, or along the store's own indexes. Whatever finds an event, the filter itself is asked
/// about it afterwards, so a plan may find too much and must not miss any.
struct SearchPlan: Sendable, Hashable {
  /// In FTS5's query syntax (https://www.sqlite.org/fts5.html#full_text_query_syntax); nil where the filter names nothing that the index knows.
  let expression: String?
  /// Along which events are looked at where the index does not hold them, or is not asked.
  let way: EventScan.ScanWay
  /// It looks for beginnings of words that are so short that there are very many.
  let isBroad: Bool

  /// More are not given to the index: they are looked at on the event.
  private static let mostPhrases = 16
  private static let mostPrefixes = 3
  private static let mostWords = 24
  private static let mostAlternatives = 32
  /// Letters of a beginning that is not short.
  static let prefixLength = 4

  /// - Parameter only: the roles whose events are there for the reader; nil is all of them.
  init(_ filter: EventFilter, only: Set<String>?) {
    let parts = Self.parts(of: filter.match)
    way = Self.way(of: parts)
    var wanted: [String] = []
    var unwanted: [String] = []
    var prefixes = 0
    var isBroad = false
    for phrase in filter.phrases.prefix(Self.mostPhrases) {
      if phrase.isExcluded {
        // A part of it would leave out too much.
        if !phrase.isPrefix, phrase.words.count <= Self.mostWords { unwanted.append(Self.quoted(phrase.words, isPrefix: false)) }
        continue
      }
      var isPrefix = phrase.isPrefix && phrase.words.count <= Self.mostWords
      if isPrefix {
        prefixes += 1
        if (phrase.words.last?.unicodeScalars.count ?? 0) < Self.prefixLength { isBroad = phrase.words.count == 1 }
        // Each takes a list of all the words that begin so.
        if prefixes > Self.mostPrefixes { isPrefix = false }
      }
      let words = isPrefix == phrase.isPrefix ? phrase.words : phrase.words.dropLast()
      if !words.isEmpty { wanted.append(Self.quoted(Array(words.prefix(Self.mostWords)), isPrefix: isPrefix)) }
    }
    wanted += parts.compactMap(Self.term)
    wanted += [Self.any(.role, filter.roles)].compactMap(\.self)
    // A row's name may be another role's business.
    if only == nil { wanted += [Self.any(.row, filter.rows)].compactMap(\.self) }
    // What the store has an index of its own for it finds as fast, and exactly.
    let isOwnWay = way != .all && wanted.count <= 1 && filter.phrases.allSatisfy(\.isExcluded)
    if let only { wanted += [Self.any(.role, only.sorted())].compactMap(\.self) }
    self.isBroad = isBroad && wanted.count == 1
    guard !wanted.isEmpty, !isOwnWay || only != nil else {
      expression = nil
      return
    }
    let found = wanted.joined(separator: " AND ")
    expression = unwanted.isEmpty ? found : "(\(found)) NOT (\(unwanted.joined(separator: " OR ")))"
  }

  /// All of them must hold.
  private static func parts(of match: Match) -> [Match] { if case .all(let parts) = match { parts.flatMap(parts(of:)) } else { [match] } }

  private static func way(of parts: [Match]) -> EventScan.ScanWay {
    var way = EventScan.ScanWay.all
    for part in parts {
      switch part {
      case .subject(let globs): if globs.count == 1, globs[0].isLiteral { return .subject(globs[0].pattern) }
      case .type(let globs): if globs.count == 1, globs[0].isLiteral { way = .type(globs[0].pattern) }
      default: break
      }
    }
    return way
  }

  /// What the index can say about a part; nil where that is nothing.
  private static func term(_ part: Match) -> String? {
    switch part {
    case .type(let globs), .source(let globs), .subject(let globs): return any(globs.map(said))
    case .sender(let globs): return any(globs.map { $0.isLiteral ? fact(.sender, $0.pattern) : nil })
    case .severity(let severities): return any(severities.sorted().map { fact(.severity, $0.word) })
    case .data(_, let tests):
      return any(
        tests.map { test in
          guard case .equals(.string(let text)) = test else { return nil }
          return phrase(EventWords.all(in: text))
        })
    case .all, .any, .not, .during, .outside: return nil
    }
  }

  /// The words that whatever a pattern matches begins with.
  private static func said(_ glob: Glob) -> String? {
    if glob.isLiteral { return phrase(EventWords.all(in: glob.pattern)) }
    let head = glob.pattern.prefix { $0 != "*" }
    // The last of them may go on.
    guard let end = head.lastIndex(where: { $0.isASCII && EventWords.all(in: String($0)).isEmpty }) else { return nil }
    return phrase(EventWords.all(in: String(head[..<end])))
  }

  private static func phrase(_ words: [String]) -> String? {
    words.isEmpty ? nil : quoted(Array(words.prefix(mostWords)), isPrefix: false)
  }

  /// Words hold letters and digits only, so nothing in them needs to be escaped.
  private static func quoted(_ words: [String], isPrefix: Bool) -> String { "\"\(words.joined(separator: " "))\"\(isPrefix ? " *" : "")" }

  private static func fact(_ fact: IndexLine.KnownFact, _ value: String) -> String {
    quoted([IndexLine.word(fact, value)], isPrefix: false)
  }

  private static func any(_ fact: IndexLine.KnownFact, _ values: [String]) -> String? {
    values.isEmpty ? nil : any(values.map { self.fact(fact, $0) })
  }

  /// One of them; nothing where one of them cannot be asked.
  private static func any(_ terms: [String?]) -> String? {
    let known = terms.compactMap(\.self)
    guard !known.isEmpty, known.count == terms.count, known.count <= mostAlternatives else { return nil }
    return known.count == 1 ? known[0] : "(\(known.joined(separator: " OR ")))"
  }
}
