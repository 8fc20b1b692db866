import Bellhop

/// Reads the stream of requests piece by piece: each is one line of JSON behind `data: `.
struct CaptureLines {
  private var line: [UInt8] = []

  /// Takes a piece; answers what has come whole in it.
  mutating func take(_ piece: [UInt8]) -> [JSON] {
    var found: [JSON] = []
    for byte in piece {
      guard byte == UInt8(ascii: "\n") else {
        line.append(byte)
        continue
      }
      if line.starts(with: Array("data: ".utf8)), let json = try? JSON(parsing: Array(line.dropFirst(6))) { found.append(json) }
      line.removeAll(keepingCapacity: true)
    }
    return found
  }
}
