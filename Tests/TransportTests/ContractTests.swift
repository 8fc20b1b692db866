import Bellhop
import Curl
import Glibc
import Loopback
import Testing

/// What every transport promises, met by each against a server that misbehaves.
@Suite struct ContractTests {
  private let engine = Engine()

  private func attempt(_ number: Int = 1, timeout: Duration = .seconds(5)) -> Attempt {
    Attempt(number: number, at: Samples.time, timeout: timeout)
  }

  private func send(_ subject: Subject, to server: LoopbackServer, timeout: Duration = .seconds(5)) async -> Outcome {
    await subject.transport(server.url, engine).send(Samples.brief, to: subject.target, attempt(timeout: timeout))
  }

  @Test func everyPluginIsHere() throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var folders: Set<String> = []
    let directory = try #require(opendir("/\(root)/Plugins"))
    defer { closedir(directory) }
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { folders.insert(name) }
    }
    #expect(folders == Set(Subject.all.map(\.folder)))
  }

  @Test(arguments: Subject.all) func itsOwnSettingsAreGood(_ subject: Subject) {
    let kind = subject.kind(engine)
    let values = subject.values("http://127.0.0.1:1", engine)
    #expect(kind.check(values) == [])
    #expect(kind.checkTarget(subject.target, values) == [])
    let names = kind.settings.map(\.name)
    #expect(values.entries.keys.allSatisfy(names.contains))
    #expect(Set(names).count == names.count && (kind.settings + kind.target).allSatisfy { !$0.doc.isEmpty && !$0.example.isEmpty })
  }

  @Test(arguments: Subject.all) func delivers(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in subject.accepts ?? .ok }
    let outcome = await send(subject, to: server)
    #expect(outcome.word == (subject.isReachable ? "delivered" : subject.unreachable), "\(outcome)")
    #expect(server.requests.count == (subject.accepts == nil ? 0 : 1))
  }

  /// A kind that is one request is pure: equal messages make equal requests, and an answer is read without anybody being asked.
  @Test(arguments: Subject.http) func itsAttemptsAreOneRequest(_ subject: Subject) throws {
    let transport = subject.transport("http://127.0.0.1:1", engine)
    guard let requests = transport as? any RequestTransport else {
      // Mail and brokers speak with their server.
      #expect(["Email", "MQTT"].contains(subject.folder), "\(subject.folder)")
      return
    }
    let first = try requests.request(Samples.brief, to: subject.target, attempt()).get()
    let second = try requests.request(Samples.brief, to: subject.target, attempt()).get()
    #expect(first.url == second.url && first.method == second.method && first.body == second.body && first.headers == second.headers)
    #expect(first.timeout == .seconds(5) && first.url.hasPrefix("http://127.0.0.1:1"))
    var once = attempt()
    once.mayRepeat = false
    #expect(try requests.request(Samples.brief, to: subject.target, once).get().once)
    func outcome(_ answer: Answer) -> Outcome { requests.outcome(of: answer, to: subject.target, attempt()) }
    #expect(outcome(.failed(Fault(.timeout, "late"), sent: true)) == .unclear(Fault(.timeout, "late")))
    #expect(outcome(.failed(Fault(.unreachable, "nobody"), sent: false)) == .postponed(Fault(.unreachable, "nobody")))
    #expect(outcome(.response(Response(status: 502))).word == "postponed")
    guard case .postponed(let fault, let wait) = outcome(.response(Response(status: 429, retryAfter: .seconds(7)))) else {
      Issue.record("a 429 is not postponed")
      return
    }
    #expect(fault.kind == .throttled && wait == .seconds(7))
  }

  /// A kept connection that ends without an answer: of a message that may arrive once only, libcurl does not make two.
  @Test(arguments: Subject.http) func whatMayNotRepeatGoesOutOnce(_ subject: Subject) async throws {
    let isSecond = Guarded(false)
    let server = try LoopbackServer.start { _ in isSecond.withLock { $0 } ? .dropAtOnce : subject.accepts ?? .ok }
    #expect(await send(subject, to: server).word == "delivered")
    isSecond.withLock { $0 = true }
    var once = attempt()
    once.mayRepeat = false
    let outcome = await subject.transport(server.url, engine).send(Samples.brief, to: subject.target, once)
    #expect(outcome.word == "unclear" && server.requests.count == 2, "\(outcome), \(server.requests.count) requests")
  }

  @Test(arguments: Subject.http) func aRefusalIsFinal(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .answer(400, body: "no") }
    let outcome = await send(subject, to: server)
    // A page may know what its vendor means by a 400.
    #expect(outcome.word == "refused" && (subject.folder == "Catalogue" || outcome.fault == Fault(.rejected, "the server answered 400")))
  }

  @Test(arguments: Subject.http) func aServerInTroubleIsTriedAgain(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .answer(502, body: "<html>bad gateway</html>") }
    let outcome = await send(subject, to: server)
    #expect(outcome.word == "postponed" && outcome.fault?.kind == .unavailable)
  }

  @Test(arguments: Subject.http) func aHangEndsInTime(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .hang }
    let start = ContinuousClock.now
    let outcome = await send(subject, to: server, timeout: .milliseconds(200))
    #expect(outcome.word == "unclear" && outcome.fault?.kind == .timeout, "\(outcome)")
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  @Test(arguments: Subject.http) func cancellationIsPrompt(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .hang }
    let task = Task { await send(subject, to: server, timeout: .seconds(60)) }
    await server.waitFor(1)
    let start = ContinuousClock.now
    task.cancel()
    #expect(await task.value.word == "unclear")
    // No part of the minute that it had; how soon is what benchmarks measure.
    #expect(ContinuousClock.now - start < .seconds(15))
  }

  @Test(arguments: Subject.http) func aBrokenAnswerIsUnclear(_ subject: Subject) async throws {
    for behaviour in [Behaviour.dropMidAnswer, .dropAtOnce] {
      let server = try LoopbackServer.start { _ in behaviour }
      let outcome = await send(subject, to: server)
      #expect(outcome.word == "unclear" && outcome.fault?.kind == .dropped, "\(behaviour): \(outcome)")
    }
  }

  @Test(arguments: Subject.http) func aClosedDoorIsTriedAgain(_ subject: Subject) async throws {
    let server = try LoopbackServer.closingOnAccept()
    let outcome = await send(subject, to: server)
    #expect(["postponed", "unclear"].contains(outcome.word), "\(outcome)")
  }

  @Test(arguments: Subject.http) func nobodyThereIsUnreachable(_ subject: Subject) async throws {
    let (fd, port) = try Socket.listen()
    close(fd)
    let transport = subject.transport("http://127.0.0.1:\(port)", engine)
    let outcome = await transport.send(Samples.brief, to: subject.target, attempt())
    #expect(outcome.word == "postponed" && outcome.fault?.kind == .unreachable, "\(outcome)")
  }

  @Test(arguments: Subject.http) func theWordOnWaitingIsKept(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .throttled(seconds: 7) }
    guard case .postponed(let fault, let wait) = await send(subject, to: server) else {
      Issue.record("a 429 is postponed")
      return
    }
    #expect(fault.kind == .throttled && wait == .seconds(7))
  }

  @Test(arguments: Subject.http) func theWordOnWaitingMayBeADate(_ subject: Subject) async throws {
    var moment = time(nil) + 60
    var parts = tm()
    gmtime_r(&moment, &parts)
    var buffer = [CChar](repeating: 0, count: 64)
    let length = strftime(&buffer, buffer.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    let date = String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let server = try LoopbackServer.start { _ in .throttled(until: date) }
    guard case .postponed(let fault, let wait?) = await send(subject, to: server) else {
      Issue.record("a 429 with a date is postponed until then")
      return
    }
    #expect(fault.kind == .throttled && (.seconds(50)...(.seconds(61))).contains(wait), "\(wait)")
  }

  @Test(arguments: Subject.http.filter { $0.error != nil }) func a200WithAnErrorInItIsAnError(_ subject: Subject) async throws {
    let error = try #require(subject.error)
    let server = try LoopbackServer.start { _ in .answer(200, body: error.body) }
    let outcome = await send(subject, to: server)
    #expect(outcome.word == "refused" && outcome.fault?.kind == error.kind, "\(outcome)")
  }

  @Test(arguments: Subject.http) func a200WithoutSense(_ subject: Subject) async throws {
    for body in ["<html>log in to the hotel's wifi</html>", "", "[]", "{", "\u{0}\u{1}", String(repeating: "[", count: 50_000)] {
      let server = try LoopbackServer.start { _ in .answer(200, body: body) }
      let outcome = await send(subject, to: server)
      #expect(outcome.word == subject.nonsense, "\(body.prefix(20)): \(outcome)")
    }
  }

  @Test(arguments: Subject.http) func whatIsNotHTTPIsNotDelivered(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .garbage }
    let outcome = await send(subject, to: server)
    #expect(outcome.word == "unclear", "\(outcome)")
  }

  /// Its beginning is as good as a 200 without sense.
  @Test(arguments: Subject.http) func ofAnEndlessAnswerTheBeginningCounts(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .tooLong(10 << 20) }
    let outcome = await send(subject, to: server)
    #expect(outcome.word == subject.nonsense, "\(outcome)")
  }

  /// A long page of error text does not hide what the status and `Retry-After` say.
  @Test(arguments: Subject.http) func aThrottlingAnswerOfAnyLengthIsObeyed(_ subject: Subject) async throws {
    let page = String(repeating: "please slow down ", count: 60_000)
    let server = try LoopbackServer.start { _ in .answer(429, headers: ["Retry-After": "7"], body: page) }
    guard case .postponed(let fault, let wait) = await send(subject, to: server) else {
      Issue.record("it is not postponed")
      return
    }
    #expect(fault.kind == .throttled && wait == .seconds(7))
  }

  /// Nor does a page that breaks off: its head has said what became of the message.
  @Test(arguments: Subject.http) func aThrottlingAnswerThatBreaksOffIsObeyed(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in
      .raw("HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 500\r\n\r\n{\"slow")
    }
    guard case .postponed(let fault, let wait) = await send(subject, to: server, timeout: .milliseconds(300)) else {
      Issue.record("it is not postponed")
      return
    }
    #expect(fault.kind == .throttled && wait == .seconds(7))
  }

  @Test(arguments: Subject.http) func aRedirectIsNotFollowed(_ subject: Subject) async throws {
    let server = try LoopbackServer.start { _ in .redirect(to: "http://127.0.0.1:1/") }
    let outcome = await send(subject, to: server)
    #expect(outcome.word == "refused" && outcome.fault?.kind == .misconfigured && server.requests.count == 1, "\(outcome)")
  }

  @Test(arguments: Subject.http) func everyAttemptCarriesTheSameID(_ subject: Subject) async throws {
    let accepts = try #require(subject.accepts)
    let server = try LoopbackServer.start { _ in accepts }
    let transport = subject.transport(server.url, engine)
    for number in 1...2 { _ = await transport.send(Samples.brief, to: subject.target, attempt(number)) }
    #expect(server.requests.count == 2)
    for request in server.requests {
      #expect(request.header("webhook-id") == "e1-42" || request.text.contains(#""block_id":"e1-42""#))
    }
  }

  @Test(arguments: Subject.all) func noSecretIsSeen(_ subject: Subject) async throws {
    let behaviours: [Behaviour] = [
      subject.accepts ?? .ok, .answer(400, body: "no_\(Subject.needle)"), .answer(401, body: Subject.needle),
      .answer(200, body: #"{"ok":false,"error":"no_\#(Subject.needle)","needed":"\#(Subject.needle)-x"}"#), .dropMidAnswer, .garbage,
      .tooLong(10 << 20), .redirect(to: "http://\(Subject.needle).example/"), .throttled(seconds: 1),
    ]
    let values = subject.values("http://127.0.0.1:1", engine)
    let transport = subject.kind(engine).make(values)
    var seen = "\(values) \(String(reflecting: values))"
    dump(values, to: &seen)
    dump(transport, to: &seen)
    for behaviour in behaviours {
      let server = try LoopbackServer.start { _ in behaviour }
      let outcome = await send(subject, to: server)
      seen += "\n\(outcome) \(outcome.fault?.description ?? "")"
    }
    let gone = await transport.send(Samples.brief, to: subject.target, attempt())
    seen += "\n\(gone)"
    // A vendor may echo anything; only words of its own alphabet are repeated, and these two hold the needle in such a word.
    let echoes = seen.replacing("no_\(Subject.needle)", with: "")
    #expect(!echoes.contains(Subject.needle), "\(echoes)")
    #expect(seen.split(separator: "\n").count > behaviours.count)
  }
}
