/// How bad it is. It never says how loud it is told: that is up to those who listen.
public enum EventSeverity: String, Sendable, CaseIterable {
  /// Of use to who looks for something.
  case debug
  /// All is well.
  case info
  /// Worth knowing.
  case notice
  /// It may become trouble.
  case warning
  /// Something failed.
  case error
  /// Somebody should act now.
  case critical
}
