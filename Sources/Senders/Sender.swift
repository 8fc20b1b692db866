import Bellhop
import Crypto

/// An app that may post events, and how it proves who it is. It never changes, and goes from hand to hand with every request: one object for
/// all of them.
public final class Sender: Sendable {
  /// As configured; it stands in every event as ``Event/sender``.
  public let name: String
  /// The form in which it speaks.
  public let dialect: Dialect
  /// Any of them proves who it is: several while rotating.
  public let secrets: [Secret]
  /// When secrets end, of those that do.
  public let expiries: [Secret: Timestamp]
  /// How many events it may post; nil is as many as it likes.
  public let rate: Rate?
  /// Names of keys to hide beside the usual ones (see ``Redactor``).
  public let redact: [String]
  /// Names under which the gateway is asked for this sender alone: for senders that cannot be told a path.
  public let hosts: [String]
  /// The settings of its dialect.
  public let values: Values

  /// It speaks Bellhop's own form: asked of every sender with every request.
  public let speaksOwnForm: Bool
  let redactor: Redactor
  /// Understands its dialect; nil for Bellhop's own.
  let receiver: (any Receiver)?

  /// A sender. Names in `redact` are compared without case and separators; one that ends in `*` hides every key that begins so. `values` are
  /// settings with which its dialect found nothing wrong.
  public init(
    name: String, dialect: Dialect = .api, secrets: [Secret] = [], expiries: [Secret: Timestamp] = [:], rate: Rate? = nil,
    redact: [String] = [],
    hosts: [String] = [], values: Values = Values()
  ) {
    self.name = name
    self.dialect = dialect
    self.secrets = secrets
    self.expiries = expiries
    self.rate = rate
    self.redact = redact
    self.hosts = hosts
    self.values = values
    speaksOwnForm = dialect.isOwn
    redactor = Redactor(extra: redact)
    receiver = dialect.make?(values)
  }

  /// When a secret ended; nil where it has not.
  public func end(of secret: Secret, at now: Timestamp) -> Timestamp? { expiries[secret].flatMap { $0 <= now ? $0 : nil } }

  /// Whether what stands under a key of `data` is hidden before it is kept.
  public func hides(_ key: String) -> Bool { redactor.hides(key) }

  /// Turns what this sender posted in Bellhop's own form into events, redacted and ready to be kept, or tells all that is wrong with it.
  /// Nothing is taken unless all of it is right. `now` and `luck` go into the ids and times that the sender left out.
  public func decode(
    _ body: [UInt8], _ envelope: Envelope, limits: EventLimits = EventLimits(), at now: Timestamp,
    luck: inout some RandomNumberGenerator
  ) -> Result<[Event], Rejection> {
    var reading = Reading(sender: self, envelope: envelope, limits: limits, ids: EventIDs(now: now, random: luck.next()))
    return reading.api(body)
  }

  /// The name under which Bellhop's own events are kept.
  public static let own = Event.gateway

  /// Whether a type or a source is Bellhop's own: `bellhop` and `bellhop.…`, in any case of letters.
  public static func isOwn(_ name: String) -> Bool {
    guard name.utf8.count >= own.utf8.count else { return false }
    let next = name.utf8.dropFirst(own.utf8.count).first
    return (next == nil || next == UInt8(ascii: ".")) && zip(name.utf8, own.utf8).allSatisfy { NameFolding.lower($0) == $1 }
  }

  /// An id in which a secret was hidden, with a mark that keeps it apart from others: else two events would be taken for one. Who does not
  /// know this sender's secret cannot look for the id by it.
  func toldApart(_ clean: String, of id: String) -> String {
    let key = SymmetricKey(data: Array((secrets.first?.reveal() ?? name).utf8))
    let mark = HMAC<SHA256>.authenticationCode(for: Array(id.utf8), using: key).prefix(8)
    return clean + "-" + mark.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// ``decode(_:_:limits:at:luck:)`` with the system's luck.
  public func decode(
    _ body: [UInt8], _ envelope: Envelope, limits: EventLimits = EventLimits(), at now: Timestamp
  ) -> Result<[Event], Rejection> {
    var luck = BufferedRandom()
    return decode(body, envelope, limits: limits, at: now, luck: &luck)
  }

  /// The id of an event that is looked at alone and was given none.
  public static let unnamed = "none"

  /// One event as it would be kept had this sender posted it: for `explain` and `tests:`, which so see what rows see. It gets the id
  /// `none` where it has none.
  public func decode(_ event: JSON.Object, at now: Timestamp) -> Result<Event, Rejection> {
    var event = event
    if event["id"] == nil { event["id"] = .string(Self.unnamed) }
    return decode(JSON.object(event).bytes, Envelope(), at: now).flatMap { events in
      guard let event = events.first else { return .failure(Rejection(status: 422, title: "there is no event")) }
      return .success(event)
    }
  }
}
