import Bellhop
import Curl
import GatewayWire
import Loopback
import Synchronization
import Testing

@testable import Upstream

/// The far gateway is a server that misbehaves.
@Suite struct UpstreamTests {
  private static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

  private static func message(_ id: String) -> Relayed {
    Relayed(
      id: id, via: ["hub"], age: .zero,
      event: Event(id: id, sender: "", source: "s", type: "t", severity: .info, time: Timestamp(seconds: 1), text: ""))
  }

  /// A stream that stays open after these messages.
  private static func stream(_ ids: String...) -> Behaviour {
    let events = ids.map { "event: message\ndata: \(message($0).json.text)\n\n" }.joined()
    return .raw(head + String(events.utf8.count, radix: 16) + "\r\n\(events)\r\n")
  }

  /// Runs one against a server until `body` is done.
  private func running(
    _ server: LoopbackServer, name: String = "bell", keep: @escaping @Sendable (Relayed) async -> RelayedFate?,
    _ body: (Guarded<[Upstream.UpstreamReport]>) async throws -> Void
  ) async throws {
    let reports = Guarded<[Upstream.UpstreamReport]>([])
    let engine = Engine()
    let source = Source(url: server.url, name: name, secret: Secret("s3cret"))
    let upstream = Upstream(source, engine: engine) { message in
      { await keep(message) }
    } report: { report in
      reports.withLock { $0.append(report) }
    }
    let task = Task { await upstream.run() }
    try await body(reports)
    task.cancel()
    await task.value
    await engine.close()
    server.stop()
  }

  private func fates(_ server: LoopbackServer) -> [String] { server.requests.filter { $0.method == "POST" }.map(\.text) }

  private func eventually(_ condition: () -> Bool) async -> Bool {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(20) {
      if condition() { return true }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return false
  }

  @Test func whatComesIsKeptAndItsFateTold() async throws {
    let server = try LoopbackServer.start { $0.method == "GET" ? Self.stream("a", "b") : .ok }
    try await running(server, name: "the bell/é") {
      RelayedFate(id: $0.id, state: .delivered, note: "rung")
    } _: { reports in
      #expect(await eventually { fates(server).count == 2 })
      #expect(
        Set(fates(server)) == ["a", "b"].map { #"{"id":"\#($0)","state":"delivered","note":"rung"}"# }.reduce(into: []) { $0.insert($1) })
      #expect(reports.withLock { $0 } == [.connected])
      for request in server.requests {
        #expect(request.path == "/v1/remotes/the%20bell%2F%C3%A9" && request.header("authorization") == "Bearer s3cret")
      }
    }
  }

  /// A bell that rings for the second customer before the first is nobody's wish.
  @Test func messagesAreHandedInInTheirOrder() async throws {
    let ids = (0..<200).map { "m\($0)" }
    let events = ids.map { "event: message\ndata: \(Self.message($0).json.text)\n\n" }.joined()
    let stream = Self.head + String(events.utf8.count, radix: 16) + "\r\n\(events)\r\n"
    let server = try LoopbackServer.start { $0.method == "GET" ? .raw(stream) : .ok }
    defer { server.stop() }
    let engine = Engine()
    let kept = Guarded<[String]>([])
    let upstream = Upstream(Source(url: server.url, name: "bell", secret: Secret("s3cret")), engine: engine) { message in
      // Some take their time: beside each other they would overtake.
      let start = ContinuousClock.now
      while message.id.hasSuffix("0"), ContinuousClock.now - start < .milliseconds(2) {}
      kept.withLock { $0.append(message.id) }
      return { nil }
    } report: { _ in
    }
    let task = Task { await upstream.run() }
    #expect(await eventually { kept.withLock { $0.count } == ids.count })
    #expect(kept.withLock { $0 } == ids)
    task.cancel()
    await task.value
    await engine.close()
  }

  /// A slow message does not hold up the next one: the lanes over there keep the order.
  @Test func messagesGoSideBySide() async throws {
    let server = try LoopbackServer.start { $0.method == "GET" ? Self.stream("slow", "quick") : .ok }
    try await running(server) { message in
      if message.id == "slow" { while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) } }
      return Task.isCancelled ? nil : RelayedFate(id: message.id, state: .delivered)
    } _: { _ in
      #expect(await eventually { !fates(server).isEmpty })
      #expect(fates(server).first?.contains("quick") == true)
    }
    #expect(fates(server).count == 1, "what was cancelled has no fate")
  }

