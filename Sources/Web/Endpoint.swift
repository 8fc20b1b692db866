import Bellhop

/// What a path means.
enum Endpoint: Equatable {
  case events, event(String)
  /// The page of an event, for people.
  case page(Int64)
  case deliveries, delivery(Int64), retryOne(Int64), retryMany
  case lanes, lane(String)
  case explain, reload, ring, forget
  case remote(String)
  /// What comes in to a sender.
  case capture(String)
  case health, ready, metrics
  /// What web pages load.
  case script

  /// The route of a path without its query; nil for unknown ones.
  init?(_ path: Substring) {
    switch path {
    case "/v1/events": self = .events
    case "/v1/deliveries": self = .deliveries
    case "/v1/deliveries/retry": self = .retryMany
    case "/v1/lanes": self = .lanes
    case "/v1/lanes/pause": self = .lane("pause")
    case "/v1/lanes/resume": self = .lane("resume")
    case "/v1/lanes/drop": self = .lane("drop")
    case "/v1/explain": self = .explain
    case "/v1/reload": self = .reload
    case "/v1/ring": self = .ring
    case "/v1/forget": self = .forget
    case "/healthz": self = .health
    case "/readyz": self = .ready
    case "/metrics": self = .metrics
    case "/bellhop.js": self = .script
    default:
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      if parts.count == 2, parts.first == "events", let last = parts.last, let sequence = Int64(last), sequence > 0 {
        self = .page(sequence)
        return
      }
      guard parts.count >= 3, parts[parts.startIndex] == "v1" else { return nil }
      let name = parts[parts.startIndex + 2]
      switch (parts[parts.startIndex + 1], parts.count) {
      case ("events", 3):
        guard let id = name.percentDecoded(), !id.isEmpty else { return nil }
        self = .event(id)
      case ("deliveries", 3):
        guard let id = Int64(name) else { return nil }
        self = .delivery(id)
      case ("remotes", 3):
        guard let name = name.percentDecoded(), !name.isEmpty else { return nil }
        self = .remote(name)
      case ("capture", 3):
        guard let name = name.percentDecoded(), !name.isEmpty else { return nil }
        self = .capture(name)
      case ("deliveries", 4):
        guard let id = Int64(name), parts[parts.startIndex + 3] == "retry" else { return nil }
        self = .retryOne(id)
      default: return nil
      }
    }
  }

  /// What it takes, for `Allow`.
  var allowed: String {
    switch self {
    case .events, .reload: "GET, HEAD, POST"
    case .remote: "GET, POST"
    case .capture: "GET"
    case .event, .page, .deliveries, .delivery, .lanes, .health, .ready, .metrics, .script: "GET, HEAD"
    case .retryOne, .retryMany, .lane, .explain, .ring, .forget: "POST"
    }
  }

  /// Whether it is for reading (`GET`, `HEAD`), or for doing (`POST`).
  func takes(reading: Bool) -> Bool {
    switch self {
    case .events, .remote, .reload: true
    case .event, .page, .deliveries, .delivery, .lanes, .capture, .health, .ready, .metrics, .script: reading
    case .retryOne, .retryMany, .lane, .explain, .ring, .forget: !reading
    }
  }

  /// Who may: anyone, readers, only the unix socket, or the far end of a transport. Reading is no leave to change anything. Posting events has
  /// its own rule.
  enum Authority { case anyone, reader, machine, remote(String) }
  var authority: Authority {
    switch self {
    case .health, .ready, .script: .anyone
    case .remote(let name): .remote(name)
    case .reload, .ring, .forget, .lane, .retryOne, .retryMany, .capture: .machine
    case .events, .event, .page, .deliveries, .delivery, .lanes, .explain, .metrics: .reader
    }
  }
}
