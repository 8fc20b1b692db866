import Bellhop
import Store

// The history as JSON: nulls are left out, times are RFC 3339, what an attempt took is in milliseconds.

extension HistoryEvent {
  /// Without deliveries in search answers.
  func view(whole: Bool) -> JSON.Object {
    var object = json
    if whole { object["deliveries"] = .array(deliveries.map { .object($0.view) }) }
    return object
  }
}

extension HistoryDelivery {
  /// With every attempt.
  var view: JSON.Object {
    var object: JSON.Object = ["id": .int(id), "event": .int(sequence), "destination": .string(destination.description)]
    object["channel"] = destination.channel.map(JSON.string)
    object["transport"] = .string(destination.transport)
    if !destination.target.values.isEmpty { object["target"] = .object(destination.target.values) }
    object["role"] = .string(role)
    object["row"] = row.map(JSON.string)
    object["alert"] = .string(alert.word)
    object["state"] = .string(state.word)
    object["note"] = note.map(JSON.string)
    object["fault"] = fault.map(JSON.string)
    object["due"] = due.map { .string($0.rfc3339) }
    object["attempts"] = .array(
      attempts.map { attempt in
        var one: JSON.Object = [
          "number": .int(Int64(attempt.number)), "at": .string(attempt.at.rfc3339),
          "took_ms": .double(Double(attempt.took.microseconds) / 1_000),
          "lane": .string(attempt.lane), "outcome": .string(attempt.outcome), "line": .string(attempt.line),
        ]
        one["fault"] = attempt.fault.map(JSON.string)
        return .object(one)
      })
    return object
  }
}
