import Bellhop

/// What a link says by which somebody acknowledges a problem: who holds it may do so, for one role and for a while.
public struct AckLink: Sendable, Hashable {
  /// The event, by its sequence.
  public var event: Int64
  /// For whom it is acknowledged.
  public var role: String
  /// It is good until then.
  public var end: Timestamp

  /// How long one is good.
  public static let lifetime = Duration.seconds(7 * 86_400)

  /// A link that is not signed yet. Fractions of a second are cut.
  public init(event: Int64, role: String, end: Timestamp) {
    self.event = event
    self.role = role
    self.end = Timestamp(seconds: end.microseconds / 1_000_000)
  }

  /// For addresses: `17-1764151200-7f…-devops`. `sign` gives 32 characters that nobody can make for a text who does not have the store's key.
  public func token(_ sign: (String) -> String) -> String {
    "\(event)-\(end.microseconds / 1_000_000)-\(sign(words))-\(role.percentEncoded())"
  }

  /// Reads a token, its role decoded or not; nil for one that was not signed so.
  public init?(_ token: String, _ sign: (String) -> String) {
    let parts = token.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let event = Int64(parts[0]), event > 0, let seconds = Int64(parts[1]), (0..<1 << 40).contains(seconds)
    else { return nil }
    for role in [String(parts[3]), parts[3].percentDecoded()].compactMap(\.self) {
      let link = AckLink(event: event, role: role, end: Timestamp(seconds: seconds))
      guard Self.isSame(sign(link.words), parts[2]) else { continue }
      self = link
      return
    }
    return nil
  }

  /// What the page of this link holds, and its address does not: whoever only opens links does not have it.
  public func proof(_ sign: (String) -> String) -> String { sign("button of \(words)") }

  /// The page was there when somebody pressed its button.
  public func isProved(by proof: String, _ sign: (String) -> String) -> Bool { Self.isSame(self.proof(sign), proof[...]) }

  private var words: String { "acknowledge\n\(event)\n\(end.microseconds)\n\(role)" }

  /// Takes as long however much of it is the same.
  private static func isSame(_ right: String, _ said: Substring) -> Bool {
    let (right, said) = (Array(right.utf8), Array(said.utf8))
    guard right.count == said.count else { return false }
    return zip(right, said).reduce(0) { $0 | $1.0 ^ $1.1 } == 0
  }
}
