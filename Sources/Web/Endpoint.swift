import Bellhop
import Dashboard
import NIOHTTP1
import Senders

/// What a path means.
enum Endpoint: Equatable {
  case events, event(String)
  /// The page of an event, for people.
  case page(Int64)
  /// A page of the dashboard, and what its pages load.
  case view(DashboardView), file(DashboardFile)
  case login, logout
  /// A page that asks before something is done.
  case step(DashboardStep)
  /// What was done by hand.
  case audit
  /// What happens, as it happens.
  case stream
  case deliveries, delivery(Int64), retryOne(Int64), retryMany, redirect
  case lanes, lane(String)
  /// What rows sent lately.
  case rows
  case silences, silence(Int64)
  case acks
  /// The page behind a link in a message.
  case ack(String)
  case explain, reload, ring, forget
  case remote(String)
  /// What comes in to a sender.
  case capture(String)
  case health, ready, metrics
  /// What web pages load.
  case script
  /// The description of all of them, for programs.
  case manual

  /// The route of a path without its query; nil for unknown ones.
  init?(_ path: Substring) {
    if let plain = Self.plain[path] {
      self = plain
      return
    }
    if let view = DashboardView.allCases.first(where: { $0.path == path }) {
      self = .view(view)
      return
    }
    if let step = DashboardStep.allCases.first(where: { $0.path == path }) {
      self = .step(step)
      return
    }
    if let way = Self.ways[path] {
      self = way
      return
    }
    if let file = DashboardFile(rawValue: String(path.dropFirst())), path.hasPrefix("/") {
      self = .file(file)
      return
    }
    let pieces = path.split(separator: "/", omittingEmptySubsequences: false)
    for route in Self.open where route.pieces.count == pieces.count {
      guard let hole = route.pieces.firstIndex(where: { $0.first == "{" }),
        zip(route.pieces, pieces).enumerated().allSatisfy({ $0 == hole || $1.0 == $1.1 })
      else { continue }
      guard let found = route.make(pieces[hole]) else { return nil }
      self = found
      return
    }
    return nil
  }

  /// The routes by their paths, as OpenAPI writes them: there are no others for programs.
  static let paths: [String] = plain.keys.map(String.init).sorted() + open.map { $0.pieces.joined(separator: "/") }

  /// In and out, for people.
  private static let ways: [Substring: Endpoint] = ["/login": .login, "/logout": .logout]

  private static let plain: [Substring: Endpoint] = [
    "/v1/events": .events, "/v1/stream": .stream, "/v1/deliveries": .deliveries, "/v1/deliveries/retry": .retryMany,
    "/v1/deliveries/redirect": .redirect, "/v1/lanes": .lanes,
    "/v1/lanes/pause": .lane("pause"), "/v1/lanes/resume": .lane("resume"), "/v1/lanes/drop": .lane("drop"), "/v1/explain": .explain,
    "/v1/silences": .silences, "/v1/rows": .rows, "/v1/acks": .acks, "/v1/audit": .audit,
    "/v1/reload": .reload, "/v1/ring": .ring, "/v1/forget": .forget, "/healthz": .health, "/readyz": .ready, "/metrics": .metrics,
    "/bellhop.js": .script, "/openapi.yaml": .manual,
  ]

  /// A route with a piece that is free.
  private struct OpenRoute {
    let pieces: [Substring]
    let make: @Sendable (Substring) -> Endpoint?

    init(_ path: Substring, _ make: @escaping @Sendable (Substring) -> Endpoint?) {
      pieces = path.split(separator: "/", omittingEmptySubsequences: false)
      self.make = make
    }
  }

  private static let open = [
    OpenRoute("/v1/events/{id}") { name($0).map { .event($0) } },
    OpenRoute("/v1/deliveries/{id}") { Int64($0).map { .delivery($0) } },
    OpenRoute("/v1/deliveries/{id}/retry") { Int64($0).map { .retryOne($0) } },
    OpenRoute("/v1/silences/{id}") { Int64($0).flatMap { $0 > 0 ? .silence($0) : nil } },
    OpenRoute("/v1/remotes/{name}") { name($0).map { .remote($0) } },
    OpenRoute("/v1/capture/{sender}") { name($0).map { .capture($0) } },
    OpenRoute("/ack/{token}") { name($0).map { .ack($0) } },
    OpenRoute("/events/{number}") { Int64($0).flatMap { $0 > 0 ? .page($0) : nil } },
  ]

