import Bellhop
import Foundation
import Loopback
import Testing

@testable import Curl

// TLS is spoken by a real nginx.
extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct TLSTests {
    /// Waits until nginx listens: the file of its socket appears a moment before it does.
    private func ready(_ engine: Engine, _ nginx: Nginx, http2: Bool = false) async throws -> Request {
      let request = Request(
        "POST", "https://localhost/", body: Array("x".utf8), http2: http2, unixSocket: nginx.socket, caFile: nginx.caFile)
      for _ in 0..<500 {
        if await engine.send(request).response != nil { return request }
        try await Task.sleep(for: .milliseconds(10))
      }
      let log = (try? String(contentsOf: nginx.folder.appending(path: "log"), encoding: .utf8)) ?? "no log"
      throw Fault(.internal, "nginx does not listen: \(log)")
    }

    @Test func strangersAreNotTrusted() async throws {
      let nginx = try Nginx()
      try await Engine.with { engine in
        var request = try await ready(engine, nginx)
        request.caFile = nil
        let stranger = await engine.send(request)
        #expect(stranger.fault?.kind == .tls && stranger.sent == false)
        #expect(stranger.fault?.line.contains("self-signed certificate") == true)
        request.caFile = nginx.caFile
        request.url = "https://127.0.0.1/"
        let other = await engine.send(request)
        #expect(other.fault?.kind == .tls && other.sent == false, "another name than the certificate's")
        request.caFile = nginx.folder.path + "/none.pem"
        let missing = await engine.send(request)
        #expect(missing.fault?.kind == .misconfigured && missing.sent == false)
        #expect(missing.fault?.line.contains("none.pem") == true)
      }
    }

    @Test func http2IsAnOption() async throws {
      let nginx = try Nginx()
      func ask(_ engine: Engine, _ request: Request) async throws -> String {
        String(decoding: try #require(await engine.send(request).response).body, as: UTF8.self)
      }
      try await Engine.with { engine in
        let request = try await ready(engine, nginx)
        #expect(try await ask(engine, request) == "HTTP/1.1")
      }
      try await Engine.with { engine in
        var request = try await ready(engine, nginx, http2: true)
        #expect(try await ask(engine, request) == "HTTP/2.0")
        request.http2 = false
        #expect(try await ask(engine, request) == "HTTP/1.1")
      }
    }

    @Test func http2SharesAConnection() async throws {
      let nginx = try Nginx()
      try await Engine.with { engine in
        // Without a body: this nginx answers before it has read one, and libcurl 7.88 may then break the connection that all share.
        var bare = try await ready(engine, nginx, http2: true)
        bare.method = "GET"
        bare.body = []
        let many = bare
        let connections = await withTaskGroup(of: String?.self) { group in
          for _ in 0..<100 {
            group.addTask { await engine.send(many).response?.header("X-Connection") }
          }
          return await group.reduce(into: [String: Int]()) { $0[$1 ?? "failed", default: 0] += 1 }
        }
        #expect(connections["failed"] == nil)
        #expect(connections.count == 1)
      }
    }

    @Test(arguments: [false, true]) func anAnswerBeforeTheBodyWasReadCounts(_ http2: Bool) async throws {
      let nginx = try Nginx()
      try await Engine.with { engine in
        var request = try await ready(engine, nginx, http2: http2)
        request.body = [UInt8](repeating: 1, count: 3 << 20)
        request.timeout = .seconds(5)
        for _ in 0..<5 {
          let answer = await engine.send(request)
          #expect(answer.response?.status == 413, "\(answer)")
        }
      }
    }

    /// The whole way: CONNECT to the proxy, TLS with the server behind it, the certificate checked against the server's name.
    @Test func httpsGoesThroughATunnel() async throws {
      let nginx = try Nginx()
      let direct = try await Engine.with { try await ready($0, nginx) }
      let proxy = try Tunnel(toUnixSocket: nginx.socket)
      try await Engine.with(proxies: ["https_proxy": proxy.url]) { engine in
        var request = direct
        request.unixSocket = nil
        request.url = "https://localhost:8443/"
        request.headers.append(.init("Authorization", "Bearer t0ken"))
        #expect(await engine.send(request).response.map { String(decoding: $0.body, as: UTF8.self) } == "HTTP/1.1")
        request.url = "https://another.example/"
        #expect(await engine.send(request).fault?.kind == .tls, "the certificate is another name's")
      }
      #expect(proxy.requests.first?.hasPrefix("CONNECT localhost:8443 HTTP/1.1\r\n") == true)
      #expect(proxy.requests.allSatisfy { !$0.contains("t0ken") }, "a proxy of a tunnel does not see headers")
    }
  }
}
