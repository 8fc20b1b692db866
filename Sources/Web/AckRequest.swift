import Bellhop

/// Who acknowledges what people were told of an event.
public struct AckRequest: Sendable, Hashable {
  /// The event: its id, or its number in the history. That of a reminder stands for the first.
  public var event: String
  /// For this role only; nil is for all of them.
  public var role: String?
  /// Who it is.
  public var who: String
  /// The roles that whoever asks may see; nil is all.
  public var visible: Set<String>?

  /// For all roles, by somebody who sees all, unless told otherwise.
  public init(event: String, role: String? = nil, who: String, visible: Set<String>? = nil) {
    self.event = event
    self.role = role
    self.who = who
    self.visible = visible
  }

  /// Bytes of a name.
  static let name = 200
}

/// What a signed link is about, and how that stands.
public struct LinkedProblem: Sendable, Hashable {
  /// How it stands with a problem that a role was told of.
  public enum AckStanding: Sendable, Hashable {
    /// Somebody is to acknowledge it.
    case waiting
    /// Somebody has.
    case answered(at: Timestamp, by: String)
    /// It is resolved, or another one of its kind came since.
    case over
    /// The link was good until then.
    case expired(Timestamp)
  }

  /// What happened.
  public var event: Event
  /// The role that was told.
  public var role: String
  /// How it stands.
  public var standing: AckStanding
  /// What the page of the link holds, and its address does not.
  public var proof: String

  /// All of it.
  public init(event: Event, role: String, standing: AckStanding, proof: String) {
    self.event = event
    self.role = role
    self.standing = standing
    self.proof = proof
  }
}
