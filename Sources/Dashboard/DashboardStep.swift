/// A page that asks before something is done, or for what is to be done.
public enum DashboardStep: String, Sendable, CaseIterable {
  /// How long a lane is to rest, and why.
  case pauseLane
  /// Whether all that waits in a lane is to end.
  case dropLane
  /// Whether many dead letters are to be tried again, or sent elsewhere.
  case deadLetters
  /// Which events are to be silenced.
  case newSilence
  /// How much longer.
  case editSilence

  /// Where it is.
  public var path: String {
    switch self {
    case .pauseLane: "/lanes/pause"
    case .dropLane: "/lanes/drop"
    case .deadLetters: "/dead/many"
    case .newSilence: "/silences/new"
    case .editSilence: "/silences/edit"
    }
  }

  /// The page that it leads back to, and that takes its form.
  public var view: DashboardView {
    switch self {
    case .pauseLane, .dropLane: .lanes
    case .deadLetters: .dead
    case .newSilence, .editSilence: .silences
    }
  }
}
