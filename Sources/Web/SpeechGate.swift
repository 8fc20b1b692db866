import Bellhop
import NIOCore
import NIOSSL

/// Stands first on a listener that speaks TLS, and looks at the first byte: a handshake goes on to what is behind it; who speaks plain HTTP
/// is told that this is the wrong door. Nothing of what was said is taken, for it came in the open.
final class SpeechGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The content type of a handshake. https://www.rfc-editor.org/rfc/rfc8446#section-5.1
  private static let handshake: UInt8 = 22

  private let secure: NIOSSLServerHandler
  private var isDone = false

  init(_ identity: ListenerIdentity) { secure = NIOSSLServerHandler(context: identity.context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What comes behind an answer is thrown away, so that it does not turn into a reset that eats the answer.
    if isDone { return }
    let bytes = unwrapInboundIn(data)
    guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else { return }
    guard first == Self.handshake else { return refuse(context, first) }
    isDone = true
    let pipeline = context.pipeline.syncOperations
    do { try pipeline.addHandler(secure, position: .after(self)) } catch { return context.close(promise: nil) }
    context.fireChannelRead(data)
    pipeline.removeHandler(context: context, promise: nil)
  }

  private func refuse(_ context: ChannelHandlerContext, _ first: UInt8) {
    isDone = true
    // What begins with no letter is no request of HTTP either.
    guard 0x41...0x5A ~= first || 0x61...0x7A ~= first else { return context.close(promise: nil) }
    let problem = ProblemDocument(
      400, "this port speaks https", "ask for https://; what was sent came unencrypted, so change the token in it")
    var reply = Reply.problem(problem)
    reply.headers.append(("Cache-Control", "no-store"))
    var out = context.channel.allocator.buffer(capacity: 512)
    reply.write(to: &out, date: HTTPDate.text(.now), Manner(isLast: true, isBare: false, isOld: false))
    let done = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(out)).whenComplete { _ in
      done.value.close(mode: .output, promise: nil)
      done.eventLoop.scheduleTask(in: Patience.linger) { done.value.close(promise: nil) }
    }
  }
}
