import Bellhop
import Matching

/// Where an event stands in the life of a problem.
public enum ProblemLife: Sendable, Hashable {
  /// It began, or goes on.
  case firing
  /// Somebody saw it.
  case acknowledgement
  /// It is over.
  case resolution

  /// What types end with, as dialects and people write them.
  private static let ends: [(suffix: String, life: ProblemLife)] = [
    (".firing", .firing), (".acknowledged", .acknowledgement), (".resolved", .resolution), (".recovered", .resolution),
    (".resumed", .resolution),
  ]

  /// The life that a type speaks of, and what is left of the type without it; nil where it speaks of none.
  public static func told(by type: String) -> (life: ProblemLife, stem: String)? {
    // Each event is asked, and few types end like any of them.
    guard let last = type.utf8.last, last == UInt8(ascii: "g") || last == UInt8(ascii: "d") else { return nil }
    for (suffix, life) in ends where type.hasSuffix(suffix) { return (life, String(type.dropLast(suffix.utf8.count))) }
    return nil
  }
}

/// An event as the rules of a row see it.
public struct PacedEvent: Sendable {
  /// What happened.
  public let event: Event
  /// Its sequence in the store.
  public let sequence: Int64
  /// When it was received, on the store's clock: all windows are counted by it.
  public let received: Timestamp
  /// Where it stands in the life of its problem.
  public let life: ProblemLife
  /// The type without the end that speaks of a life; empty where `resolves:` pairs the row's events, whatever their types.
  let stem: String
  /// The row follows problems from their beginning to their end.
  public let isProblem: Bool

  /// An event under the rules of a row.
  public init(_ event: Event, sequence: Int64, received: Timestamp, policy: PacePolicy, calendars: [String: Calendar]) {
    self.event = event
    self.sequence = sequence
    self.received = received
    let told = ProblemLife.told(by: event.type)
    if let resolves = policy.resolves {
      let moment = MatchContext(event: event, time: received, calendars: calendars)
      life = told?.life ?? (resolves.miss(at: moment) == nil ? .resolution : .firing)
      stem = told?.stem ?? ""
      isProblem = true
    } else {
      life = told?.life ?? .firing
      stem = told?.stem ?? event.type
      isProblem = told != nil
    }
  }

  /// The values at these paths; of the type the stem, so that a resolution finds what its problem opened.
  func values(_ paths: [String]) -> [String?] {
    paths.map { path in path == "type" ? stem : event.value(at: path).map(\.plain) }
  }
}
