/// Something that somebody did by hand, or was refused: a line of the trail.
public struct AuditEntry: Sendable, Hashable {
  /// Who it was: a reader, whom a proxy named, `local` through the socket; an address where nobody is known.
  public var who: String
  /// How they came in: `socket`, `token`, `password`, `cookie`, `proxy`, `link`, `signal`.
  public var by: String
  /// What they did: `retry`, `pause`, `login`.
  public var what: String
  /// To what, in the caller's words; nil where it is not told, as with whom to forget.
  public var of: String?
  /// `done`, or why not.
  public var result: String

  /// A line.
  public init(who: String, by: String, what: String, of: String? = nil, result: String) {
    self.who = who
    self.by = by
    self.what = what
    self.of = of
    self.result = result
  }

  /// The result of a login that was none.
  public static let refused = "refused"

  /// Somebody tried to log in, and could not.
  public var isRefusedLogin: Bool { what == "login" && result == Self.refused }
}