  private static func name(_ piece: Substring) -> String? { piece.percentDecoded().flatMap { $0.isEmpty ? nil : $0 } }

  /// What it takes, for `Allow`.
  var allowed: String {
    switch self {
    case .view(let view) where view.takesForms: "GET, HEAD, POST"
    case .events, .page, .reload, .silences, .ack, .login: "GET, HEAD, POST"
    case .silence: "DELETE, PATCH"
    case .remote: "GET, POST"
    case .capture, .stream: "GET"
    case .event, .view, .step, .file, .deliveries, .delivery, .lanes, .rows, .audit, .health, .ready, .metrics, .script, .manual:
      "GET, HEAD"
    case .logout, .retryOne, .retryMany, .redirect, .lane, .acks, .explain, .ring, .forget: "POST"
    }
  }

  /// Whether it takes requests that read (`GET`, `HEAD`), or those that do something.
  func takes(reading: Bool) -> Bool {
    switch self {
    case .view(let view) where view.takesForms: true
    case .events, .page, .remote, .reload, .silences, .ack, .login: true
    case .event, .view, .step, .file, .deliveries, .delivery, .lanes, .rows, .audit, .stream, .capture, .health, .ready, .metrics, .script,
      .manual:
      reading
    case .logout, .retryOne, .retryMany, .redirect, .lane, .silence, .acks, .explain, .ring, .forget: !reading
    }
  }

  /// Whether it takes a method that changes something.
  func takes(doing method: HTTPMethod) -> Bool {
    if case .silence = self { return method == .PATCH || method == .DELETE }
    if case .POST = method { return true }
    return false
  }

  /// A browser shows it to its user.
  var isPage: Bool {
    switch self {
    case .page, .view, .step, .login, .logout: true
    default: false
    }
  }

  /// What a reader must be.
  struct Need: Equatable {
    var role = ReaderRole.viewer
    /// It shows or changes what concerns all roles: who sees some of them alone may not.
    var isWhole = false
  }

  /// Who may: anyone, readers, only the unix socket, or the far end of a transport. Reading is no leave to change anything. Posting events has
  /// its own rule.
  enum Authority { case anyone, reader(Need), machine, remote(String) }
  func authority(reading: Bool) -> Authority {
    if case .silences = self, !reading { return .reader(Need(role: .operator, isWhole: true)) }
    if case .view(let view) = self, !reading { return .reader(Need(role: .operator, isWhole: Self.need(view).isWhole)) }
    if case .page = self, !reading { return .reader(Need(role: .operator)) }
    return authority
  }

  private var authority: Authority {
    switch self {
    // The link is the right.
    case .health, .ready, .script, .file, .manual, .ack, .login, .logout: .anyone
    case .remote(let name): .remote(name)
    case .capture: .machine
    case .reload, .ring, .forget, .lane, .silence, .audit: .reader(Need(role: .operator, isWhole: true))
    case .retryOne, .retryMany, .redirect, .acks: .reader(Need(role: .operator))
    case .lanes, .rows, .silences, .explain, .metrics: .reader(Need(isWhole: true))
    case .view(let view): .reader(Self.need(view))
    case .step(let step): .reader(Need(role: .operator, isWhole: Self.need(step.view).isWhole))
    case .events, .event, .page, .stream, .deliveries, .delivery: .reader(Need())
    }
  }

  private static func need(_ view: DashboardView) -> Need {
    switch view {
    case .home, .search, .charts, .dead: Need()
    case .lanes, .silences, .watches, .roles, .explain: Need(isWhole: true)
    case .audit: Need(role: .operator, isWhole: true)
    }
  }
}
