import Bellhop
import Testing

@testable import Curl
@testable import Email

/// Connections to a mail server: how we call ourselves there, which are kept, and which not.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ConnectionTests {
  private func mail(_ server: MailServer, to: String = "ann@example.com", hello: String? = nil, timeout: Duration = .seconds(20)) -> Mail {
    Mail(
      server: server.address(), hello: hello, plaintext: true, from: "gw@example.com", to: to,
      message: Array("Subject: x\r\n\r\nx\r\n".utf8), timeout: timeout)
  }

  private func isAccepted(_ answer: MailAnswer) -> Bool { if case .accepted = answer { true } else { false } }

  private func connections(_ server: MailServer) -> [Int64] { server.mails.compactMap { $0["connection"]?.int } }

  @Test func weSayOurFullName() async throws {
    let server = try await MailServer()
    let engine = Engine()
    for name in [nil, "gw.example.com", "[192.0.2.7]", "[IPv6:2001:db8::7]", "bücher.example"] {
      #expect(isAccepted(await engine.send(mail(server, hello: name))))
    }
    let names = server.mails.compactMap { $0["hello"]?.string }
    #expect(names.first.map { $0.contains(".") || $0.hasPrefix("[") } == true, "\(names)")
    #expect(names.dropFirst() == ["gw.example.com", "[192.0.2.7]", "[IPv6:2001:db8::7]", "xn--bcher-kva.example"])
    guard case .failed(let fault, sent: false) = await engine.send(mail(server, hello: "a b")) else { return #expect(Bool(false)) }
    #expect(fault.kind == .misconfigured)
    await engine.close()
  }

  /// Its goodbye is to the connection, not to the mail that comes next.
  @Test(arguments: ["says", "silent"]) func aServerThatHasLeftIsDialledAgain(_ way: String) async throws {
    let server = try await MailServer("--tired", way)
    let pool = SMTPPool()
    for _ in 0..<3 {
      let answer = await pool.send(mail(server))
      #expect(isAccepted(answer), "\(answer)")
    }
    #expect(connections(server) == [1, 2, 3])
    pool.close()
  }

  /// Over a new connection the same word is an answer.
  @Test func aNewConnectionIsDialledOnce() async throws {
    let server = try await MailServer()
    let pool = SMTPPool()
    guard case .declined(code: 421, _) = await pool.send(mail(server, to: "closing@example.com")) else { return #expect(Bool(false)) }
    pool.close()
  }

  @Test func anIdleConnectionEnds() async throws {
    let server = try await MailServer()
    let pool = SMTPPool(keep: .milliseconds(300))
    #expect(isAccepted(await pool.send(mail(server))) && pool.idleCount == 1)
    #expect(isAccepted(await pool.send(mail(server))))
    #expect(connections(server) == [1, 1], "not at once")
    for _ in 0..<500 where pool.idleCount > 0 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(pool.idleCount == 0)
    #expect(isAccepted(await pool.send(mail(server))))
    #expect(connections(server) == [1, 1, 2])
    pool.close()
  }

  /// Whoever gives a mail up when it has just been taken hits nobody.
  @Test func anInterruptionThatComesTooLateHitsNobody() async throws {
    let server = try await MailServer()
    let key = try SMTPConnection.ConnectionKey(mail(server))
    let connection = try #require(SMTPConnection(key))
    connection.begin(1)
    #expect(isAccepted(await connection.perform(mail(server))))
    connection.interrupt(1)
    connection.begin(2)
    connection.interrupt(1)
    #expect(isAccepted(await connection.perform(mail(server))) && connection.isReusable)
    #expect(connections(server) == [1, 1])
    connection.begin(3)
    connection.interrupt(3)
    guard case .failed(let fault, sent: false) = await connection.perform(mail(server)) else { return #expect(Bool(false)) }
    #expect(fault.kind == .interrupted && !connection.isReusable)
  }
}