  /// A fate that the hub could not take is told again; one that it refuses is not.
  @Test func aFateIsToldUntilItIsHeard() async throws {
    let tries = Atomic<Int>(0)
    let server = try LoopbackServer.start { request in
      guard request.method == "POST" else { return Self.stream("a", "b") }
      if request.text.contains("\"b\"") { return .answer(422) }
      return tries.wrappingAdd(1, ordering: .relaxed).newValue == 1 ? .answer(503) : .ok
    }
    try await running(server) {
      RelayedFate(id: $0.id, state: .delivered)
    } _: { _ in
      #expect(await eventually { fates(server).count == 3 })
      #expect(fates(server).filter { $0.contains("\"a\"") }.count == 2)
    }
  }

  /// The same message comes again while it is at work here: it is not kept twice.
  @Test func whatIsAtWorkIsNotKeptAgain() async throws {
    let kept = Atomic<Int>(0)
    let server = try LoopbackServer.start { $0.method == "GET" ? Self.stream("a", "a", "b") : .ok }
    try await running(server) { message in
      if message.id == "a" { kept.add(1, ordering: .relaxed) }
      if message.id == "a" { while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) } }
      return RelayedFate(id: message.id, state: .delivered)
    } _: { _ in
      #expect(await eventually { !fates(server).isEmpty })
      #expect(kept.load(ordering: .relaxed) == 1)
    }
  }

  /// Lines that are no messages are passed over; the stream goes on.
  @Test func nonsenseIsPassedOver() async throws {
    let good = "event: message\ndata: \(Self.message("good").json.text)\n\n"
    let events =
      ":\n\ndata: {\n\ndata: {}\n\ndata: {\"id\":\"x\"}\n\nevent: other\ndata: \(Self.message("other").json.text)\n\nnonsense\n\n" + good
    let server = try LoopbackServer.start {
      $0.method == "GET" ? .raw(Self.head + String(events.utf8.count, radix: 16) + "\r\n\(events)\r\n") : .ok
    }
    try await running(server) {
      RelayedFate(id: $0.id, state: .delivered)
    } _: { _ in
      #expect(await eventually { !fates(server).isEmpty })
      #expect(fates(server).count == 1 && fates(server)[0].contains("good"))
    }
  }

  /// It costs neither the line nor what comes behind it, and the other side hears of it.
  @Test func whatIsTooLargeIsTold() async throws {
    var big = Self.message("big")
    big.event.text = String(repeating: "x", count: Relayed.largest + 2_000)
    let events = [big, Self.message("small")].map { "event: message\ndata: \($0.json.text)\n\n" }.joined()
    let stream = Self.head + String(events.utf8.count, radix: 16) + "\r\n\(events)\r\n"
    let server = try LoopbackServer.start { $0.method == "GET" ? .raw(stream) : .ok }
    try await running(server) {
      RelayedFate(id: $0.id, state: .delivered)
    } _: { reports in
      #expect(await eventually { fates(server).count == 2 })
      let told = fates(server).compactMap { (try? JSON(parsing: $0)).flatMap(RelayedFate.init(json:)) }
      #expect(told.first { $0.id == "big" }?.fault == .oversized && told.first { $0.id == "small" }?.state == .delivered)
      #expect(reports.withLock { $0 } == [.connected])
    }
  }

  @Test(arguments: [
    (Behaviour.answer(401), Fault.Kind.unauthorized), (.answer(503), .unavailable), (.answer(200, body: ":\n\n"), .dropped),
    (.dropAtOnce, .dropped), (.garbage, .unintelligible), (.redirect(to: "https://example.com"), .unavailable),
  ])
  func whyThereIsNoStream(behaviour: Behaviour, kind: Fault.Kind) async throws {
    let server = try LoopbackServer.start { _ in behaviour }
    try await running(server) { _ in
      nil
    } _: { reports in
      #expect(await eventually { reports.withLock { $0.contains { if case .lost = $0 { true } else { false } } } })
      guard case .lost(let fault, let again) = reports.withLock({ $0.last }) else { return }
      #expect(fault.kind == kind, "\(fault)")
      #expect(again <= .seconds(1) && !fault.line.contains("s3cret"))
    }
  }

  /// After a lost connection it comes back by itself, and goes on.
  @Test func itComesBack() async throws {
    let visits = Atomic<Int>(0)
    let server = try LoopbackServer.start { request in
      guard request.method == "GET" else { return .ok }
      let text = Self.message("m").json.text
      return visits.wrappingAdd(1, ordering: .relaxed).newValue == 1
        ? .answerAndClose(200, body: ":\n\n")
        : .raw(
          Self.head + String(text.utf8.count + 8, radix: 16) + "\r\ndata: \(text)\n\n\r\n")
    }
    try await running(server) {
      RelayedFate(id: $0.id, state: .delivered)
    } _: { reports in
      #expect(await eventually { fates(server).count == 1 })
      let told = reports.withLock { $0 }
      #expect(told.count == 3 && told[0] == .connected && told[2] == .connected, "\(told)")
    }
  }
}
