import Bellhop
import NIOCore
import Store
import Streaming

/// What became of a request, told from any thread.
enum News: Sendable {
  /// Its events are on disk, or are not; they are named here where the slot does not know them.
  case kept(Result<[Acceptance], SpoolError>, [Event]?)
  /// Rare, and large: so that the others stay small.
  indirect case reply(Reply)
  /// More of an event stream, which has begun with a reply.
  case piece([UInt8])
  case end
  /// Something waits for one who follows what happens.
  case stirred
  /// A stream ends before its end.
  case broken
}

/// The place of one answer in the order of a connection's requests. Touched on the connection's event loop alone.
final class Slot {
  enum State {
    /// Nothing is known yet.
    case open
    case kept([Acceptance])
    /// Rare, and large: so that the others stay small.
    indirect case reply(Reply)
    /// Its head is written, and these are the next bytes; more follow.
    case streaming([UInt8])
    /// Its head is written, and what is put in is taken out when there is room.
    case following(StreamMailbox)
    /// These are the last.
    case streamed([UInt8])
  }

  var state = State.open
  var manner: Manner
  /// What was asked for, for answering in its words and for counting refusals.
  var purpose: Purpose
  /// What was posted, to be named in the answer.
  var events: [Event] = []
  /// Of a stream that may leave out pieces: what says how many, and how many since then.
  var leftOut: (@Sendable (Int) -> [UInt8])?
  var missed = 0
  /// The client waits with its body until it hears `100 Continue`.
  var owesContinue = false

  /// When it began, where its sender waits only so long.
  var since: NIODeadline?
  /// Ends its wait then.
  var timer: Scheduled<Void>?

  init(_ manner: Manner, _ purpose: Purpose = .other) {
    self.manner = manner
    self.purpose = purpose
  }
}
