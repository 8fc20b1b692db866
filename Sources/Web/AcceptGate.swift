import NIOCore

/// Accepts connections while there are places. When all are taken, or the process has no descriptors left, it rests, and now and then asks for
/// the connection that has idled longest to be ended.
final class AcceptGate: ChannelDuplexHandler {
  typealias InboundIn = Channel
  typealias OutboundIn = Never

  private let guests: Guests
  private let groups: [ConnectionGroup]
  private var turn = 0
  private var isResting = false
  private var wantsRead = false
  private var timer: Scheduled<Void>?

  private static let rest = TimeAmount.milliseconds(250)

  init(_ guests: Guests, _ groups: [ConnectionGroup]) {
    self.guests = guests
    self.groups = groups
  }

  func read(context: ChannelHandlerContext) {
    if isResting || guests.isFull {
      wantsRead = true
      rest(context)
    } else {
      context.read()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let loop = NIOLoopBound((gate: self, context: context), eventLoop: context.eventLoop)
    guests.arrive()
    unwrapInboundIn(data).closeFuture.whenComplete { [guests] _ in
      guests.leave()
      loop.eventLoop.execute { loop.value.gate.resume(loop.value.context) }
    }
    context.fireChannelRead(data)
  }

  /// Out of descriptors, most often: trying again at once would only spin.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if error is IOError { rest(context) }
    context.fireErrorCaught(error)
  }

  private func rest(_ context: ChannelHandlerContext) {
    guard !isResting else { return }
    isResting = true
    let next = groups[turn % groups.count]
    turn += 1
    next.loop.execute { next.dismiss() }
    timer?.cancel()
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.rest) {
      self.isResting = false
      self.resume(context)
    }
  }

  /// Goes on where it had stopped; rests again where nothing has changed.
  private func resume(_ context: ChannelHandlerContext) {
    guard wantsRead, !isResting || !guests.isFull, context.channel.isActive else { return }
    wantsRead = false
    isResting = false
    read(context: context)
  }
}
