import Logging

/// Sends what an app logs to a gateway: from a level on, as events of type `log`.
///
/// ```swift
/// LoggingSystem.bootstrap { label in
///   MultiplexLogHandler([StreamLogHandler.standardError(label: label), BellhopLogHandler(label: label, client: bellhop)])
/// }
/// ```
///
/// The level becomes the severity, the label the subject, the message the text, and metadata `data`. Logging never waits for a gateway.
public struct BellhopLogHandler: LogHandler {
  /// True while a handler of this kind is at work: what a value of metadata logs while it is described is not sent.
  @TaskLocal private static var isAtWork = false
  /// Bytes of a message; a gateway takes 65,536.
  private static let longest = 32_768

  /// As swift-log sets it for a logger and all its handlers: a logger that is told to say more does not say more to the gateway.
  public var logLevel: Logger.Level = .info
  /// Of this logger.
  public var metadata = Logger.Metadata()
  /// Of the surroundings, such as a trace.
  public var metadataProvider: Logger.MetadataProvider?
  private let label: String
  private let client: BellhopClient
  private let minimum: Logger.Level
  private let type: String

  /// - Parameters:
  ///   - label: the logger's.
  ///   - minimum: what is less is not sent, whatever the logger's own level.
  ///   - type: of its events.
  public init(
    label: String, client: BellhopClient, minimum: Logger.Level = .error, type: String = "log",
    metadataProvider: Logger.MetadataProvider? = nil
  ) {
    (self.label, self.client, self.minimum, self.type) = (label, client, minimum, type)
    self.metadataProvider = metadataProvider
  }

  /// A member of this logger's metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Called by swift-log.
  public func log(event: LogEvent) {
    guard event.level >= minimum, !Self.isAtWork else { return }
    Self.$isAtWork.withValue(true) {
      var all = metadataProvider?.get() ?? [:]
      all.merge(metadata) { $1 }
      all.merge(event.metadata ?? [:]) { $1 }
      var data = all.mapValues { Self.value($0, depth: 0) }
      let place: [String: EventValue] = [
        "module": .string(event.source), "file": .string(event.file), "function": .string(event.function), "line": .int(Int64(event.line)),
      ]
      // What the app says goes before what is said of it.
      data.merge(place) { own, _ in own }
      if let error = event.error { data["error"] = data["error"] ?? .string(Self.cut("\(error)")) }
      client.post(
        type: type, subject: label, severity: Self.severity(event.level), text: Self.cut(event.message.description), data: data)
    }
  }

  static func severity(_ level: Logger.Level) -> EventSeverity {
    switch level {
    case .trace, .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    case .critical: .critical
    }
  }

  private static func value(_ value: Logger.MetadataValue, depth: Int) -> EventValue {
    guard depth < 20 else { return "…" }
    return switch value {
    case .string(let text): .string(cut(text))
    case .stringConvertible(let thing): .string(cut(thing.description))
    case .array(let values): .array(values.map { Self.value($0, depth: depth + 1) })
    case .dictionary(let members): .object(members.mapValues { Self.value($0, depth: depth + 1) })
    }
  }

  /// Whole characters.
  private static func cut(_ text: String) -> String {
    guard text.utf8.count > longest else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: longest)
    while end > text.startIndex, end.samePosition(in: text) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + "…"
  }
}
