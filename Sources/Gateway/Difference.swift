import Courier
import Settings

/// What a reload changed, for people.
struct Difference {
  var lines: [String] = []

  var text: String { lines.isEmpty ? "Nothing changed." : lines.joined(separator: "\n") }

  init(from old: Configuration, to new: Configuration, report: ReloadReport) {
    compare("transport", old.transports.map { ($0.name, Fingerprint($0)) }, new.transports.map { ($0.name, Fingerprint($0)) })
    compare("channel", old.channelPlaces.map { ($0.key, $0.value) }, new.channelPlaces.map { ($0.key, $0.value) })
    compare(
      "role", old.tables.map { ($0.role, $0.rows.map(\.unplaced)) }, new.tables.map { ($0.role, $0.rows.map(\.unplaced)) })
    compare("calendar", old.calendars.map { ($0.name, $0) }, new.calendars.map { ($0.name, $0) })
    compare("sender", old.senders.map { ($0.name, SenderFingerprint($0)) }, new.senders.map { ($0.name, SenderFingerprint($0)) })
    if old.server.listen != new.server.listen { lines.append("~ server.listen: takes effect after a restart") }
    if old.store.path != new.store.path { lines.append("~ store.path: takes effect after a restart") }
    if report.waiting > 0 { lines.append("\(report.waiting) deliveries wait and follow the new configuration.") }
    for (place, count) in report.misconfigured.sorted(by: { $0.key < $1.key }) {
      lines.append("! \(count) deliveries for \(place) have no place any more and are dead (misconfigured); `bellhop dead retry` when they have.")
    }
  }

  private mutating func compare<Part: Equatable>(_ word: String, _ old: [(String, Part)], _ new: [(String, Part)]) {
    let before = Dictionary(old, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new, uniquingKeysWith: { first, _ in first })
    for (name, part) in after.sorted(by: { $0.key < $1.key }) {
      guard let was = before[name] else {
        lines.append("+ \(word) \(name)")
        continue
      }
      if was != part { lines.append("~ \(word) \(name)") }
    }
    for name in before.keys.sorted() where after[name] == nil { lines.append("- \(word) \(name)") }
  }
}
