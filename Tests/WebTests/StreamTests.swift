import Bellhop
import Glibc
import NIOHTTP1
import Senders
import ServiceLifecycleTestKit
import Store
import Testing

@testable import Streaming
@testable import Web

/// `GET /v1/stream`: what happens, as it happens.
@Suite struct StreamTests {
  private static func event(_ sequence: Int64, roles: [String] = ["ops"], text: String? = nil) -> HistoryEvent {
    let deliveries = roles.enumerated().map { index, role in
      var one = RouteTests.delivery(sequence * 10 + Int64(index))
      (one.sequence, one.role, one.state) = (sequence, role, .waiting)
      return one
    }
    return HistoryEvent(
      sequence: sequence, received: RouteTests.time,
      event: Event(id: "id-\(sequence)", sender: "shop", source: "web", type: "t.a", time: RouteTests.time, text: text), fate: .planned,
      note: nil, deliveries: deliveries)
  }

  private static func ask(_ query: String = "", _ headers: [String: String] = [:], version: String = "1.1") -> String {
    "GET /v1/stream\(query) HTTP/\(version)\r\nHost: localhost\r\n\(headers.map { "\($0): \($1)\r\n" }.joined())\r\n"
  }

  /// Reads until that text is there, or the end.
  private static func read(_ wire: Wire, until text: String) throws -> String {
    var all = ""
    while !all.contains(text) {
      let piece = try wire.piece()
      if piece.isEmpty { break }
      all += piece
    }
    return all
  }

  private static func ids(_ text: String) -> [String] { text.matches(of: /event: event\nid: (\S+)/).map { String($0.1) } }

