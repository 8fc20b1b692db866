import Bellhop
import Matching

extension SilenceList {
  /// Ends what names somebody who is to be forgotten, and takes the name away; answers whether anything changed.
  ///
  /// A silence about one person cannot be kept without naming them.
  public mutating func forget(_ subject: String, at now: Timestamp) -> Bool {
    var changed = false
    change { silence in
      let filter = try? FilterText.parse(silence.filter, allowing: Silence.extras)
      if filter?.names(subject) ?? silence.filter.contains(subject) {
        silence.from = min(silence.from, now)
        silence.until = min(silence.until, now)
        silence.filter = "subject:\(FilterText.quoted(Secret.mask))"
        changed = true
      }
      // A word of one or two letters stands in too many others.
      guard subject.utf8.count > 2, silence.why.contains(subject) else { return }
      silence.why = silence.why.replacing(subject, with: Secret.mask)
      changed = true
    }
    return changed
  }
}

extension EventFilter {
  /// Whether it asks for this very subject, in any of its terms.
  fileprivate func names(_ subject: String) -> Bool {
    let wanted = subject.lowercased()
    return match.names(subject) || phrases.contains { $0.text.lowercased().contains(wanted) }
  }
}

extension Match {
  fileprivate func names(_ subject: String) -> Bool {
    switch self {
    case .all(let parts), .any(let parts): parts.contains { $0.names(subject) }
    case .not(let part): part.names(subject)
    case .subject(let globs): globs.contains { $0.pattern == subject }
    case .data(_, let tests): tests.contains { $0 == .equals(.string(subject)) }
    case .type, .source, .sender, .severity, .during, .outside: false
    }
  }
}
