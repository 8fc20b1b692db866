import Bellhop

/// Reads the stream of what happens piece by piece, and remembers from where to go on.
/// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
struct TailLines {
  /// One block of the stream with data.
  struct Block: Equatable {
    var name: String
    var data: JSON
  }

  /// The last id; nil before the first.
  private(set) var lastID: String?
  /// How long to wait before the stream is asked for again, as the gateway says.
  private(set) var retry: Duration?

  private var line: [UInt8] = []
  private var name = "message"
  private var data: [UInt8] = []
  private var id: String?

  /// Takes a piece; answers what has come whole in it.
  mutating func take(_ piece: [UInt8]) -> [Block] {
    var found: [Block] = []
    for byte in piece {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        continue
      }
      if let block = endLine() { found.append(block) }
      line.removeAll(keepingCapacity: line.count <= 65_536)
    }
    return found
  }

  /// The connection is gone, and with it what had not come whole.
  mutating func breakOff() {
    (line, name, data, id) = ([], "message", [], nil)
  }

  private mutating func endLine() -> Block? {
    if line.isEmpty { return endBlock() }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return nil }
    var value = line[(colon + 1)...]
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch String(decoding: line[..<colon], as: UTF8.self) {
    case "event": name = String(decoding: value, as: UTF8.self)
    case "data": data += value
    case "id": id = String(decoding: value, as: UTF8.self)
    case "retry": retry = Int64(String(decoding: value, as: UTF8.self)).map { .milliseconds($0) }
    default: break
    }
    return nil
  }

  private mutating func endBlock() -> Block? {
    defer { (name, data, id) = ("message", [], nil) }
    // Only now: of a block that did not come whole the id does not count.
    if let id { lastID = id }
    guard !data.isEmpty, let json = try? JSON(parsing: data) else { return nil }
    return Block(name: name, data: json)
  }
}
