import Bellhop
import Store
import TestSupport

@testable import Streaming

let noon = Timestamp(seconds: 1_800_000_000)

func arrival(_ id: String, type: String = "a.b", roles: [String] = ["ops"], text: String? = nil) -> Arrival {
  let planned = roles.map { PlannedDelivery(destination: Destination(channel: "c", transport: "log"), role: $0, row: "row of \($0)") }
  return Arrival(
    event: Event(id: id, sender: "shop", source: "shop", type: type, time: noon, text: text),
    plan: Plan(fate: roles.isEmpty ? .unrouted : .planned, deliveries: planned))
}

/// What a reader of a stream has understood. https://html.spec.whatwg.org/multipage/server-sent-events.html
struct Understood {
  var lastID: String?
  /// By name, in order.
  var events: [(name: String, id: String?, data: JSON)] = []
  /// What became of deliveries, as far as it was told.
  var states: [Int64: String] = [:]
  private var line: [UInt8] = []
  private var name = ""
  private var data = ""
  private var hasID = false

  mutating func take(_ bytes: some Sequence<UInt8>) {
    for byte in bytes {
      guard byte == 10 else {
        line.append(byte)
        continue
      }
      end(String(decoding: line, as: UTF8.self))
      line = []
    }
  }

  private mutating func end(_ line: String) {
    if line.isEmpty {
      if !data.isEmpty, let json = try? JSON(parsing: Array(data.utf8)) {
        events.append((name, hasID ? lastID : nil, json))
        if name == "event" {
          for one in json["deliveries"]?.array ?? [] { states[one["id"]?.int ?? 0] = one["state"]?.string }
        }
        if name == "delivery" { states[json["id"]?.int ?? 0] = json["state"]?.string }
      }
      (name, data, hasID) = ("", "", false)
    } else if line.hasPrefix("event: ") {
      name = String(line.dropFirst(7))
    } else if line.hasPrefix("data: ") {
      data += line.dropFirst(6)
    } else if line.hasPrefix("id: ") {
      lastID = String(line.dropFirst(4))
      hasID = true
    }
  }

  func named(_ name: String) -> [JSON] { events.filter { $0.name == name }.map(\.data) }
  var sequences: [Int64] { named("event").compactMap { $0["sequence"]?.int } }
}

extension StreamMailbox {
  /// Takes all that waits; whether the stream has ended.
  func drain(into understood: inout Understood) -> Bool {
    while true {
      let taken = take(upTo: .max)
      for piece in taken.pieces { understood.take(piece) }
      if !taken.isMore { return taken.isEnd }
    }
  }
}

func mailbox(_ limits: StreamLimits = StreamLimits(), ended: @escaping @Sendable (StreamEnding?) -> Void = { _ in }) -> StreamMailbox {
  StreamMailbox(limits, epoch: "e", told: { 0 }, onRoom: {}, onEnd: ended)
}
