import Bellhop
import NIOCore
import NIOHTTP1

/// One connection: takes requests as the parser finds them, and writes the answers in their order. A small post of events is decided here, on
/// the event loop, and handed on with a callback; whatever else is asked gets a task. Those run one at a time and in order, as what one does
/// the next may want to see.
///
/// Unchecked: it is touched on its event loop alone; other threads hold it only to say whose an answer is.
final class Connection: ChannelDuplexHandler, @unchecked Sendable {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// What the parser tells.
  enum Incoming {
    case part(HTTPServerRequestPart)
    case broken(ProblemDocument)
    /// The client says nothing more; it may still listen.
    case over

    /// About the bytes that it came in.
    var weight: Int { if case .part(.body(let piece)) = self { piece.readableBytes } else { 128 } }
  }

  /// Where in a request the stream of bytes is.
  enum Stretch {
    case between
    /// Some of a head has come; the rest not in the same reading.
    case head
    case body(Intake)
    /// The body of a request that is answered already.
    case surplus
  }

  enum Ending {
    case none
    /// No more requests are taken; it ends behind the last answer.
    case closing
    /// Our side is closed.
    case lingering
    case closed
  }

  let group: ConnectionGroup
  let peer: Peer?
  var responder: Responder { group.responder }
  var context: ChannelHandlerContext?

  var place = Stretch.between
  var ending = Ending.none
  /// When what the connection does now began: a head, a body, idling or lingering. Nil for a body that came in one reading.
  var since: NIODeadline? = .now()
  /// When the client stopped taking what we write.
  var stuckSince: NIODeadline?
  /// Answers that are not out, and the serial number of the first of them.
  var slots = CircularBuffer<Slot>(initialCapacity: 1)
  var first = 0
  /// The last of them is a task's: it waits for those before it, and what comes behind it waits here.
  var long: Call?
  var isHolding = false
  var held = CircularBuffer<Incoming>(initialCapacity: 1)
  var heldBytes = 0
  var stream: StreamSource?
  var follower: FollowerPulse?
  /// Who waits until the client takes more.
  private var takers: [() -> Void] = []
  /// Something may be written, or taken out of what is held.
  var isDue = false
  /// The client has said all that it will say.
  private(set) var hasSaidAll = false
  private var sawPart = false
  private var wantsRead = false

  /// More answers outstanding, or more bytes held, and no more is read for now.
  private static let most = (answers: 64, bytes: 1 << 20)

  init(group: ConnectionGroup, peer: Peer?) {
    self.group = group
    self.peer = peer
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    group.add(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    ending = .closed
    stream?.stop()
    stream = nil
    follower?.stop()
    follower = nil
    self.context = nil
    callTakers()
    // Who still works for it holds it, but needs none of this.
    place = .between
    long = nil
    for slot in slots { slot.timer?.cancel() }
    slots.removeAll()
    held.removeAll()
    group.remove(self)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ending = .closed
    stream?.stop()
    follower?.stop()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    sawPart = true
    come(.part(unwrapInboundIn(data)))
  }

  private var isOpen: Bool { if case .none = ending { true } else { false } }

  func channelReadComplete(context: ChannelHandlerContext) {
    switch place {
    // Bytes came that made no part: the beginning of a head.
    case .between where !sawPart && !isHolding && isOpen:
      place = .head
      since = .now()
    case .body, .surplus: since = since ?? .now()
    default: break
    }
    sawPart = false
    pour()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      come(.broken(ProblemDocument(431, "the head of the request is too large", "16 KiB a header, 32 KiB and 100 of them in all")))
    case is HTTPParserError:
      come(.broken(ProblemDocument(400, "the request broke off or is not well-formed HTTP", "nothing of it was kept")))
    default: return cut()
    }
    pour()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .inputClosed? = event as? ChannelEvent else { return context.fireUserInboundEventTriggered(event) }
    hasSaidAll = true
    if case .lingering = ending, since != nil { return cut() }
    // Who listens to a stream has nothing to say, so it is gone.
    if stream != nil || follower != nil { return cut() }
    come(.over)
    pour()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stuckSince = context.channel.isWritable ? nil : .now()
    if stuckSince == nil {
      isDue = true
      pour()
      callTakers()
    }
    context.fireChannelWritabilityChanged()
  }

  /// Calls back when what is written is taken, or nobody takes it any more.
  func whenTaken(_ then: @escaping () -> Void) { if context == nil || stuckSince == nil { then() } else { takers.append(then) } }

  private func callTakers() {
    let waiting = takers
    takers = []
    for taker in waiting { taker() }
  }

  // MARK: Reading

  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { wantsRead = true }
  }

  var mayRead: Bool {
    if case .lingering = ending { return true }
    return !isHolding && slots.count < Self.most.answers && stuckSince == nil
  }

  func readOn() {
    guard wantsRead, mayRead else { return }
    wantsRead = false
    context?.read()
  }

  private func come(_ incoming: Incoming) {
    guard case .none = ending else { return }
    guard isHolding else { return take(incoming) }
    // What had come before reading stopped.
    heldBytes += incoming.weight
    guard heldBytes <= Self.most.bytes else { return cut() }
    held.append(incoming)
  }

  /// Takes what was held back while a task was under way.
  func takeHeld() {
    while !held.isEmpty, !isHolding, case .none = ending, let next = held.popFirst() {
      heldBytes -= next.weight
      take(next)
    }
  }

  func cut() {
    guard let context else { return }
    context.close(promise: nil)
  }
}
