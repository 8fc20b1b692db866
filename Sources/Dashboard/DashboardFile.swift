import Bellhop
import CDashboard

/// What the pages load.
public enum DashboardFile: String, Sendable, CaseIterable {
  case style = "dashboard.css"
  case script = "dashboard.js"
  case icon = "dashboard.svg"

  /// Its media type.
  public var contentType: String {
    switch self {
    case .style: "text/css; charset=utf-8"
    case .script: "text/javascript; charset=utf-8"
    case .icon: "image/svg+xml"
    }
  }

  /// Where pages find it: another address once it has changed, so that no page gets the file of another version from a browser's cache.
  public var address: String { Self.addresses[self] ?? "/\(rawValue)" }
  private static let addresses = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, "/\($0.rawValue)?v=\(String(fingerprint($0.bytes), radix: 16))") })

  /// As it stands inside the binary.
  public var bytes: [UInt8] {
    var size = 0
    let start =
      switch self {
      case .style: bh_dashboard_style(&size)
      case .script: bh_dashboard_script(&size)
      case .icon: bh_dashboard_icon(&size)
      }
    guard let start else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: size))
  }
}
