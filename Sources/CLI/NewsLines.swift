import Bellhop

/// Events that wait for a gateway: one a line, oldest first. Pure.
struct NewsLines: Hashable {
  /// Bytes of all of them together.
  static let limit = 1 << 20
  /// What is told where there was no room for all.
  static let droppedType = "job.news_dropped"

  private(set) var lines: [[UInt8]]

  /// Of a file. What a process that was killed has left half written is left out.
  init(_ bytes: [UInt8] = []) {
    lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init).filter { (try? JSON(parsing: $0))?.object != nil }
  }

  var bytes: [UInt8] { lines.reduce(into: []) { $0 += $1 + [UInt8(ascii: "\n")] } }

  private var size: Int { lines.reduce(0) { $0 + $1.count + 1 } }

  /// Adds one. Where there is no room the oldest go, and how many went so far is told in their place.
  mutating func add(_ line: [UInt8], limit: Int = limit, told: (_ dropped: Int) -> [UInt8]) {
    lines.append(line)
    guard size > limit else { return }
    var dropped = Self.dropped(lines[0])
    if dropped > 0 { lines.removeFirst() }
    // With the longest notice; and never the one that was just added.
    var left = size + told(.max).count + 1
    var count = 0
    while left > limit, count < lines.count - 1 {
      left -= lines[count].count + 1
      count += 1
    }
    lines.removeFirst(count)
    dropped += count
    lines.insert(told(dropped), at: 0)
  }

  mutating func remove(_ gone: [[UInt8]]) {
    let gone = Set(gone)
    lines.removeAll { gone.contains($0) }
  }

  /// The oldest, for one request.
  func oldest(count: Int = 100, bytes: Int = 256 << 10) -> [[UInt8]] {
    var left = bytes
    return Array(
      lines.prefix(count).enumerated().prefix { index, line in
        left -= line.count
        return index == 0 || left >= 0
      }.map(\.element))
  }

  /// How many a line tells to have been dropped; 0 for another one.
  private static func dropped(_ line: [UInt8]) -> Int {
    guard let event = try? JSON(parsing: line), event["type"]?.string == droppedType else { return 0 }
    return Int(event["data"]?["dropped"]?.int ?? 0)
  }

  /// The event of what was dropped.
  static func told(_ dropped: Int, on host: String, now: Timestamp) -> [UInt8] {
    JSON.object([
      "id": .string(Send.newID()), "type": .string(droppedType), "subject": .string(host), "source": .string(host),
      "severity": "warning", "time": .string(now.rfc3339),
      "text": .string(
        "\(Output.count(dropped, "event")) about jobs on \(host) were dropped: too many came while no gateway could be reached"),
      "data": ["dropped": .int(Int64(dropped))],
    ]).bytes
  }
}
