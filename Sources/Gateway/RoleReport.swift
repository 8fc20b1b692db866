import Bellhop
import Ledger
import Matching
import Pacing
import Routing
import Settings

/// The tables in words: each role with its rows in order, and what each sent lately.
struct RoleReport {
  private let configuration: Configuration

  init(_ configuration: Configuration) { self.configuration = configuration }

  /// `{"roles": [{role, rows: [{row, match, to, alert, rules, …, sent, held_back, last, never}]}], "unrouted", "today", "since", "cut"}`.
  /// Rows without a name share one count in the history: none of them shows it.
  func json(_ tallies: RowTallies, since times: [Timestamp]) -> JSON {
    var object: JSON.Object = [
      "roles": .array(
        configuration.tables.map { table in
          ["role": .string(table.role), "rows": .array(table.rows.map { row(of: table.role, $0, tallies) })]
        })
    ]
    if !configuration.unrouted.isEmpty { object["unrouted"] = .array(configuration.unrouted.map { .string($0.name) }) }
    object["today"] = times.first.map { .string($0.rfc3339) }
    object["since"] = tallies.since.map { .string($0.rfc3339) }
    object["cut"] = .bool(tallies.isCut)
    return .object(object)
  }

  private func row(of role: String, _ row: Row, _ tallies: RowTallies) -> JSON {
    var object: JSON.Object = [:]
    object["row"] = row.name.map(JSON.string)
    object["match"] = .string(row.match.description)
    object["to"] = .array(row.to.map { .string($0.name) })
    object["alert"] = .string(row.alert.word)
    var rules = configuration.policies.first { $0.role == role && $0.row == row.name && row.name != nil }?.rules(then: row.escalation) ?? []
    if let hold = row.holdUntil { rules.append("hold until \(hold)") }
    if !row.fallback.isEmpty { rules.append("fallback to \(row.fallback.map(\.name).joined(separator: ", "))") }
    if row.continue { rules.append("later rows are asked too") }
    object["rules"] = .array(rules.map(JSON.string))
    object["place"] = .string(row.position)
    guard row.name != nil else { return .object(object) }
    let counts = RowReport.counts(tallies.rows.first { $0.role == role && $0.row == row.name }, isWhole: tallies.since == nil)
    for member in counts.members { object[member.key] = member.value }
    return .object(object)
  }
}

extension Configuration {
  /// The channels with their places, and the transports, in the order of the file.
  var outlets: JSON {
    [
      "channels": .array(
        channels.map { ["name": .string($0.name), "places": .array($0.places.map { .string($0.place.lane) })] }),
      "transports": .array(
        transports.map { transport in
          var object: JSON.Object = [
            "name": .string(transport.name), "kind": .string(transport.kind.name), "concurrency": .int(Int64(transport.concurrency)),
          ]
          object["rate"] = transport.rate.map { .string($0.description) }
          return .object(object)
        }),
    ]
  }
}
