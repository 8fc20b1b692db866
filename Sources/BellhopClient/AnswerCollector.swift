import NIOCore
import NIOHTTP1

/// Turns calls into requests on a connection, one at a time, and what comes into an answer.
final class AnswerCollector: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = PostCall
  typealias OutboundOut = HTTPClientRequestPart

  /// Of an answer's body, so much is kept; and no more than ``longest`` is read.
  private static let kept = 2_048
  private static let longest = 1 << 20

  private let head: HTTPRequestHead
  private var waiting: EventLoopPromise<IngestAnswer>?
  private var response: HTTPResponseHead?
  private var body: [UInt8] = []
  private var read = 0

  init(_ head: HTTPRequestHead) { self.head = head }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let call = unwrapOutboundIn(data)
    waiting = call.answer
    (response, body, read) = (nil, [], 0)
    var head = head
    head.headers.add(name: "content-length", value: String(call.body.count))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: call.body)))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): response = head
    case .body(let bytes):
      read += bytes.readableBytes
      body += bytes.readableBytesView.prefix(Self.kept - body.count)
      if read > Self.longest { end(context, .failed("its answer does not end")) }
    case .end:
      guard let response else { return end(context, .failed("its answer has no beginning")) }
      let wish = response.headers.first(name: "retry-after").flatMap { RetryWait.duration($0, now: EventLine.now) }
      let answer = IngestAnswer.status(
        Int(response.status.code), retryAfter: wish, body: String(decoding: body, as: UTF8.self))
      if response.isKeepAlive { tell(answer) } else { end(context, answer) }
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { end(context, .failed("\(error)")) }

  func channelInactive(context: ChannelHandlerContext) {
    tell(.failed("it closed the connection"))
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { tell(.failed("the connection was closed")) }

  private func end(_ context: ChannelHandlerContext, _ answer: IngestAnswer) {
    tell(answer)
    context.close(promise: nil)
  }

  private func tell(_ answer: IngestAnswer) {
    waiting?.succeed(answer)
    waiting = nil
  }
}
