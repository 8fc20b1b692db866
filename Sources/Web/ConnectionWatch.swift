import Bellhop
import Hummingbird
import HummingbirdCore
import NIOCore

/// The request did not arrive in time.
struct SlowRequest: Error {}
/// The client hung up in the middle of a body.
struct BrokenRequest: Error {}

/// Keeps the time of one connection: slow heads and bodies, answers that nobody takes, idleness; and closes it so that the
/// last answer is still read. One timer a connection, which looks at noted times: a request costs two looks at the clock.
final class ConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = RequestPart
  typealias InboundOut = RequestPart
  typealias OutboundIn = ResponsePart
  typealias OutboundOut = ResponsePart

  private enum Intake {
    case between
    case head(since: NIODeadline)
    case body(since: NIODeadline)
  }

  private enum Ending {
    case open
    /// The answer under way is the last.
    case afterAnswer
    /// Our side is closed; what still comes in is thrown away, so that it does not turn into a reset that eats the answer.
    case lingering(since: NIODeadline)
  }

  private let limits: @Sendable () -> SiteLimits
  private var intake = Intake.between
  private var ending = Ending.open
  /// Requests whose head came and whose answer is not out.
  private var open = 0
  private var sawPart = false
  private var toldSlow = false
  private var idleSince = NIODeadline.now()
  private var stuckSince: NIODeadline?
  private var timer: Scheduled<Void>?

  private static let linger = TimeAmount.seconds(1)
  /// So long the one who reads a slow body has for saying so.
  private static let grace = TimeAmount.seconds(5)

  init(limits: @escaping @Sendable () -> SiteLimits) { self.limits = limits }

  // MARK: In

  func handlerAdded(context: ChannelHandlerContext) { arm(context, at: .now() + Self.amount(limits().bodyTime)) }

  func handlerRemoved(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    sawPart = true
    guard case .open = ending else { return }
    switch unwrapInboundIn(data) {
    case .head:
      open += 1
      intake = .body(since: .now())
    case .body: break
    case .end: intake = .between
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Bytes came that made no part: the beginning of a head.
    if !sawPart, case .between = intake { intake = .head(since: .now()) }
    sawPart = false
    context.fireChannelReadComplete()
    if case .lingering = ending { context.read() }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      if case .lingering = ending { return context.close(promise: nil) }
      breakOff(context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    breakOff(context)
    context.fireChannelInactive()
  }

  /// A body that ends without its end must not pass for a whole one.
  private func breakOff(_ context: ChannelHandlerContext) {
    guard case .open = ending, case .body = intake else { return }
    context.fireErrorCaught(BrokenRequest())
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    stuckSince = context.channel.isWritable ? nil : .now()
    context.fireChannelWritabilityChanged()
  }

  // MARK: Out

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      if head.headerFields[.connection] == "close" { ending = .afterAnswer }
    case .body: break
    case .end:
      open -= 1
      idleSince = .now()
      if case .afterAnswer = ending {
        context.writeAndFlush(data, promise: promise)
        ending = .lingering(since: idleSince)
        context.close(mode: .output, promise: nil)
        arm(context, at: idleSince + Self.linger)
        return context.read()
      }
    }
    context.write(data, promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if case .output = mode, case .lingering = ending {
      promise?.succeed(())
    } else {
      context.close(mode: mode, promise: promise)
    }
  }

  // MARK: Time

  private func arm(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.look(context) }
  }

  private func look(_ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    let limits = limits()
    let patience = Self.amount(limits.bodyTime)
    let now = NIODeadline.now()
    if let deadline = deadline(patience, idle: Self.amount(limits.idleTime)), deadline <= now {
      guard case .open = ending, case .body = intake, open == 1, !toldSlow else { return context.close(promise: nil) }
      // The one who reads the body answers 408, which ends the connection; if nobody does, the next look does.
      toldSlow = true
      context.fireErrorCaught(SlowRequest())
      arm(context, at: now + Self.grace)
    } else {
      // Never later than the earliest thing that may become due meanwhile.
      arm(context, at: min(deadline(patience, idle: Self.amount(limits.idleTime)) ?? .distantFuture, now + patience))
    }
  }

  /// When the patience ends with what the connection is doing now; nil while the answer is ours to give.
  private func deadline(_ patience: TimeAmount, idle: TimeAmount) -> NIODeadline? {
    if case .lingering(let since) = ending { return since + Self.linger }
    if let stuckSince { return stuckSince + patience }
    switch intake {
    case .body(let since), .head(let since): return since + patience
    case .between: return open > 0 ? nil : idleSince + idle
    }
  }

  private static func amount(_ duration: Duration) -> TimeAmount { .microseconds(max(1_000, duration.microseconds)) }
}