  @Test func theFormIsAsPromised() async throws {
    try await withSite { running in
      running.desk.happen(Self.event(1))
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(Self.ask())
        let begin = try Self.read(wire, until: "id: epoch-1\n\n")
        #expect(begin.hasPrefix("HTTP/1.1 200 OK\r\n") && begin.contains("Content-Type: text/event-stream\r\n"))
        #expect(begin.contains("Cache-Control: no-cache, no-transform\r\n") && begin.contains("X-Accel-Buffering: no\r\n"))
        let retry = begin.firstMatch(of: /:\nretry: (\d+)\n\n/).flatMap { Int($0.1) }
        #expect((1_000...3_000).contains(retry ?? 0), "\(begin)")
        running.desk.happen(Self.event(2))
        let told = try Self.read(wire, until: "\n\n\r\n")
        #expect(Self.ids(told) == ["epoch-2"])
        let data = try #require(told.firstMatch(of: /data: (.*)\n/)?.1)
        let json = try JSON(parsing: Array(data.utf8))
        #expect(json["sequence"]?.int == 2 && json["id"]?.string == "id-2" && json["fate"]?.string == "planned")
        #expect(json["deliveries"]?.array?.first?["role"]?.string == "ops" && json["deliveries"]?.array?.first?["id"]?.int == 20)
      }
    }
  }

  @Test func whoComesBackGoesOn() async throws {
    try await withSite { running in
      for sequence in 1...4 { running.desk.happen(Self.event(Int64(sequence))) }
      try await onThread {
        func told(_ query: String, _ headers: [String: String] = [:]) throws -> [String] {
          let wire = try Wire(port: running.port)
          wire.send(Self.ask(query, headers))
          return Self.ids(try Self.read(wire, until: "id: epoch-4\n"))
        }
        #expect(try told("", ["Last-Event-ID": "epoch-2"]) == ["epoch-3", "epoch-4"])
        #expect(try told("?last_event_id=epoch-3") == ["epoch-4"])
        #expect(try told("?last_event_id=epoch-1", ["Last-Event-ID": "epoch-3"]) == ["epoch-4"], "the header is newer than the address")
        #expect(try told("?last=3", ["Last-Event-ID": "epoch-3"]) == ["epoch-4"], "where it was counts more than where it began")
        #expect(try told("?last=2") == ["epoch-3", "epoch-4"])
        let wire = try Wire(port: running.port)
        wire.send(Self.ask("?last_event_id=elsewhere-3"))
        #expect(
          try Self.read(wire, until: "\"reason\":\"epoch\"").contains("event: gap\ndata: {\"from\":\"elsewhere-3\",\"to\":\"epoch-4\""))
      }
    }
  }

  /// As nginx asks: without chunks the end of the connection is the end of the stream.
  @Test func overHTTP10() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(Self.ask(version: "1.0"))
        let begin = try Self.read(wire, until: "id: epoch-0\n\n")
        #expect(!begin.contains("chunked"))
        running.desk.happen(Self.event(1))
        #expect(try Self.read(wire, until: "\n\n").hasPrefix("event: event\nid: epoch-1\ndata: {"))
      }
    }
  }

  @Test func mistakesAreTold() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let filter = try wire.ask("GET", "/v1/stream?q=tpye:a")
        #expect(filter?.status == 422 && filter?.headers["content-type"] == "application/problem+json")
        let error = try JSON(parsing: Array((filter?.body ?? "").utf8))["errors"]?.array?.first
        #expect(error?["field"]?.string == "q" && error?["offset"]?.int == 0 && error?["caret"]?.string == "tpye:a\n^^^^")
        for (query, field) in [
          ("q=state:dad", "q"), ("last=1001", "last"), ("since=soon", "since"), ("last=1&since=1m", "last"), ("roel=ops", "roel"),
        ] {
          let answer = try wire.ask("GET", "/v1/stream?\(query)")
          #expect(answer?.status == 422 && answer?.body.contains("\"field\":\"\(field)\"") == true, "\(query): \(answer?.body ?? "")")
        }
        #expect(try wire.ask("HEAD", "/v1/stream")?.status == 405 && wire.ask("POST", "/v1/stream", [:], "{}")?.headers["allow"] == "GET")
      }
    }
  }

  private static func settings(_ accounts: ReaderAccount...) -> SiteSettings {
    SiteSettings(senders: AccessTests.senders, readers: ReaderAccounts(accounts))
  }
  private static func account(_ name: String, _ rights: ReaderRights = ReaderRights()) -> ReaderAccount {
    ReaderAccount(name, keys: [ReaderKey(Secret("\(name)-token"))], rights: rights)
  }
  private static func bearer(_ name: String) -> [String: String] { ["Authorization": "Bearer \(name)-token"] }

  @Test func readersSeeWhatTheyMay() async throws {
    let settings = Self.settings(Self.account("ann"), Self.account("fin", ReaderRights(only: ["finance"])))
    try await withSite(settings) { running in
      try await onThread {
        #expect(try Wire(port: running.port).ask("GET", "/v1/stream")?.status == 401)
        let (ann, fin) = (try Wire(port: running.port), try Wire(port: running.port))
        ann.send(Self.ask("", Self.bearer("ann")))
        fin.send(Self.ask("", Self.bearer("fin")))
        for wire in [ann, fin] { _ = try Self.read(wire, until: "id: epoch-0\n\n") }
        running.desk.happen(Self.event(1, roles: ["ops"]))
        running.desk.happen(Self.event(2, roles: ["ops", "finance"]))
        #expect(Self.ids(try Self.read(ann, until: "epoch-2")) == ["epoch-1", "epoch-2"])
        let told = try Self.read(fin, until: "epoch-2")
        #expect(Self.ids(told) == ["epoch-2"] && !told.contains("\"role\":\"ops\""))
      }
    }
  }

  @Test func whoseRightsEndIsSentAway() async throws {
    try await withSite(Self.settings(Self.account("ann"), Self.account("joe"))) { running in
      try await onThread {
        let (ann, joe) = (try Wire(port: running.port), try Wire(port: running.port))
        ann.send(Self.ask("", Self.bearer("ann")))
        joe.send(Self.ask("", Self.bearer("joe")))
        for wire in [ann, joe] { _ = try Self.read(wire, until: "id: epoch-0\n\n") }
        // Joe sees less from now on, and ann stays.
        running.site.adopt(Self.settings(Self.account("ann"), Self.account("joe", ReaderRights(only: ["finance"]))))
        let last = try joe.rest()
        #expect(last.contains("event: dropped\ndata: {\"reason\":\"rights\"") && last.hasSuffix("0\r\n\r\n"))
        running.desk.happen(Self.event(1))
        #expect(Self.ids(try Self.read(ann, until: "epoch-1")) == ["epoch-1"])
        #expect(running.desk.hub.readers == 1 && running.desk.hub.dropped == [.rights: 1])
      }
    }
  }

  /// A token ends while its bearer follows: the next look finds that out.
  @Test func whoseTokenEndsIsNotWelcome() async throws {
    let time = Guarded(Timestamp(seconds: 100))
    var account = Self.account("ann")
    account.keys = [ReaderKey(Secret("ann-token"), expires: Timestamp(seconds: 200))]
    let state = SiteState(Self.settings(account), now: { time.withLock { $0 } })
    let desk = FakeDesk()
    let responder = Responder(
      state: state, acceptor: desk, insight: desk, hands: desk, visits: desk, logger: quietLogger, door: .tcp)
    let request = HTTPRequestHead(
      version: .http1_1, method: .GET, uri: "/v1/stream", headers: ["Host": "localhost", "Authorization": "Bearer ann-token"])
    let head = Head(request)
    let call = Call(head, try responder.admit(head, state.current, .other), state.current, .other)
    let follower = try #require(try await responder.stream(call).follower)
    #expect(follower.isWelcome(state.current))
    time.withLock { $0 = Timestamp(seconds: 199) }
    #expect(follower.isWelcome(state.current))
    time.withLock { $0 = Timestamp(seconds: 200) }
    #expect(!follower.isWelcome(state.current))
  }

  /// Who does not read is told why, and what waits for it has an end.
  @Test func theSlowAreSentAway() async throws {
    try await withSite { running in
      running.desk.limits = {
        var limits = StreamLimits()
        limits.waiting = 100_000
        limits.slowness = .milliseconds(300)
        return limits
      }()
      try await onThread {
        let slow = try Wire(port: running.port, receiveBuffer: 4_096)
        slow.send(Self.ask())
        _ = try Self.read(slow, until: "id: epoch-0\n\n")
        let text = String(repeating: "x", count: 10_000)
        var sequence: Int64 = 0
        let end = ContinuousClock.now + .seconds(20)
        while running.desk.hub.dropped.isEmpty, ContinuousClock.now < end {
          sequence += 1
          if sequence < 300 { running.desk.happen(Self.event(sequence, text: text)) } else { usleep(20_000) }
        }
        #expect(running.desk.hub.dropped == [.slow: 1] && running.desk.hub.readers == 0)
        let told = try slow.rest()
        #expect(told.contains("event: dropped\ndata: {\"reason\":\"slow\"") && told.hasSuffix("0\r\n\r\n"), "\(told.suffix(300))")
        // What it has read is whole, and it goes on behind that.
        let ids = Self.ids(told)
        #expect(ids == (1...ids.count).map { "epoch-\($0)" })
      }
    }
  }

  /// A burst that does not fit is no reason to send anybody away who reads.
  @Test func whoReadsGetsAllOfABurst() async throws {
    try await withSite { running in
      running.desk.limits = {
        var limits = StreamLimits()
        limits.waiting = 50_000
        limits.pageEvents = 7
        return limits
      }()
      try await onThread {
        let wire = try Wire(port: running.port)
        wire.send(Self.ask())
        _ = try Self.read(wire, until: "id: epoch-0\n\n")
        let text = String(repeating: "x", count: 5_000)
        for sequence in 1...200 { running.desk.happen(Self.event(Int64(sequence), text: text)) }
        #expect(Self.ids(try Self.read(wire, until: "epoch-200")) == (1...200).map { "epoch-\($0)" })
      }
    }
  }

  @Test func thereIsRoomForOthers() async throws {
    var settings = SiteSettings()
    settings.limits.connections = 5
    try await withSite(settings) { running in
      try await onThread {
        var wires: [Wire] = []
        for _ in 0..<3 {
          let wire = try Wire(port: running.port)
          wire.send(Self.ask())
          _ = try Self.read(wire, until: "id: epoch-0\n\n")
          wires.append(wire)
        }
        let full = try Wire(port: running.port).ask("GET", "/v1/stream")
        #expect(full?.status == 503 && full?.headers["retry-after"] == "10")
        #expect(try Wire(port: running.port).ask("GET", "/healthz")?.status == 200)
        wires[0].reset()
        var tries = 0
        while tries < 10_000, running.desk.hub.readers == 3 { tries += 1; usleep(1_000) }
        #expect(running.desk.hub.readers == 2, "who goes is forgotten")
      }
    }
  }

  @Test func aStopEndsIt() async throws {
    let desk = FakeDesk()
    let site = Site(settings: SiteSettings(port: 0), desk: desk, logger: quietLogger, now: wallClock)
    let opened = AsyncStream<Int>.makeStream()
    try await testGracefulShutdown { trigger in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await site.run { opened.continuation.yield($0) } }
        var ports = opened.stream.makeAsyncIterator()
        let port = try #require(await ports.next())
        let rest = try await onThread {
          let wire = try Wire(port: port)
          wire.send(Self.ask())
          _ = try Self.read(wire, until: "id: epoch-0\n\n")
          desk.happen(Self.event(1))
          trigger.triggerGracefulShutdown()
          return try wire.rest()
        }
        // What comes beside the stop may be for the next time: nobody loses it, as it comes behind the last id.
        #expect(rest.hasSuffix("0\r\n\r\n") && [[], ["epoch-1"]].contains(Self.ids(rest)) && !rest.contains("dropped"), "\(rest)")
        try await group.waitForAll()
      }
    }
    #expect(desk.hub.readers == 0)
  }
}
