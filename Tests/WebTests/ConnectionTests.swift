import Bellhop
import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Senders
import Store
import Testing

@testable import Web

/// Keeps what it is given until the test answers, in whatever order.
private final class Patient: Acceptor {
  typealias Answer = @Sendable (Result<[Acceptance], SpoolError>) -> Void
  let waiting = Guarded<[(id: String, answer: Answer)]>([])
  let refusals = Guarded<[Int]>([])

  func accept(_ events: [Event], then: @escaping Answer) { waiting.withLock { $0.append((events[0].id, then)) } }
  func refused(route: String, status: Int) { refusals.withLock { $0.append(status) } }
  func unproved(route: String, isSlowed: Bool) {}

  var ids: [String] { waiting.withLock { $0.map(\.id) } }
  func answer(_ id: String) {
    let answer = waiting.withLock { waiting in waiting.first { $0.id == id }?.answer }
    answer?(.success([Acceptance(sequence: 1, duplicate: false)]))
  }
}

/// Counts how often what was written is pushed out.
private final class Flushes: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  var count = 0
  func flush(context: ChannelHandlerContext) {
    count += 1
    context.flush()
  }
}

/// Connections without sockets, on one loop that goes on only when it is told to.
private struct Bench {
  let acceptor = Patient()
  let desk = FakeDesk()
  let loop = EmbeddedEventLoop()
  let group: ConnectionGroup

  init(_ settings: SiteSettings = SiteSettings()) {
    let responder = Responder(
      state: SiteState(settings, now: { Timestamp(seconds: 0) }), acceptor: acceptor, insight: desk, hands: desk, visits: desk,
      logger: quietLogger, door: .tcp)
    group = ConnectionGroup(loop: loop, responder: responder, guests: Guests { settings.limits })
  }

  func connect() throws -> (EmbeddedChannel, Flushes) {
    let flushes = Flushes()
    let channel = EmbeddedChannel(handler: flushes, loop: loop)
    try Listener.serve(channel, group)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    return (channel, flushes)
  }

  static func post(_ id: String, _ extra: String = "") -> String {
    let body = #"{"id":"\#(id)","text":"x"}"#
    return "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n\(extra)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }
}

extension EmbeddedChannel {
  fileprivate func say(_ text: String) throws {
    try writeInbound(ByteBuffer(string: text))
    embeddedEventLoop.run()
  }

