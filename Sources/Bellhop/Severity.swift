/// How bad what happened is, in the sender's eyes. It never sets the ``Alert``: a row does.
public enum Severity: Int, Sendable, Comparable, CaseIterable {
  case debug, info, notice, warning, error, critical

  /// The word used in YAML, JSON and the history.
  public var word: String {
    // By hand, as every event asks and reflection is slow.
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .notice: "notice"
    case .warning: "warning"
    case .error: "error"
    case .critical: "critical"
    }
  }

  /// The severity of that word, or nil. Words are lower case.
  public init?(word: some StringProtocol) {
    switch word {
    case "debug": self = .debug
    case "info": self = .info
    case "notice": self = .notice
    case "warning": self = .warning
    case "error": self = .error
    case "critical": self = .critical
    default: return nil
    }
  }

  /// `debug` is the least, `critical` the most.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
