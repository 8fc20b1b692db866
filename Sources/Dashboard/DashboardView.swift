/// A page that the dashboard's menu leads to.
public enum DashboardView: String, Sendable, CaseIterable {
  /// What happens now, and what was sent to whom.
  case home
  /// Events by what they say.
  case search
  /// Transports and the queues in front of them.
  case lanes
  /// What could not be delivered.
  case dead
  /// What is held back by hand.
  case silences
  /// What is waited for.
  case watches
  /// Who hears of what.
  case roles
  /// Who would hear of an event.
  case explain
  /// Figures of the last hour and day.
  case charts
  /// What was done by hand.
  case audit

  /// Where it is.
  public var path: String { self == .home ? "/" : "/\(rawValue)" }

  /// Its name in the menu.
  public var title: String {
    switch self {
    case .home: "Now"
    case .search: "Search"
    case .lanes: "Lanes"
    case .dead: "Dead letters"
    case .silences: "Silences"
    case .watches: "Watches"
    case .roles: "Roles"
    case .explain: "Explain"
    case .charts: "Charts"
    case .audit: "Audit"
    }
  }

  /// Its forms change something.
  public var takesForms: Bool { self == .lanes || self == .dead || self == .silences }
}