  fileprivate func heard() throws -> String {
    embeddedEventLoop.run()
    var all = ""
    while let buffer = try readOutbound(as: ByteBuffer.self) { all += String(buffer: buffer) }
    return all
  }
}

/// Where each of the words stands, to compare their order.
private func order(_ words: [String], in text: String) -> [Int] {
  words.map { word in text.firstRange(of: word).map { text.distance(from: text.startIndex, to: $0.lowerBound) } ?? -1 }
}

@Suite struct ConnectionTests {
  @Test func answersStandInTheOrderOfTheRequests() throws {
    let bench = Bench()
    let (channel, _) = try bench.connect()
    try channel.say(["a", "b", "c"].map { Bench.post($0) }.joined())
    #expect(bench.acceptor.ids == ["a", "b", "c"])
    bench.acceptor.answer("c")
    bench.acceptor.answer("b")
    #expect(try channel.heard() == "")
    bench.acceptor.answer("a")
    let all = try channel.heard()
    let places = order([#""a""#, #""b""#, #""c""#], in: all)
    #expect(places == places.sorted() && !places.contains(-1), "\(all)")
    #expect(all.components(separatedBy: "HTTP/1.1 202 Accepted\r\n").count == 4)
    _ = try channel.finish()
  }

  /// The answers of one commit wake the loop once, and each connection writes all that is its in one go.
  @Test func answersOfOneCommitAreWrittenInOneGo() throws {
    let bench = Bench()
    let (one, oneFlushes) = try bench.connect()
    let (two, twoFlushes) = try bench.connect()
    try one.say((0..<20).map { Bench.post("one\($0)") }.joined())
    try two.say((0..<20).map { Bench.post("two\($0)") }.joined())
    #expect(oneFlushes.count == 0 && twoFlushes.count == 0)
    for index in 0..<20 { for name in ["one", "two"] { bench.acceptor.answer("\(name)\(index)") } }
    bench.loop.run()
    #expect(oneFlushes.count == 1 && twoFlushes.count == 1)
    let first = try one.readOutbound(as: ByteBuffer.self)
    #expect(first.map { String(buffer: $0).components(separatedBy: "HTTP/1.1 202").count } == 21)
    #expect(try one.readOutbound(as: ByteBuffer.self) == nil)
    _ = try one.finish()
    _ = try two.finish()
  }

  @Test func aConnectionThatEndsBeforeItsAnswerIsForgotten() throws {
    let bench = Bench()
    let (gone, _) = try bench.connect()
    let (other, _) = try bench.connect()
    try gone.say(Bench.post("a"))
    try other.say(Bench.post("b"))
    _ = try gone.finish()
    #expect(bench.group.connections.count == 1)
    bench.acceptor.answer("a")
    bench.acceptor.answer("b")
    #expect(try other.heard().contains(#"{"id":"b","duplicate":false}"#))
    _ = try other.finish()
    bench.loop.run()
    #expect(bench.group.connections.isEmpty)
  }

  @Test func aStopWaitsForAnswersThatAreOutstanding() throws {
    let bench = Bench()
    let (idle, _) = try bench.connect()
    let (busy, _) = try bench.connect()
    try busy.say(Bench.post("a") + Bench.post("b"))
    let ended = bench.group.quiesce()
    bench.loop.run()
    #expect(!idle.isActive && busy.isActive)
    let isOver = Guarded(false)
    ended.whenComplete { _ in isOver.withLock { $0 = true } }
    // What comes now is not taken any more.
    try busy.say(Bench.post("c"))
    #expect(bench.acceptor.ids == ["a", "b"])
    bench.acceptor.answer("b")
    bench.acceptor.answer("a")
    let all = try busy.heard()
    #expect(all.components(separatedBy: "HTTP/1.1 202").count == 3)
    #expect(all.components(separatedBy: "Connection: close").count == 2 && all.hasSuffix(#"{"accepted":[{"id":"b","duplicate":false}]}"#))
    _ = try? busy.finish()
    bench.loop.run()
    #expect(isOver.withLock { $0 })
  }

  /// Where we stopped reading, the rest of a body is late by our fault.
  @Test func aBodyThatIsNotReadIsNotLate() throws {
    let bench = Bench()
    let (channel, _) = try bench.connect()
    try channel.say((0..<63).map { Bench.post("n\($0)") }.joined() + Bench.post("last").dropLast(3))
    let connection = try #require(bench.group.connections.values.first)
    let calm = Patience(SiteLimits(), isCrowded: false, quiescedAt: nil)
    connection.look(.now() + .seconds(31), calm)
    bench.loop.run()
    #expect(bench.acceptor.refusals.withLock { $0.isEmpty })
    for index in 0..<63 { bench.acceptor.answer("n\(index)") }
    _ = try channel.heard()
    connection.look(.now() + .seconds(62), calm)
    #expect(try channel.heard().contains("HTTP/1.1 408"))
    _ = try? channel.finish()
  }

  /// A body that does not get on holds up no stop: it is told, and what was posted before it is answered.
  @Test func aStopCutsSlowBodies() throws {
    let bench = Bench()
    let (channel, _) = try bench.connect()
    try channel.say(Bench.post("a") + Bench.post("b").dropLast(3))
    let ended = bench.group.quiesce()
    let isOver = Guarded(false)
    ended.whenComplete { _ in isOver.withLock { $0 = true } }
    bench.loop.run()
    let connection = try #require(bench.group.connections.values.first)
    let patience = Patience(SiteLimits(), isCrowded: false, quiescedAt: bench.group.quiescedAt)
    connection.look(.now() + .seconds(4), patience)
    #expect(try channel.heard() == "")
    connection.look(.now() + .seconds(6), patience)
    bench.acceptor.answer("a")
    let all = try channel.heard()
    #expect(all.contains(#""a""#) && all.contains("HTTP/1.1 503") && all.contains("Connection: close") && bench.acceptor.ids == ["a"])
    _ = try? channel.finish()
    bench.loop.run()
    #expect(isOver.withLock { $0 } && bench.acceptor.refusals.withLock { $0 } == [503])
  }

  /// What a task answers comes behind what was posted before it, and before what was posted after.
  @Test func whatTakesATaskKeepsItsPlace() async throws {
    try await withSite { running in
      let text =
        Bench.post("a") + "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
        + Bench.post("b")
      let answers = try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(text)
        return try (0..<4).compactMap { _ in try wire.answer() }
      }
      #expect(answers.map(\.status) == [202, 404, 200, 202])
      #expect(answers[0].body.contains(#""a""#) && answers[2].body == #"{"status":"ok"}"# && answers[3].body.contains(#""b""#))
    }
  }

  @Test func manyAnswersOutstandingStopTheReading() throws {
    let bench = Bench()
    let (channel, _) = try bench.connect()
    try channel.say((0..<64).map { Bench.post("n\($0)") }.joined())
    let reads = Reads()
    try channel.pipeline.syncOperations.addHandler(reads, position: .first)
    channel.read()
    #expect(reads.count == 0)
    for index in 0..<64 { bench.acceptor.answer("n\(index)") }
    _ = try channel.heard()
    #expect(reads.count == 1)
    _ = try channel.finish()
  }

  private final class Reads: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var count = 0
    func read(context: ChannelHandlerContext) {
      count += 1
      context.read()
    }
  }
}
