/// A page that the dashboard's menu leads to.
public enum DashboardView: String, Sendable, CaseIterable {
  /// What happens now, and what was sent to whom.
  case home

  /// Where it is.
  public var path: String {
    switch self {
    case .home: "/"
    }
  }

  /// Its name in the menu.
  var title: String {
    switch self {
    case .home: "Now"
    }
  }
}
