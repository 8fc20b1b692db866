import Logging

/// Lines of the log that come again with every request while something is wrong: each is written once a minute, with how often it came. A log
/// that grows with refusals may stand on the very disk that is full. Pure: the time is passed in.
struct Repeats {
  static let window = Duration.seconds(60)
  /// Different lines that are remembered.
  private static let room = 100

  /// What a line says, apart from its time.
  struct LogLine: Hashable {
    var level: Logger.Level
    var message: String
    var metadata: [String: String]
  }

  private var told: [LogLine: (at: Duration, unwritten: Int)] = [:]

  /// Whether the line is to be written now.
  mutating func admits(_ line: LogLine, at ticks: Duration) -> Bool {
    if told[line] != nil {
      told[line]?.unwritten += 1
      return false
    }
    if told.count < Self.room { told[line] = (ticks, 0) }
    return true
  }

  /// Lines that came again within the minute that is over, and how often.
  mutating func due(at ticks: Duration) -> [(line: LogLine, count: Int)] {
    let over = told.filter { ticks - $0.value.at >= Self.window }
    for (line, entry) in over {
      // What came again has been told now: its next minute begins.
      told[line] = entry.unwritten > 0 ? (ticks, 0) : nil
    }
    return over.filter { $0.value.unwritten > 0 }.map { ($0.key, $0.value.unwritten) }.sorted { $0.line.message < $1.line.message }
  }
}
