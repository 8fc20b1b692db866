import Bellhop

/// How a ring sounds: on, off, on … in milliseconds. An odd number of phases, the first and the last on.
struct RingPattern: Sendable, Hashable {
  /// Between the two rings of a loud message.
  static let gap = 300
  static let longest = 10_000
  /// As many as the ringer takes.
  static let phases = 31

  let milliseconds: [Int]

  /// Durations as the configuration or a target has them: one, or a list. Nil where there is none.
  init?(_ durations: [Duration]) {
    guard !durations.isEmpty else { return nil }
    milliseconds = durations.map { Int($0.microseconds / 1_000) }
  }

  /// The same twice: for loud messages.
  var twice: [Int] { milliseconds + [Self.gap] + milliseconds }

  /// What is wrong with it, and what to do; nil where nothing is.
  func problem(mostOn: Int) -> (text: String, hint: String)? {
    if milliseconds.count.isMultiple(of: 2) {
      return ("ends with a pause", "write an odd number of durations: on, off, on")
    }
    if milliseconds.count > Self.phases { return ("has more than \(Self.phases) phases", "make it shorter") }
    if milliseconds.contains(where: { $0 < 1 }) { return ("holds a phase shorter than 1ms", "write at least 1ms for each") }
    if milliseconds.reduce(0, +) > Self.longest { return ("is longer than 10s", "make it shorter") }
    if let long = milliseconds.enumerated().first(where: { $0.offset.isMultiple(of: 2) && $0.element > mostOn })?.element {
      return ("is on for \(long)ms, longer than max_on (\(mostOn)ms)", "make it shorter; raise max_on only where the coil can take it")
    }
    return nil
  }
}
