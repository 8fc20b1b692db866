import Bellhop
import Courier
import Matching
import Routing
import Senders
import Settings
import Watching

/// What something consists of, by the words of the file: what two readings are compared by. Secrets are among it: it is never printed.
typealias Parts = [String: AnyHashable]

extension Parts {
  /// The words of what is another now, in order.
  func changed(from old: Parts) -> [String] {
    Set(keys).union(old.keys).filter { self[$0] != old[$0] }.sorted()
  }
}

extension TransportSettings {
  var parts: Parts {
    var parts: Parts = values.entries.mapValues { AnyHashable($0) }
    for (name, part) in [
      ("use", AnyHashable(kind.name)), ("its vendor's page", AnyHashable(kind.version)), ("rate", AnyHashable(rate)),
      ("concurrency", AnyHashable(concurrency)), ("timeout", AnyHashable(timeout)),
      ("retry", AnyHashable([retry.for, retry.first, retry.max])),
      ("repeat", AnyHashable(`repeat`)), ("stale", AnyHashable(stale)),
    ] {
      parts[name] = part
    }
    return parts
  }
}

extension ChannelSettings {
  var parts: Parts { Dictionary(grouping: places, by: \.place.transport).mapValues { AnyHashable($0) } }
}

extension Calendar {
  var parts: Parts {
    ["days": AnyHashable(days), "hours": AnyHashable(hours), "holidays": AnyHashable(holidays), "zone": AnyHashable(zone)]
  }
}

extension Watch {
  /// Without its place in the file.
  var parts: Parts { ["what it notices": AnyHashable(rule), "by": AnyHashable(by), "emit": AnyHashable(emit)] }
}

extension Sender {
  var parts: Parts {
    var parts: Parts = values.entries.mapValues { AnyHashable($0) }
    for (name, part) in [
      ("use", AnyHashable(dialect.name)), ("secret", AnyHashable(secrets.map { [AnyHashable($0), AnyHashable(expiries[$0])] })),
      ("rate", AnyHashable(rate)), ("redact", AnyHashable(redact)),
      ("host", AnyHashable(hosts)),
    ] {
      parts[name] = part
    }
    return parts
  }
}

extension Row {
  /// Without its place in the file: moving it down a line changes nothing.
  var parts: Parts {
    [
      "match": AnyHashable(match), "to": AnyHashable(to), "fallback": AnyHashable(fallback), "alert": AnyHashable(alert),
      "until_ack": AnyHashable(escalation),
      "continue": AnyHashable(`continue`), "hold_until": AnyHashable(holdUntil), "title": AnyHashable(title), "text": AnyHashable(text),
      "fields": AnyHashable(fields.map { [AnyHashable($0.label), AnyHashable($0.template)] }),
      "links": AnyHashable(links.map { [AnyHashable($0.label), AnyHashable($0.template)] }),
    ]
  }
}

/// The rows of one table before and after: which is which, and what became of it.
struct RowPairs {
  /// `row 2 (critical server errors): match, to`, in the order of the new rows; what is gone comes last.
  private(set) var changes: [String] = []

  init(from old: [Row], to new: [Row]) {
    var free = Set(old.indices)
    var pairs: [Int: Int] = [:]
    func pair(_ isSame: (Row, Row) -> Bool) {
      for (number, row) in new.enumerated() where pairs[number] == nil {
        guard let found = free.sorted().first(where: { isSame(old[$0], row) }) else { continue }
        pairs[number] = found
        free.remove(found)
      }
    }
    // A name is what people know a row by; then what it is, then what it is for, then where it stands.
    pair { $0.name != nil && $0.name == $1.name }
    pair { $0.name == $1.name && $1.parts.changed(from: $0.parts).isEmpty }
    pair { $0.match == $1.match }
    for (number, row) in new.enumerated() where pairs[number] == nil && old.count == new.count {
      let isLike = old[number].name == nil && row.name == nil || old[number].to == row.to
      guard free.contains(number), isLike else { continue }
      pairs[number] = number
      free.remove(number)
    }
    for (number, row) in new.enumerated() {
      guard let before = pairs[number].map({ old[$0] }) else {
        changes.append("\(Self.label(number, row)) is new")
        continue
      }
      var parts = row.parts.changed(from: before.parts)
      if row.name != before.name { parts.insert("name", at: 0) }
      if !parts.isEmpty { changes.append("\(Self.label(number, row)): \(parts.joined(separator: ", "))") }
    }
    let order = new.indices.compactMap { pairs[$0] }
    if order != order.sorted() { changes.append("the order of its rows") }
    changes += free.sorted().map { "\(Self.label($0, old[$0])) is gone" }
  }

  private static func label(_ number: Int, _ row: Row) -> String { "row \(number + 1)\(row.name.map { " (\($0))" } ?? "")" }
}
