import GatewayWire

/// Reads an event stream piece by piece: its lines may break anywhere. Pure.
/// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
struct EventStream {
  /// Bytes of one event; what is larger is passed over: nobody may fill our memory. A message of the largest size and its key fit in.
  static let largest = Relayed.largest + 1_024
  /// Bytes that are kept of what is passed over.
  static let head = 1_024

  /// What stands in one event.
  struct StreamEvent: Equatable {
    var name = "message"
    var data: [UInt8] = []
    /// False for one that was too large: `data` is its beginning.
    var isWhole = true
  }

  private var line: [UInt8] = []
  private var name: [UInt8] = []
  private var data: [UInt8] = []
  private var hasData = false
  private var isTooLarge = false
  private var afterReturn = false
  private var isFirstLine = true

  /// Bytes that are kept until the event ends.
  var held: Int { line.count + data.count }

  /// Takes a piece; answers the events that end in it.
  mutating func take(_ piece: some Sequence<UInt8>) -> [StreamEvent] {
    var events: [StreamEvent] = []
    for byte in piece {
      defer { afterReturn = byte == UInt8(ascii: "\r") }
      if byte == UInt8(ascii: "\n"), afterReturn { continue }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if let event = endLine() { events.append(event) }
        line.removeAll(keepingCapacity: !isTooLarge)
      } else if isTooLarge {
        // Only whether there is something in it.
        if line.isEmpty { line.append(UInt8(ascii: ":")) }
      } else {
        line.append(byte)
        if line.count + data.count >= Self.largest { passOver() }
      }
    }
    return events
  }

  /// Keeps the beginning of what was read; the rest of the event is not kept.
  private mutating func passOver() {
    if !hasData, line.starts(with: Array("data:".utf8)) { _ = endLine() }
    data = Array(data.prefix(Self.head))
    self.line = [UInt8(ascii: ":")]
    isTooLarge = true
  }

  private mutating func endLine() -> StreamEvent? {
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isFirstLine = false
    guard !line.isEmpty else { return dispatch() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
    var value = line[min(colon + 1, line.count)...]
    if value.first == 0x20 { value = value.dropFirst() }
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": name = Array(value)
    case "data":
      if hasData { data.append(UInt8(ascii: "\n")) }
      data += value
      hasData = true
    default: break  // A comment, or what we have no use for.
    }
    return nil
  }

  private mutating func dispatch() -> StreamEvent? {
    defer {
      name = []
      data = []
      hasData = false
      isTooLarge = false
    }
    guard hasData else { return nil }
    return StreamEvent(name: name.isEmpty ? "message" : String(decoding: name, as: UTF8.self), data: data, isWhole: !isTooLarge)
  }
}
