import CDashboard

/// What the pages load.
public enum DashboardFile: String, Sendable, CaseIterable {
  case style = "dashboard.css"
  case script = "dashboard.js"

  /// Its media type.
  public var contentType: String {
    switch self {
    case .style: "text/css; charset=utf-8"
    case .script: "text/javascript; charset=utf-8"
    }
  }

  /// As it stands inside the binary.
  public var bytes: [UInt8] {
    var size = 0
    guard let start = self == .style ? bh_dashboard_style(&size) : bh_dashboard_script(&size) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: size))
  }
}
