import Bellhop
import NIOCore
import Store

/// What became of a request, told from any thread.
enum News: Sendable {
  /// Its events are on disk, or are not; they are named here where the slot does not know them.
  case kept(Result<[Acceptance], SpoolError>, [Event]?)
  case reply(Reply)
  /// More of an event stream, which has begun with a reply.
  case piece([UInt8])
  case end
}

/// The place of one answer in the order of a connection's requests.
struct Slot {
  enum State {
    /// Nothing is known yet.
    case open
    case kept([Acceptance])
    case reply(Reply)
    /// Its head is written, and these are the next bytes; more follow.
    case streaming([UInt8])
    /// These are the last.
    case streamed([UInt8])
  }

  var state = State.open
  var manner: Manner
  var head: Head?
  /// What was posted, to be named in the answer.
  var events: [Event] = []
  /// The client waits with its body until it hears `100 Continue`.
  var owesContinue = false

  init(_ manner: Manner, head: Head? = nil) {
    self.manner = manner
    self.head = head
  }
}

/// A request whose body is arriving.
struct Intake {
  let head: Head
  let rules: Rules
  let admission: Admission
  /// What has come, where it came in more than one piece.
  var bytes: [UInt8] = []
  /// A body that came whole.
  var whole: ByteBuffer?
  var share: PurseShare?

  init(_ head: Head, _ rules: Rules, _ admission: Admission) {
    self.head = head
    self.rules = rules
    self.admission = admission
  }

  /// Adds a piece; throws where the body becomes larger than it may.
  mutating func add(_ piece: ByteBuffer, _ state: SiteState) throws(ProblemDocument) {
    let count = bytes.count + piece.readableBytes
    if let limit = admission.limit, count > limit { throw Responder.tooLarge(limit) }
    // Nothing else is to come: it need not be copied until it is read.
    if count == head.length, bytes.isEmpty, count <= PurseShare.free {
      whole = piece
      return
    }
    if count > PurseShare.free {
      let share = share ?? PurseShare(state)
      self.share = share
      guard share.cover(count, of: rules.limits.memory) else {
        throw ProblemDocument(503, "too many large bodies at a time", "send it again, or send smaller ones", retryAfter: 1)
      }
    }
    if bytes.isEmpty, let length = head.length { bytes.reserveCapacity(min(length, PurseShare.free)) }
    bytes.append(contentsOf: piece.readableBytesView)
  }

  /// The body in one piece.
  consuming func body() -> [UInt8] {
    guard let whole else { return bytes }
    return whole.getBytes(at: whole.readerIndex, length: whole.readableBytes) ?? []
  }
}
