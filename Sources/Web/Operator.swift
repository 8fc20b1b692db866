import Bellhop
import Store

/// What ops do by hand. The gateway implements it; only the listener at the unix socket calls it, from a task of the request.
///
/// What must hold: an operation that answers with success has been done, and what it changed is on disk where it is to outlive a restart.
public protocol Operator: Sendable {
  /// Puts dead and unclear deliveries back in line; answers which it did.
  func retry(_ ids: [Int64]) async throws(SpoolError) -> [Int64]
  /// Sends dead and unclear deliveries to a channel instead: new deliveries of the same events, the old ones keep their place.
  func redirect(_ ids: [Int64], to channel: String) async -> Result<RedirectReport, OperationFault>
  /// Does something to one lane, and tells what it is now.
  func lane(_ name: String, _ action: LaneAction) async -> Result<JSON, OperationFault>
  /// Reads the configuration again; tells the difference, or every mistake.
  func reload() async -> Result<JSON, OperationFault>
  /// Tells what that would change, and changes nothing.
  func difference() async -> Result<JSON, OperationFault>
  /// Sends a test message through a transport or channel, and tells the vendor's answer.
  func ring(_ name: String, text: String?) async -> Result<JSON, OperationFault>
  /// Makes, changes or ends a silence, and tells what it is now.
  func silence(_ action: SilenceAction) async -> Result<JSON, OperationFault>
  /// Acknowledges what people were told of an event, and tells for whom.
  func acknowledge(_ request: AckRequest) async -> Result<JSON, OperationFault>
  /// What a link in a message is about, and how that stands. It changes nothing.
  func linked(_ token: String) async -> Result<LinkedProblem, OperationFault>
  /// Somebody pressed the button on a link's page. `proof` is what the page held; `who` is who they say they are.
  func acknowledge(link token: String, proof: String, who: String?) async -> Result<LinkedProblem, OperationFault>
  /// Keeps what somebody did in the trail that ``Insight/audit(before:limit:)`` shows. Where that cannot be written, the log says so.
  func note(_ entry: AuditEntry) async
  /// Erases what was said about a subject in up to `limit` events; tells in how many. Fewer than the limit mean that all is done.
  func forget(_ subject: String, limit: Int) async -> Result<Int, SpoolError>
}

/// Which deliveries were sent elsewhere.
public struct RedirectReport: Sendable, Hashable {
  /// Those of the asked ones that were.
  public var redirected: [Int64]
  /// Why the channel cannot take one of them; nil where it could take all, or they were not to be sent anywhere.
  public var refusal: String?

  /// A report.
  public init(redirected: [Int64], refusal: String? = nil) {
    self.redirected = redirected
    self.refusal = refusal
  }
}

/// What ops may do to a lane by hand.
public enum LaneAction: Sendable, Hashable {
  /// Nothing leaves it until then, or until it is resumed.
  case pause(until: Timestamp?, why: String?)
  /// Lets it go on, and closes its breaker.
  case resume
  /// Ends all that waits in it as dead, by hand.
  case drop
}

/// Why an operation was not done.
public struct OperationFault: Error, Sendable, Hashable {
  /// Whose fault it is.
  public enum Kind: Sendable, Hashable {
    /// There is nothing of that name: 404.
    case unknown
    /// It cannot be done as things are: 409.
    case conflict
    /// What was asked, or the configuration, is wrong: 422.
    case wrong
    /// It was tried and failed elsewhere: 502.
    case failed
    /// It cannot be done now, but soon: 503.
    case later
  }

  /// Whose fault it is.
  public var kind: Kind
  /// One line for people.
  public var line: String
  /// Every mistake, where there are several; one line each.
  public var mistakes: [String]
  /// Which field of the request it is about; nil where it is about none, or the whole.
  public var place: RequestPlace?

  /// A fault with its sentence.
  public init(_ kind: Kind, _ line: String, mistakes: [String] = [], place: RequestPlace? = nil) {
    self.kind = kind
    self.line = line
    self.mistakes = mistakes
    self.place = place
  }
}

/// Where a request is wrong.
public struct RequestPlace: Sendable, Hashable {
  /// A JSON pointer: `/filter`. https://www.rfc-editor.org/rfc/rfc6901
  public var field: String
  /// Where in a text, in Unicode scalars from its start.
  public var offset: Int?
  /// The text, and below it a mark under the place.
  public var caret: String?

  /// A field, and a place in its text where there is one.
  public init(_ field: String, offset: Int? = nil, caret: String? = nil) {
    self.field = field
    self.offset = offset
    self.caret = caret
  }
}
