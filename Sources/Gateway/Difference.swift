import Bellhop
import Courier
import Matching
import Routing
import Senders
import Settings
import Templates

/// What a reload changed, or would change, for people: what, and what of it.
struct Difference {
  var lines: [String] = []

  var text: String { lines.isEmpty ? "Nothing changed." : lines.joined(separator: "\n") }

  /// - Parameters:
  ///   - started: the configuration that the process started with. What takes effect after a restart is compared with it too.
  ///   - isTrial: nothing has been changed yet.
  init(from old: Configuration, to new: Configuration, started: Configuration? = nil, report: ReloadReport, isTrial: Bool = false) {
    let started = started ?? old
    compare("vendor", old.vendors.map { ($0.name, ["its page": $0.version]) }, new.vendors.map { ($0.name, ["its page": $0.version]) })
    compare("transport", old.transports.map { ($0.name, $0.parts) }, new.transports.map { ($0.name, $0.parts) })
    compare("channel", old.channels.map { ($0.name, $0.parts) }, new.channels.map { ($0.name, $0.parts) })
    compareRoles(old.tables, new.tables)
    compare("calendar", old.calendars.map { ($0.name, $0.parts) }, new.calendars.map { ($0.name, $0.parts) })
    compare("watch", old.watches.map { ($0.name, $0.parts) }, new.watches.map { ($0.name, $0.parts) })
    compare("sender", old.senders.map { ($0.name, $0.parts) }, new.senders.map { ($0.name, $0.parts) })
    compare("upstream", old.upstream, new.upstream)
    compare("unrouted", old.unrouted, new.unrouted)
    compare("readers", old.readers, new.readers)
    compare("server", old.server, new.server, started.server)
    compare("store", old.store, new.store, started.store)
    // What waits is no change: it alone would make a trial of the same file say one.
    if !isTrial { tellWaiting(report.waiting) }
    for (place, count) in report.misconfigured.sorted(by: { $0.key < $1.key }) {
      let (what, its) = count == 1 ? ("1 delivery", "it has") : ("\(count) deliveries", "they have")
      let fate =
        isTrial
        ? "would have no place any more and end as dead"
        : count == 1 ? "has no place any more and is dead" : "have no place any more and are dead"
      lines.append("! \(what) for \(place) \(fate) (misconfigured); `bellhop dead retry` when \(its).")
    }
  }

  private mutating func tellWaiting(_ count: Int) {
    guard count > 0 else { return }
    lines.append("\(count) \(count == 1 ? "delivery waits and follows" : "deliveries wait and follow") the new configuration.")
  }

  private mutating func compare<Part: Equatable>(_ name: String, _ old: Part, _ new: Part) { if old != new { lines.append("~ \(name)") } }

  private mutating func compare(_ name: String, _ old: ServerSettings, _ new: ServerSettings, _ started: ServerSettings) {
    compareFixed("\(name).listen", old.listen, new.listen, started.listen)
    compareFixed("\(name).log", old.log, new.log, started.log)
    compare("\(name).public_url", old.publicURL, new.publicURL)
    compare("\(name).proxies", old.proxies, new.proxies)
    compare("\(name).tls", old.tls, new.tls)
    compare("\(name).limits", old.limits, new.limits)
  }

  private mutating func compare(_ name: String, _ old: StoreSettings, _ new: StoreSettings, _ started: StoreSettings) {
    compareFixed("\(name).path", old.path, new.path, started.path)
    compare("\(name).keep", old.keep, new.keep)
    compare("\(name).idempotency", old.idempotency, new.idempotency)
    compare("\(name).max", old.max, new.max)
  }

  /// What the process cannot change while it runs: set back, it is as it is.
  private mutating func compareFixed<Part: Equatable>(_ name: String, _ old: Part, _ new: Part, _ started: Part) {
    if old != new { lines.append(new == started ? "~ \(name): back to what is in force" : "~ \(name): takes effect after a restart") }
  }

  private mutating func compare(_ word: String, _ old: [(String, Parts)], _ new: [(String, Parts)]) {
    let before = Dictionary(old, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new, uniquingKeysWith: { first, _ in first })
    for (name, parts) in after.sorted(by: { $0.key < $1.key }) {
      guard let was = before[name] else {
        lines.append("+ \(word) \(name)")
        continue
      }
      let changed = parts.changed(from: was)
      if !changed.isEmpty { lines.append("~ \(word) \(name): \(changed.joined(separator: ", "))") }
    }
    for name in before.keys.sorted() where after[name] == nil { lines.append("- \(word) \(name)") }
  }

  private mutating func compareRoles(_ old: [Table], _ new: [Table]) {
    let before = Dictionary(old.map { ($0.role, $0.rows) }, uniquingKeysWith: { first, _ in first })
    let after = Dictionary(new.map { ($0.role, $0.rows) }, uniquingKeysWith: { first, _ in first })
    for (role, rows) in after.sorted(by: { $0.key < $1.key }) {
      guard let was = before[role] else {
        lines.append("+ role \(role)")
        continue
      }
      lines += RowPairs(from: was, to: rows).changes.map { "~ role \(role): \($0)" }
    }
    for role in before.keys.sorted() where after[role] == nil { lines.append("- role \(role)") }
  }
}
