import Dashboard
import Senders

/// Who looks at what happened, or changes something by hand.
public struct Visitor: Sendable, Hashable {
  /// What the log calls them.
  public var name: String
  /// What they may see and do.
  public var rights: ReaderRights
  /// How they came in.
  var way = Way.none

  /// The ways in, in the words of the log.
  enum Way: String, Sendable { case none, socket, token, password, cookie, proxy }

  /// A browser says who it is without having been asked to, so a page of somebody else's could speak in its user's name.
  var isAmbient: Bool { way == .password || way == .cookie || way == .proxy }

  init(name: String, rights: ReaderRights, way: Way = .none) {
    self.name = name
    self.rights = rights
    self.way = way
  }

  /// Who has proved to be a reader.
  init(_ account: ReaderAccount, way: Way) { self.init(name: account.name ?? "a reader", rights: account.rights, way: way) }

  /// Sees nothing: who has not been let in.
  static let nobody = Visitor(name: "nobody", rights: ReaderRights(only: []))
  /// Who may open the unix socket.
  static let machine = Visitor(name: "local", rights: ReaderRights(.operator), way: .socket)
  /// Callers of this machine, where nobody else is expected.
  static let neighbour = Visitor(name: "anybody on this machine", rights: ReaderRights())

  /// Why they may not have what stands behind an endpoint; nil where they may.
  func problem(_ need: Endpoint.Need) -> ProblemDocument? {
    if need.role == .operator, rights.role != .operator {
      return ProblemDocument(
        403, "this needs an operator, and \(name) is a viewer",
        "use the secret of a reader with role: operator, or the bellhop command on the gateway's machine")
    }
    guard need.isWhole, let only = rights.only else { return nil }
    let roles = only.sorted().joined(separator: ", ")
    return ProblemDocument(
      403, "this concerns all roles, and \(name) sees only \(roles)", "use the secret of a reader without only:")
  }
}

extension Visitor {
  /// Whether a page is theirs to see.
  func maySee(_ view: DashboardView) -> Bool {
    guard case .reader(let need) = Endpoint.view(view).authority(reading: true) else { return false }
    return problem(need) == nil
  }

  /// Who is looking, for the top of a page. `hasReaders`: somebody could log in.
  func shown(hasReaders: Bool) -> SafeHTML {
    switch way {
    case .cookie: .loggedIn(name)
    case .none: hasReaders ? .openToRead : .openToAll
    case .socket, .token, .password, .proxy: "\(name)"
    }
  }
}
