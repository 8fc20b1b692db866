import Bellhop
import Store

/// The form of a stream. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream: JSON on one line has no line break.
enum StreamText {
  /// The first bytes of a stream, so that proxies and readers know at once that it is there. `retry` is in milliseconds.
  static func opening(retry: Int) -> [UInt8] { Array(":\nretry: \(retry)\n\n".utf8) }

  /// A sign of life.
  static let comment: [UInt8] = Array(":\n\n".utf8)

  /// An id alone is no event, but the place from which a reader resumes; with it a comment, for those who look for signs of life.
  static func mark(_ place: StreamPlace) -> [UInt8] { Array(":\nid: \(place)\n\n".utf8) }

  static func event(_ event: HistoryEvent, in epoch: String) -> [UInt8] {
    var object = event.json
    object["deliveries"] = .array(event.deliveries.map { .object($0.brief) })
    return block("event", id: StreamPlace(epoch, event.sequence), object)
  }

  static func fate(_ fate: StreamFate) -> [UInt8] {
    var object: JSON.Object = ["id": .int(fate.delivery.id), "event": .int(fate.delivery.sequence)]
    object.members += fate.delivery.brief.members.dropFirst()
    object["when"] = .string(fate.when.rfc3339)
    return block("delivery", object)
  }

  static func gap(_ gap: StreamGap, farthest: Int64) -> [UInt8] {
    block(
      "gap",
      [
        "from": .string(gap.from), "to": .string(gap.to.description), "reason": .string(gap.reason.rawValue),
        "why": .string(gap.reason.line(farthest)),
      ])
  }

  static func dropped(_ ending: StreamEnding) -> [UInt8] {
    block("dropped", ["reason": .string(ending.rawValue), "why": .string(ending.line)])
  }

  private static func block(_ name: StaticString, id: StreamPlace? = nil, _ data: JSON.Object) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(512)
    out.append(contentsOf: "event: \(name)\n".utf8)
    if let id { out.append(contentsOf: "id: \(id)\n".utf8) }
    out.append(contentsOf: "data: ".utf8)
    JSON.object(data).write(to: &out)
    out.append(contentsOf: "\n\n".utf8)
    return out
  }
}

/// Why a stream ends before its reader does; also the word that programs read.
public enum StreamEnding: String, Sendable, CaseIterable {
  case slow, behind, rights, busy

  /// For people.
  var line: String {
    switch self {
    case .slow: "you read too slowly: go on with the last id"
    case .behind: "you are too many events behind: go on with the last id, and what is told as a gap is in /v1/events"
    case .rights: "what you may see has changed: connect again"
    case .busy: "the gateway or its store cannot follow just now: go on with the last id"
    }
  }
}

extension HistoryDelivery {
  /// Its number first; without attempts.
  var brief: JSON.Object {
    var object: JSON.Object = ["id": .int(id), "role": .string(role)]
    object["row"] = row.map(JSON.string)
    object["destination"] = .string(destination.description)
    object["channel"] = destination.channel.map(JSON.string)
    object["transport"] = .string(destination.transport)
    object["alert"] = .string(alert.word)
    object["state"] = .string(state.word)
    object["note"] = note.map(JSON.string)
    object["fault"] = fault.map(JSON.string)
    return object
  }
}
