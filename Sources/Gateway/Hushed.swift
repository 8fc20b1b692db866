import Bellhop
import Matching
import Pacing
import Routing
import Store

/// What silences would hold back of what an event becomes.
struct Hushed {
  /// Whose deliveries, and by which silence; in the order of the plan, each row once.
  let rows: [(role: String, row: String?, silence: Silence)]

  init(_ explanation: Explanation, _ book: SilenceBook) {
    var rows: [(role: String, row: String?, silence: Silence)] = []
    for delivery in explanation.plan.deliveries where delivery.state == .waiting {
      if rows.contains(where: { $0.role == delivery.role && $0.row == delivery.row }) { continue }
      guard let silence = book.silence(for: explanation.event, role: delivery.role, row: delivery.row, at: explanation.time) else {
        continue
      }
      rows.append((delivery.role, delivery.row, silence))
    }
    self.rows = rows
  }

  /// By silences as a running gateway shows them.
  init(_ explanation: Explanation, _ silences: [JSON]) {
    self.init(explanation, SilenceBook(SilenceList(showing: silences.compactMap(Silence.init(view:)))))
  }

  /// The explanation for people and for programs, with what is held back.
  func told(_ explanation: Explanation, in wall: WallTime) -> (text: String, json: JSON) {
    (explanation.text(in: wall) + text(as: wall.text), added(to: explanation.json))
  }

  /// `silenced: [{role, row, silence, until, who, why}]`, where there is any.
  func added(to json: JSON) -> JSON {
    guard !rows.isEmpty, case .object(var object) = json else { return json }
    object["silenced"] = .array(
      rows.map { role, row, silence in
        var one: JSON.Object = ["role": .string(role)]
        one["row"] = row.map(JSON.string)
        one["silence"] = .int(silence.id)
        one["until"] = .string(silence.until.rfc3339)
        one["who"] = .string(silence.who)
        one["why"] = .string(silence.why)
        return .object(one)
      })
    return .object(object)
  }

  /// Lines behind those of the explanation.
  func text(as show: (Timestamp) -> String) -> String {
    guard !rows.isEmpty else { return "" }
    let lines = rows.map { role, row, silence in
      let whose = [role.isEmpty ? "unrouted" : role, row].compactMap(\.self).joined(separator: ", ")
      return "  ✗ \(whose.readableLine): \(silence.words(as: show))"
    }
    return "\nheld back by a silence\n" + lines.joined(separator: "\n") + "\n"
  }
}
