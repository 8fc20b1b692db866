import Bellhop

/// Understands one dialect, with the settings of one sender.
///
/// Implemented by each dialect but Bellhop's own; called by ``Sender`` for every post to the sender's address. What must hold: all of it is
/// pure, takes time in proportion to the bytes that it is given, and never throws away what it does not know without a trace in `data`.
/// Keys that it does not know are no mistakes: a vendor adds some when it likes.
protocol Receiver: Sendable {
  /// How this post would prove that it is the sender's: by what stands in the head, or by its body.
  func proof(of head: PostHead) -> Proof

  /// An answer that needs no event: to a question whether somebody is there, or to a browser that asks before it posts.
  func reply(to head: PostHead, isProven: Bool) -> PostAnswer?

  /// What stands in the head of every answer, a yes and a no alike: names and values. Who has some puts the yes into its own words.
  func headers(to head: PostHead) -> [PostHead.Pair]

  /// Who of many posts this, where each has a rate of its own within the sender's.
  func visitor(of head: PostHead) -> VisitorAllowance?

  /// What happened, event by event. No two of one request may have the same id.
  func drafts(_ body: [UInt8], _ head: PostHead, at now: Timestamp) -> Result<[Draft], Rejection>

  /// The answer as its senders want it; nil is Bellhop's own.
  func answer(_ receipt: PostOutcome, to head: PostHead) -> PostAnswer?
}

extension Receiver {
  func reply(to head: PostHead, isProven: Bool) -> PostAnswer? { nil }
  func headers(to head: PostHead) -> [PostHead.Pair] { [] }
  func visitor(of head: PostHead) -> VisitorAllowance? { nil }
  func answer(_ receipt: PostOutcome, to head: PostHead) -> PostAnswer? { nil }
}

/// What one of many who post as the same sender may post.
public struct VisitorAllowance: Sendable, Hashable {
  /// Whom it is for: a machine or a network.
  public var address: PeerAddress
  /// So many events.
  public var rate: Rate

  /// An allowance.
  public init(address: PeerAddress, rate: Rate) {
    self.address = address
    self.rate = rate
  }
}

/// What became of a post.
public enum PostOutcome: Sendable, Hashable {
  /// Its events are on disk, in their order; none where it said nothing that is an event.
  case kept([KeptEvent])
  /// Nothing of it was kept.
  case refused(PostRefusal)

  /// One event of a post.
  public struct KeptEvent: Sendable, Hashable {
    /// As it stands in the history.
    public var event: Event
    /// It was there before.
    public var isDuplicate: Bool

    /// An event, and whether it was there before.
    public init(_ event: Event, isDuplicate: Bool = false) {
      self.event = event
      self.isDuplicate = isDuplicate
    }
  }
}

/// Why nothing of a post was kept, before any dialect puts it into its own words.
public struct PostRefusal: Error, Sendable, Hashable {
  /// The HTTP status that a plain sender would get: 401 without proof, 4xx for what is wrong with it, 429 or 503 (the dialect's word) under
  /// pressure.
  public var status: Int
  /// One line for people, without secrets.
  public var title: String
  /// Seconds after which to try again.
  public var retryAfter: Int?
  /// What is wrong with its proof, where that is why.
  public var fault: ProofFault?

  /// A refusal.
  public init(status: Int, title: String, retryAfter: Int? = nil, fault: ProofFault? = nil) {
    self.status = status
    self.title = title
    self.retryAfter = retryAfter
    self.fault = fault
  }
}

/// An answer in a dialect's own form.
public struct PostAnswer: Sendable, Hashable {
  /// The HTTP status.
  public var status: Int
  /// Of the body; empty for none.
  public var contentType: String
  /// As it is sent.
  public var body: [UInt8]
  /// More headers: names and values.
  public var headers: [PostHead.Pair]

  /// An answer with a body of text.
  public init(_ status: Int, _ contentType: String, _ text: String, headers: [PostHead.Pair] = []) {
    self.status = status
    self.contentType = contentType
    body = Array(text.utf8)
    self.headers = headers
  }

  /// An answer in JSON.
  init(_ status: Int, _ json: JSON) { self.init(status, "application/json", json.text) }
}
