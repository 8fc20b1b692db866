import Bellhop
import Foundation
import Logging
import Settings

/// The log on standard error: one line an entry, as text for people or JSON for machines.
/// https://swiftpackageindex.com/apple/swift-log
struct Log: LogHandler {

  let label: String
  let form: ServerSettings.Log
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  static func logger(_ form: ServerSettings.Log) -> Logger {
    Logger(label: "bellhop") { Log(label: $0, form: form) }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
    let now = Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)).rfc3339
    var line: String
    switch form {
    case .json:
      var object: JSON.Object = [
        "time": .string(now), "level": .string(event.level.rawValue), "message": .string(event.message.description),
      ]
      for (key, value) in all { object[key] = .string(value.description) }
      line = JSON.object(object).text
    case .text:
      line = "\(now) \(event.level.rawValue) \(event.message)"
      for (key, value) in all { line += " \(key)=\(JSON.string(value.description).text)" }
      line = line.replacing("\n", with: "\\n")
    }
    line += "\n"
    FileHandle.standardError.write(Data(line.utf8))
  }
}
