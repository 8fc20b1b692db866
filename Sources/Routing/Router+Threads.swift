import Bellhop

extension Router {
  /// Keys of targets by which messages come together: in a thread, or in one place.
  private static let joining = ["thread_by", "update_by"]

  /// The paths into an event's data that targets of this configuration name for that, each once.
  public var threadPaths: [[String]] {
    let rows = rows.flatMap { $0.to + $0.fallback + ($0.escalation?.to ?? []) }
    let targets = rows.map(\.written.target) + directory.channels.values.joined().map(\.place.target)
    let paths = targets.flatMap { target in Self.joining.compactMap { target[$0]?.string } }.filter { $0.hasPrefix("data.") }
    return Set(paths).sorted().map { $0.split(separator: ".").dropFirst().map(String.init) }
  }
}
