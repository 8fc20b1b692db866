import Bellhop
import Deciding
import Routing
import Settings
import Store

/// What noise rules make of an event after a past.
struct Aftermath {
  /// How many events came before.
  let past: Int
  private let event: RehearsedEvent?
  private let rehearsal: Rehearsal
  private let time: Timestamp

  /// How long is waited for what a rule holds, if nothing else happens.
  private static let patience = Duration.seconds(7 * 86_400)

  /// - Parameter past: in the order of their times, none later than `time`.
  init(_ past: [(event: Event, at: Timestamp)], then event: Event, at time: Timestamp, _ configuration: Configuration) {
    self.past = past.count
    self.time = time
    var rehearsal = Rehearsal(Assembly.decider(of: configuration), from: past.first?.at ?? time)
    for one in past { rehearsal.post(one.event, at: one.at) }
    let sequence = rehearsal.post(event, at: time)
    let decided = sequence.flatMap { rehearsal[$0] }
    rehearsal.run(until: time + Self.patience)
    self.rehearsal = rehearsal
    self.event = decided.map { decided in
      // As it was at once, with the time at which it is told in the end.
      var decided = decided
      decided.tell(as: sequence.flatMap { rehearsal[$0] })
      return decided
    }
  }

  /// Lines behind those of the explanation.
  func text(as show: (Timestamp) -> String) -> String {
    var lines = ["", "after \(past == 1 ? "1 event" : "\(past) events")"]
    guard let event else {
      lines.append("  ✗ the same event is among them: nothing more comes of it")
      return lines.joined(separator: "\n") + "\n"
    }
    for part in event.parts {
      let whose = [part.role.isEmpty ? "unrouted" : part.role, part.row].compactMap(\.self).joined(separator: ", ")
      let isNow = part.told == time
      var line = "  \(isNow ? "✓" : "✗") \(whose): "
      line += part.state == .waiting ? (isNow ? "told now, \(part.alert.word)" : "told later") : part.state.word
      if let note = part.note { line += ": \(note)\(named(in: note, show))" }
      lines.append(line.readableLine)
      if let told = part.told, !isNow { lines.append("      told at \(show(told)), if nothing else happens") }
      if part.told == nil { lines.append("      nobody is told, if nothing else happens") }
    }
    if event.parts.isEmpty { lines.append("  ✗ no row wants it") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Which event a note's number means: the file does not count them.
  private func named(in note: String, _ show: (Timestamp) -> String) -> String {
    let words = note.split(separator: " ")
    guard let place = words.firstIndex(of: "event"), place + 1 < words.endIndex,
      let number = Int64(words[place + 1].prefix { $0.isNumber }), let meant = rehearsal[number]
    else { return "" }
    return " (\(meant.event.type)\(meant.event.subject.map { " \($0)" } ?? "") at \(show(meant.received)))"
  }

  /// `after: {events, rows: [{role, row, state, alert, note, told}]}`.
  func added(to json: JSON) -> JSON {
    guard case .object(var object) = json else { return json }
    let rows = (event?.parts ?? []).map { part -> JSON in
      var one: JSON.Object = ["role": .string(part.role)]
      one["row"] = part.row.map(JSON.string)
      one["state"] = .string(part.state == .waiting ? "told" : part.state.word)
      one["alert"] = .string(part.alert.word)
      one["note"] = part.note.map(JSON.string)
      one["told"] = part.told.map { .string($0.rfc3339) }
      return .object(one)
    }
    object["after"] = ["events": .int(Int64(past)), "rows": .array(rows)]
    return .object(object)
  }
}
