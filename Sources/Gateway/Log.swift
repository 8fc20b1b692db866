import Bellhop
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

  static func logger(_ form: ServerSettings.LogSettings, to outlet: LogOutlet = .standardError) -> Logger {
    Logger(label: "bellhop") { Log(label: $0, form: form, outlet: outlet) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
    outlet.write(line(event.level, event.message.description, all)) { lost in
      line(.warning, "lines of the log were lost: standard error did not take them", [(key: "lost", value: "\(lost)")])
    }
  }

  private func line(_ level: Logger.Level, _ message: String, _ all: [(key: String, value: Logger.Metadata.Value)]) -> String {
    let now = Timestamp.now.rfc3339
    switch form {
    case .json:
      var object: JSON.Object = ["time": .string(now), "level": .string(level.rawValue), "message": .string(message)]
      for (key, value) in all { object[key] = .string(value.description) }
      return JSON.object(object).text
    case .text:
      var line = "\(now) \(level.rawValue) \(message)"
      for (key, value) in all { line += " \(key)=\(JSON.string(value.description).text)" }
      return line.replacing("\n", with: "\\n")
    }
  }
}
