import Bellhop
import NIOCore
import NIOEmbedded
import Store
import Testing

@testable import Web

/// More people at the door than it has places.
@Suite struct CrowdTests {
  /// Strangers who connect and say nothing, or only half of something, are ended to make room; those who were answered last stay longest.
  @Test func idleStrangersDoNotShutTheDoor() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(connections: 8))) { running in
      try await onThread {
        var strangers: [Wire] = []
        for index in 0..<24 {
          let wire = try Wire(port: running.port)
          if index % 2 == 0 { wire.send("POST /v1/events HTTP/1.1\r\nHost: loc") }
          strangers.append(wire)
        }
        // The default of idleness is 75 s, and a head may take 30.
        #expect(try Wire(port: running.port).post(#"{"text":"a"}"#)?.status == 202)
        #expect(try strangers[0].rest() == "")
      }
      #expect(running.desk.events.count == 1)
    }
  }

  /// Nobody is ended whose answer is outstanding.
  @Test func whoWaitsForAnAnswerKeepsItsPlace() async throws {
    try await withSite(SiteSettings(limits: SiteLimits(connections: 2))) { running in
      running.desk.gate.close()
      async let busy = onThread { try Wire(port: running.port).post(#"{"text":"a"}"#) }
      await running.desk.gate.somebodyWaits()
      try await onThread {
        for _ in 0..<6 { _ = try Wire(port: running.port) }
        #expect(try Wire(port: running.port).ask("GET", "/healthz")?.status == 200)
      }
      running.desk.gate.open()
      #expect(try await busy?.status == 202)
    }
  }

  @Test func patienceIsShortInACrowdAndAtTheEnd() {
    let limits = SiteLimits()
    let since = NIODeadline.uptimeNanoseconds(0)
    let calm = Patience(limits, isCrowded: false, quiescedAt: nil)
    #expect(calm.idle == .seconds(75) && calm.end(ofHead: since) == since + .seconds(30) && calm.taking == .seconds(30))
    let crowded = Patience(limits, isCrowded: true, quiescedAt: nil)
    #expect(crowded.idle == .seconds(8) && crowded.end(ofHead: since) == since + .seconds(8))
    #expect(crowded.end(ofBody: since, 0) == since + .seconds(30) && crowded.taking == .seconds(30))
    // From the moment of the stop, not from that of the head.
    let stop = since + .seconds(20)
    let stopping = Patience(limits, isCrowded: false, quiescedAt: stop)
    #expect(stopping.end(ofHead: since) == stop + .seconds(5) && stopping.end(ofBody: since, 1 << 30) == stop + .seconds(5))
    #expect(stopping.taking == .seconds(5))
  }

  /// Who sends a large body may take longer, as long as it gets on.
  @Test func aLargeBodyGetsMoreTime() {
    let since = NIODeadline.uptimeNanoseconds(0)
    let calm = Patience(SiteLimits(), isCrowded: false, quiescedAt: nil)
    #expect(calm.end(ofBody: since, 65_000) == since + .seconds(30))
    #expect(calm.end(ofBody: since, 16 << 20) == since + .seconds(30 + 64))
    #expect(calm.end(ofBody: since, 1 << 30) == since + .seconds(30 + 4_096))
  }

  @Test func peersShare() throws {
    let guests = Guests { SiteLimits(connections: 8) }
    let (one, two) = (try SocketAddress(ipAddress: "10.0.0.1", port: 1), try SocketAddress(ipAddress: "10.0.0.2", port: 1))
    let (peer, other) = (try #require(Peer(one)), try #require(Peer(two)))
    for _ in 0..<6 { #expect(!guests.enter(peer)) }
    #expect(guests.enter(peer) && !guests.enter(other))
    guests.part(peer)
    guests.part(peer)
    #expect(!guests.enter(peer))
  }

  @Test func placesEndBeforeDescriptorsDo() {
    for (connections, ceiling, places) in [(8, 100, 8), (1_000, 6, 6)] {
      let guests = Guests(ceiling: ceiling) { SiteLimits(connections: connections) }
      for index in 0..<places {
        #expect(!guests.isFull && guests.areMany == (index > places / 2))
        guests.arrive()
      }
      #expect(guests.isFull)
      guests.leave()
      #expect(!guests.isFull)
    }
    #expect(Guests.descriptors > 0)
  }

  @Test func whatIsOnePeer() throws {
    func peer(_ address: String) throws -> Peer? { Peer(try SocketAddress(ipAddress: address, port: 1)) }
    #expect(try peer("2001:db8::1") == peer("2001:db8::ffff:2") && peer("2001:db8::1") != peer("2001:db8:0:1::1"))
    #expect(try peer("::ffff:10.0.0.1") == peer("10.0.0.1"))
    for (address, isLoopback) in [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("10.0.0.127", false), ("2001:db8::1", false)] {
      #expect(try peer(address)?.isLoopback == isLoopback, "\(address)")
    }
    let unix = try SocketAddress(unixDomainSocketPath: "/tmp/x")
    #expect(Peer(unix) == nil)
  }

  /// A place is made by a connection of one's own; from outside, nobody is let in beyond the share.
  @Test func whoTakesMoreThanItsShareMakesRoom() throws {
    for (address, isLetIn) in [("10.0.0.1", false), ("127.0.0.1", true)] {
      let loop = EmbeddedEventLoop()
      let desk = FakeDesk()
      let settings = SiteSettings(limits: SiteLimits(connections: 4))
      let responder = Responder(
        state: SiteState(settings, now: { Timestamp(seconds: 0) }), acceptor: desk, insight: desk, hands: desk, visits: desk,
        logger: quietLogger, door: .tcp)
      let group = ConnectionGroup(loop: loop, responder: responder, guests: Guests { settings.limits })
      func connect(_ address: String) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(loop: loop)
        channel.remoteAddress = try SocketAddress(ipAddress: address, port: 1)
        channel.connect(to: try SocketAddress(ipAddress: address, port: 1), promise: nil)
        try Listener.serve(channel, group)
        return channel
      }
      let stranger = try connect("10.9.9.9")
      let own = try (0..<3).map { _ in try connect(address) }
      for connection in group.connections.values { connection.since = nil }
      // All are busy.
      if isLetIn {
        _ = try connect(address).finish()
      } else {
        #expect(throws: ChannelError.self) { try connect(address) }
      }
      // One of them has idled, and so has a stranger.
      for connection in group.connections.values { connection.since = .now() - .seconds(2) }
      let late = try connect(address)
      loop.run()
      #expect(late.isActive && stranger.isActive && own.filter(\.isActive).count == 2)
      for channel in own + [stranger, late] { _ = try? channel.finish() }
    }
  }

  /// Out of descriptors: trying again at once would spin.
  @Test func acceptingRestsWithoutDescriptors() throws {
    final class Reads: ChannelOutboundHandler {
      typealias OutboundIn = Never
      var count = 0
      func read(context: ChannelHandlerContext) { count += 1 }
    }
    let loop = EmbeddedEventLoop()
    let desk = FakeDesk()
    let responder = Responder(
      state: SiteState(SiteSettings(), now: { Timestamp(seconds: 0) }), acceptor: desk, insight: desk, hands: desk, visits: desk,
      logger: quietLogger, door: .tcp)
    let guests = Guests { SiteLimits() }
    let reads = Reads()
    let channel = EmbeddedChannel(
      handlers: [reads, AcceptGate(guests, [ConnectionGroup(loop: loop, responder: responder, guests: guests)])], loop: loop)
    channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    channel.read()
    let before = reads.count
    channel.pipeline.fireErrorCaught(IOError(errnoCode: 24, reason: "accept"))
    channel.read()
    channel.read()
    #expect(reads.count == before)
    loop.advanceTime(by: .milliseconds(250))
    #expect(reads.count == before + 1)
    channel.read()
    #expect(reads.count == before + 2)
    #expect(throws: IOError.self) { try channel.finish() }
  }
}
