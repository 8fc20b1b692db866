import Bellhop
import Courier
import Logging
import Settings

/// The log on standard error: one line an entry, as text for people or JSON for machines.
/// https://swiftpackageindex.com/apple/swift-log
struct Log: LogHandler {
  let label: String
  let form: ServerSettings.LogSettings
  let outlet: LogOutlet
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  /// Lines that requests cause, by the status that they got: as many as somebody likes to send.
  private let refusals = Guarded(Repeats())
  private let ticks: @Sendable () -> Duration

  static func logger(
    _ form: ServerSettings.LogSettings, to outlet: LogOutlet = .standardError,
    ticks: @escaping @Sendable () -> Duration = Timepiece.system.ticks
  ) -> Logger {
    Logger(label: "bellhop") { Log(label: $0, form: form, outlet: outlet, ticks: ticks) }
  }

  private init(label: String, form: ServerSettings.LogSettings, outlet: LogOutlet, ticks: @escaping @Sendable () -> Duration) {
    self.label = label
    self.form = form
    self.outlet = outlet
    self.ticks = ticks
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.mapValues(\.description)
    let new = Repeats.LogLine(level: event.level, message: event.message.description, metadata: all)
    let now = ticks()
    let (due, isAdmitted) = refusals.withLock { ($0.due(at: now), all["status"] == nil || $0.admits(new, at: now)) }
    for (line, count) in due { write(line, more: [(key: "repeated", value: "\(count)")]) }
    if isAdmitted { write(new) }
  }

  private func write(_ one: Repeats.LogLine, more: [(key: String, value: String)] = []) {
    outlet.write(line(one.level, one.message, one.metadata.sorted { $0.key < $1.key } + more)) { lost in
      line(.warning, "lines of the log were lost: standard error did not take them", [(key: "lost", value: "\(lost)")])
    }
  }

  private func line(_ level: Logger.Level, _ message: String, _ all: [(key: String, value: String)]) -> String {
    let now = Timestamp.now.rfc3339
    switch form {
    case .json:
      var object: JSON.Object = ["time": .string(now), "level": .string(level.rawValue), "message": .string(message)]
      for (key, value) in all { object[key] = .string(value) }
      return JSON.object(object).text
    case .text:
      var line = "\(now) \(level.rawValue) \(message)"
      for (key, value) in all { line += " \(key)=\(JSON.string(value).text)" }
      return line.escaped(["\n": "\\n", "\r": "\\r"])
    }
  }
}
