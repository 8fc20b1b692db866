import Bellhop
import Courier
import Routing
import Senders
import Settings
import Templates

/// What a reload changed, for people.
struct Difference {
  var lines: [String] = []

  var text: String { lines.isEmpty ? "Nothing changed." : lines.joined(separator: "\n") }

  init(from old: Configuration, to new: Configuration, report: ReloadReport) {
    compare("vendor", old.vendors.map { ($0.name, $0.version) }, new.vendors.map { ($0.name, $0.version) })
    compare("transport", old.transports.map { ($0.name, TransportPrint($0)) }, new.transports.map { ($0.name, TransportPrint($0)) })
    compare("channel", old.channels.map { ($0.name, $0.places) }, new.channels.map { ($0.name, $0.places) })
    compare(
      "role", old.tables.map { ($0.role, $0.rows.map(RowPrint.init)) }, new.tables.map { ($0.role, $0.rows.map(RowPrint.init)) })
    compare("calendar", old.calendars.map { ($0.name, $0) }, new.calendars.map { ($0.name, $0) })
    compare("sender", old.senders.map { ($0.name, SenderPrint($0)) }, new.senders.map { ($0.name, SenderPrint($0)) })
    compare("upstream", old.upstream, new.upstream)
    compare("unrouted", old.unrouted, new.unrouted)
    compare("readers", old.readers, new.readers)
    compare("server", old.server, new.server)
    compare("store", old.store, new.store)
    if report.waiting > 0 { lines.append("\(report.waiting) deliveries wait and follow the new configuration.") }
    for (place, count) in report.misconfigured.sorted(by: { $0.key < $1.key }) {
      lines.append(
        "! \(count) deliveries for \(place) have no place any more and are dead (misconfigured); `bellhop dead retry` when they have.")
    }
  }

  private mutating func compare<Part: Equatable>(_ name: String, _ old: Part, _ new: Part) { if old != new { lines.append("~ \(name)") } }

  private mutating func compare(_ name: String, _ old: ServerSettings, _ new: ServerSettings) {
    if old.listen != new.listen { lines.append("~ \(name).listen: takes effect after a restart") }
    if old.log != new.log { lines.append("~ \(name).log: takes effect after a restart") }
    compare("\(name).public_url", old.publicURL, new.publicURL)
    compare("\(name).limits", old.limits, new.limits)
  }

  private mutating func compare(_ name: String, _ old: StoreSettings, _ new: StoreSettings) {
    if old.path != new.path { lines.append("~ \(name).path: takes effect after a restart") }
    compare("\(name).keep", old.keep, new.keep)
    compare("\(name).idempotency", old.idempotency, new.idempotency)
    compare("\(name).max", old.max, new.max)
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

/// What makes two transports the same to a reload.
private struct TransportPrint: Equatable {
  let kind: String
  let version: UInt64
  let values: Values
  let policy: Policy

  init(_ settings: TransportSettings) {
    kind = settings.kind.name
    version = settings.kind.version
    values = settings.values
    policy = settings.policy
  }
}

/// A sender without its secrets' text; secrets compare, they do not print.
private struct SenderPrint: Equatable {
  let secrets: [Secret]
  let rate: Rate?
  let redact: [String]

  init(_ sender: Sender) {
    secrets = sender.secrets
    rate = sender.rate
    redact = sender.redact
  }
}

/// A row without its place in the file: moving it down a line changes nothing.
private struct RowPrint: Equatable {
  let words: [String?]
  let match: Match
  let routes: [[Route]]
  let alert: Alert
  let goesOn: Bool
  let labels: [String]
  let templates: [Template?]

  init(_ row: Row) {
    words = [row.name, row.holdUntil]
    match = row.match
    routes = [row.to, row.fallback]
    alert = row.alert
    goesOn = row.continue
    labels = (row.fields + row.links).map(\.label)
    templates = [row.title, row.text] + (row.fields + row.links).map(\.template)
  }
}
