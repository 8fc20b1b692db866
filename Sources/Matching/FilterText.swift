import Bellhop

/// The grammar of filters that people type, on one line.
///
/// Terms stand side by side and must all hold; `-` in front turns one round. `key:value` asks an attribute or a path below `data`; values with
/// commas between them are alternatives. `type`, `source`, `sender`, `subject` and values of data take globs: `*` stands for a segment between
/// dots, `**` for anything. `severity` takes `error`, or `error+` for it and worse. `data.amount>100` compares numbers with `>` `>=` `<` `<=`.
/// A word, the beginning of one (`fail*`) or a `"phrase"` stands in what the event says: ``EventWords``. What stands in quotes stands for itself, stars too; `\"` and `\\` are
/// a quote and a backslash there.
///
/// Reading takes time in proportion to the line, whose length has an end.
public enum FilterText {
  /// Bytes of a filter.
  public static let maximumLength = 2_048
  /// Terms of a filter.
  public static let maximumTerms = 64

  /// What `state` takes: states of deliveries, and fates of events.
  public static let states = DeliveryState.allCases.map(\.word) + ["planned", "unrouted", "unplannable"]

  /// Keys that are about more than the event itself; who reads a filter says which it allows.
  public enum Extra: String, Sendable, CaseIterable {
    case role, row, state, since, until
  }

  /// Reads a line; an empty one is a filter that takes every event.
  /// - Throws: the first mistake, with its place: a key or word that there is not, a value that is none, a term that nothing can meet.
  public static func parse(_ text: String, allowing extras: Set<Extra> = []) throws(FilterMistake) -> EventFilter {
    guard text.utf8.count <= maximumLength else {
      throw FilterMistake("the filter is longer than \(maximumLength) bytes", hint: "say less", at: 0, length: 0)
    }
    var scanner = FilterScanner(text)
    var reader = FilterReader(extras)
    while let term = try scanner.next() {
      guard reader.count < maximumTerms else {
        throw FilterMistake("there are more than \(maximumTerms) terms", hint: "say less, or use * in a value", at: term.offset)
      }
      try reader.take(term)
    }
    return try reader.filter(of: text)
  }

  /// The filter for events like this one: its type, and its subject where it has one. What it gives is always a filter.
  public static func like(type: String, subject: String?) -> String {
    let type = "type:\(quoted(type))"
    guard let subject, !subject.isEmpty else { return type }
    return "\(type) subject:\(quoted(subject))"
  }

  /// The filter for events like this one.
  public static func like(_ event: Event) -> String { like(type: event.type, subject: event.subject) }

  /// A value as it stands for itself in a filter.
  public static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty && value.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "0123456789._-/@:+#".unicodeScalars.contains($0) }
    if isPlain { return value }
    return value.inQuotes
  }
}
