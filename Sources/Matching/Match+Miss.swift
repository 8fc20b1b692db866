import Bellhop

/// What matching looks at.
package struct MatchContext {
  package let event: Event
  package let time: Timestamp
  package let calendars: [String: Calendar]

  /// `calendars` by their names.
  package init(event: Event, time: Timestamp, calendars: [String: Calendar]) {
    self.event = event
    self.time = time
    self.calendars = calendars
  }
}

extension Match {
  /// Nil where it matches; else the first part that does not, for `explain`. The only place that decides whether a row matches.
  package func miss(at moment: MatchContext) -> Match? {
    switch self {
    case .all(let parts):
      for part in parts { if let miss = part.miss(at: moment) { return miss } }
      return nil
    case .any(let parts):
      for part in parts where part.miss(at: moment) == nil { return nil }
      return self
    default: return holds(at: moment) ? nil : self
    }
  }

  private func holds(at moment: MatchContext) -> Bool {
    let event = moment.event
    switch self {
    case .all, .any: return miss(at: moment) == nil
    case .not(let inner): return inner.miss(at: moment) != nil
    case .type(let globs): return globs.contains { $0.matches(event.type) }
    case .source(let globs): return globs.contains { $0.matches(event.source) }
    case .sender(let globs): return globs.contains { $0.matches(event.sender) }
    case .subject(let globs):
      guard let subject = event.subject else { return false }
      return globs.contains { $0.matches(subject) }
    case .severity(let severities): return severities.contains(event.severity)
    case .data(let path, let tests):
      let value = JSON.object(event.data).value(at: path[...])
      return tests.contains { $0.passes(value) }
    // A calendar that is not there is never open; the configuration is refused before it comes to that.
    case .during(let name): return moment.calendars[name]?.isOpen(at: moment.time) ?? false
    case .outside(let name): return !(moment.calendars[name]?.isOpen(at: moment.time) ?? false)
    }
  }
}

extension ValueTest {
  /// Nil is an absent value; null is a value.
  func passes(_ value: JSON?) -> Bool {
    switch self {
    case .exists(let wanted): return (value != nil) == wanted
    case .not(let tests): return !tests.contains { $0.passes(value) }
    case .all(let tests): return tests.allSatisfy { $0.passes(value) }
    default: break
    }
    guard let value else { return false }
    return value.anySide(holds)
  }

  private func holds(_ value: JSON) -> Bool {
    switch self {
    case .equals(let wanted): return Self.equal(value, wanted)
    case .glob(let glob): return value.scalar.map(glob.matches) ?? false
    case .regex(let pattern): return value.scalar.map(pattern.matches) ?? false
    case .less(let limit): return value.double.map { $0 < limit } ?? false
    case .lessOrEqual(let limit): return value.double.map { $0 <= limit } ?? false
    case .greater(let limit): return value.double.map { $0 > limit } ?? false
    case .greaterOrEqual(let limit): return value.double.map { $0 >= limit } ?? false
    case .exists, .not, .all: return false
    }
  }

  static func equal(_ left: JSON, _ right: JSON) -> Bool {
    switch (left, right) {
    case (.int(let left), .int(let right)): left == right
    case (.int, .double), (.double, .int): left.double == right.double
    default: left == right
    }
  }
}

extension JSON {
  /// Asks of all that tests look at: the value itself, and of a list its first elements too, of which a hostile event may have a million.
  package func anySide(_ test: (JSON) -> Bool) -> Bool {
    if test(self) { return true }
    guard case .array(let elements) = self else { return false }
    return elements.prefix(100).contains(where: test)
  }

  /// The text that globs and patterns look at; lists and objects have none.
  fileprivate var scalar: String? {
    switch self {
    case .array, .object: nil
    default: plain
    }
  }
}
