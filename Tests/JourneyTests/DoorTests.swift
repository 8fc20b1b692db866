import Bellhop
import Foundation
import Loopback
import Testing

/// Who comes in at the built gateway's doors, and what they are told.
@Suite(.serialized) struct DoorJourneys {
  /// The answer's status and body.
  private func curl(_ arguments: String...) async throws -> (status: String, body: String) {
    let ended = try await Binary.run(
      ["-sS", "-m", "20", "-w", "\n%{http_code}"] + arguments, executable: try Tool.path("curl"))
    let lines = ended.out.components(separatedBy: "\n")
    return (lines.last ?? "", lines.dropLast().joined(separator: "\n") + ended.err)
  }

  @Test func wrongProofsAreCounted() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      senders: { shop: { secret: 0123456789abcdef }, chat: { use: slack, secret: fedcba9876543210 } }
      transports: { log: { use: stdout } }
      unrouted: log
      """)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let base = "http://127.0.0.1:\(port)"
    for _ in 0..<3 {
      #expect(try await curl("-H", "Authorization: Bearer wrong", "-d", "{}", "\(base)/v1/events").status == "401")
    }
    #expect(try await curl("-d", "{}", "\(base)/hooks/chat/wrong").status == "403")
    #expect(
      try await curl("-H", "Authorization: Bearer 0123456789abcdef", "-H", "Content-Type: text/plain", "-d", "a", "\(base)/v1/events")
        .status == "202")
    let page = try await curl("--unix-socket", gateway.socket, "http://localhost/metrics").body
    let lines = page.split(separator: "\n").filter { $0.contains("bellhop_wrong_proofs_total") }.map(String.init)
    #expect(
      lines == [
        "# HELP bellhop_wrong_proofs_total Requests with a wrong token, key or signature, by what they wanted, and whether their address was told to wait.",
        "# TYPE bellhop_wrong_proofs_total counter", #"bellhop_wrong_proofs_total{route="events",slowed="no"} 3"#,
        #"bellhop_wrong_proofs_total{route="slack",slowed="no"} 1"#,
      ])
    #expect(await gateway.stop() == 0)
  }

  // MARK: TLS

  /// A client that stays: `openssl s_client` over one connection.
  private final class Caller {
    private let process = Process()
    private let (out, input) = (Pipe(), Pipe())

    init(port: Substring, trusting file: String) throws {
      process.executableURL = URL(filePath: try Tool.path("openssl"))
      process.arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-quiet", "-verify_return_error", "-CAfile", file]
      process.standardOutput = out
      process.standardInput = input
      process.standardError = FileHandle.nullDevice
      try process.run()
    }

    deinit { process.terminate() }

    /// Until the body of a small answer is there.
    func ask() throws -> String {
      try input.fileHandleForWriting.write(contentsOf: Data("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
      var answer = ""
      while !answer.contains("}"), case let piece = out.fileHandleForReading.availableData, !piece.isEmpty {
        answer += String(decoding: piece, as: UTF8.self)
      }
      return answer
    }
  }

  @Test func theListenerSpeaksTLS() async throws {
    let folder = try Folder()
    let (old, new) = (try TestCertificate(in: folder.path, named: "old"), try TestCertificate(in: folder.path, named: "new"))
    let (certificate, key) = ("\(folder.path)/cert.pem", "\(folder.path)/key.pem")
    try old.install(certificate: certificate, key: key)
    try folder.write(
      """
      server: { listen: "127.0.0.1:0", tls: { certificate: cert.pem, key: key.pem } }
      senders: { shop: { secret: 0123456789abcdef } }
      readers: fedcba9876543210
      transports: { log: { use: stdout } }
      unrouted: log
      """)
    let checked = try await Binary.run(["check", "--config", folder.config])
    #expect(checked.status == 0 && checked.out.contains("with TLS"), "\(checked)")
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let base = "https://127.0.0.1:\(port)"
    func health(_ trusting: TestCertificate, _ more: String...) async throws -> String {
      let ended = try await Binary.run(
        ["-sS", "-m", "20", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", trusting.certificate] + more + ["\(base)/healthz"],
        executable: try Tool.path("curl"))
      return ended.out
    }
    #expect(try await health(old) == "200")
    #expect(try await health(old, "--tls-max", "1.2") == "200")
    #expect(try await health(old, "--tlsv1.3") == "200")
    #expect(try await health(old, "--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0") == "000")
    #expect(try await health(new) == "000", "nobody else's")
    let many = (0..<400).map { "{\"type\":\"a.b\",\"text\":\"\(String(repeating: "x", count: 1_000))\($0)\"}\n" }.joined()
    try Data(many.utf8).write(to: URL(filePath: "\(folder.path)/many"))
    let post = try await curl(
      "--cacert", old.certificate, "-H", "Authorization: Bearer 0123456789abcdef", "-H", "Content-Type: application/x-ndjson",
      "--data-binary",
      "@\(folder.path)/many", "\(base)/v1/events")
    #expect(post.status == "202", "\(post.body.prefix(300))")
    let page = try await curl("-i", "--cacert", old.certificate, "-u", "x:fedcba9876543210", "\(base)/events/1")
    #expect(page.status == "200" && page.body.lowercased().contains("strict-transport-security: max-age="), "\(page.body.prefix(900))")

    // Who says it in the open is told so, and nothing of it is taken.
    let plain = try await curl("-H", "Authorization: Bearer 0123456789abcdef", "-d", "a", "http://127.0.0.1:\(port)/v1/events")
    #expect(plain.status == "400" && plain.body.contains("this port speaks https"), "\(plain)")

    // Another pair: who is connected stays connected.
    let caller = try Caller(port: port, trusting: old.certificate)
    #expect(try caller.ask().hasPrefix("HTTP/1.1 200"))
    try new.install(certificate: certificate, key: key)
    let reload = try await Binary.run(["reload", "--config", folder.config])
    #expect(reload.status == 0, "\(reload)")
    #expect(try caller.ask().hasPrefix("HTTP/1.1 200"))
    #expect(try await health(new) == "200")
    #expect(try await health(old) == "000")

    // Two that do not belong together: the old ones stay.
    try Data(old.keyBytes).write(to: URL(filePath: key))
    for command in ["reload", "check"] {
      let ended = try await Binary.run([command, "--config", folder.config])
      #expect(
        ended.status == 1
          && (ended.out + ended.err).contains("bellhop.yaml:1:69: server.tls.key: the key does not belong to the certificate"), "\(ended)")
    }
    #expect(try await health(new) == "200")
    #expect(try caller.ask().hasPrefix("HTTP/1.1 200"))
    #expect(await gateway.stop() == 0)
  }

  /// A reader of one role, and an operator who changes something from elsewhere and is written down.
  @Test func readersHaveNames() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      senders: { shop: { secret: 0123456789abcdef } }
      readers:
        money: { secret: money-money-money, only: [finance] }
        oncall: { secret: oncall-oncall-oncall, role: operator }
      transports: { log: { use: stdout } }
      channels: { a: { log: {} } }
      roles:
        finance: [{ match: { type: "payment.*" }, to: a }]
        ops: [{ to: log }]
      """)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    let base = "http://127.0.0.1:\(port)"
    let post = #"[{"type":"payment.failed","id":"p1","subject":"ann"},{"type":"server.down","id":"s1","subject":"n33dle"}]"#
    #expect(
      try await curl(
        "-H", "Authorization: Bearer 0123456789abcdef", "-H", "Content-Type: application/json", "-d", post, "\(base)/v1/events"
      ).status == "202")
    let money = ["-H", "Authorization: Bearer money-money-money"]
    let events = try await curl(money[0], money[1], "\(base)/v1/events")
    #expect(events.status == "200" && events.body.contains("payment.failed") && !events.body.contains("n33dle"), "\(events)")
    let one = try await curl(money[0], money[1], "\(base)/v1/events/p1").body
    #expect(one.contains(#""role":"finance""#) && !one.contains(#""role":"ops""#) && !one.contains("role ops"), "\(one)")
    #expect(try await curl(money[0], money[1], "\(base)/v1/events/s1").status == "404")
    #expect(try await curl(money[0], money[1], "-X", "POST", "\(base)/v1/reload").status == "403")
    let reload = try await curl("-H", "Authorization: Bearer oncall-oncall-oncall", "-X", "POST", "\(base)/v1/reload")
    #expect(reload.status == "200", "\(reload)")
    #expect(await gateway.stop() == 0)
    let lines = gateway.log.split(separator: "\n").filter { $0.contains("changed by hand") }
    #expect(lines.count == 1 && lines[0].hasSuffix(#"by="token" result="done" what="reload" who="oncall""#), "\(lines)")
  }
}
