import Bellhop

/// What is told of a job: `TYPE.started`, and `TYPE.succeeded` or `TYPE.failed`.
struct JobReport: Sendable {
  /// In front of the last word, such as `job`.
  var type: String
  var subject: String
  var source: String
  var host: String
  /// Of a failure.
  var severity: Severity
  /// As it would be typed.
  var command: String
  /// Of the user's own.
  var data: JSON.Object
  /// The same in all that is told of one run.
  let run = Send.newID()

  func started(at time: Timestamp) -> JSON.Object {
    event("started", at: time, .debug, text: "\(subject) started on \(host)", data: [])
  }

  /// - Parameter limit: how long it might have run, where it was ended for that.
  func ended(_ end: JobEnd, at time: Timestamp, took: Duration, output: LastLines, limit: Duration? = nil) -> JSON.Object {
    let hasSucceeded = end == .exited(0) && limit == nil
    var data: [JSON.Object.Member] = [.init("duration_ms", .int(took.microseconds / 1_000))]
    switch end {
    case .exited(let status): data.append(.init("exit_status", .int(Int64(status))))
    case .signalled(let number): data.append(.init("signal", .string(JobSignals.name(number))))
    case .notStarted: data.append(.init("exit_status", .int(Int64(end.status))))
    }
    if limit != nil { data.append(.init("timed_out", true)) }
    let tail = output.text
    data.append(.init("output_bytes", .int(Int64(output.total))))
    if !tail.isEmpty { data.append(.init("output", .string(tail))) }
    let length = " after \(Self.length(took)) on \(host)"
    guard !hasSucceeded else { return event("succeeded", at: time, .info, text: "\(subject) succeeded\(length)", data: data) }
    let what = limit.map { "ran longer than \($0.short) and was ended" } ?? end.sentence
    let text = "\(subject) \(what)\(length)" + (tail.isEmpty ? "" : "\n\(tail)")
    return event("failed", at: time, severity, text: text, data: data)
  }

  private func event(_ word: String, at time: Timestamp, _ severity: Severity, text: String, data own: [JSON.Object.Member]) -> JSON.Object
  {
    var data: JSON.Object = ["run": .string(run), "host": .string(host), "command": .string(command)]
    for member in own + self.data.members { data[member.key] = member.value }
    return [
      "id": .string(Send.newID()), "type": .string("\(type).\(word)"), "subject": .string(subject), "source": .string(source),
      "severity": .string(severity.word), "time": .string(time.rfc3339), "text": .string(text), "data": .object(data),
    ]
  }

  /// `12s`, `3m 20s`, `2h 5m`.
  static func length(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    switch seconds {
    case ..<60: return "\(seconds)s"
    case ..<3_600: return "\(seconds / 60)m" + (seconds % 60 == 0 ? "" : " \(seconds % 60)s")
    default: return "\(seconds / 3_600)h" + (seconds / 60 % 60 == 0 ? "" : " \(seconds / 60 % 60)m")
    }
  }

  /// A command as a shell would take it, without line breaks, cut where it is long.
  static func line(_ command: [String]) -> String {
    let words = command.map { word in
      let isPlain = !word.isEmpty && word.utf8.allSatisfy { "%+,-./:=@_".utf8.contains($0) || Self.isLetterOrDigit($0) }
      return isPlain ? word : "'\(word.escaped(["'": "'\\''"]))'"
    }
    return fitting(Output.printable(words.joined(separator: " ")), in: 1_000)
  }

  /// What the job is called where nobody said: its program, without the folder.
  static func name(of command: [String]) -> String {
    let name = command.first?.split(separator: "/").last.map(String.init) ?? ""
    let shown = fitting(Output.printable(name), in: 200)
    return shown.isEmpty ? "job" : shown
  }

  /// At most so many bytes, whole characters.
  static func fitting(_ text: String, in limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var (out, count) = ("", 3)
    for character in text {
      count += character.utf8.count
      if count > limit { break }
      out.append(character)
    }
    return out + "…"
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}
