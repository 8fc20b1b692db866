import Bellhop
import Senders
import Store
import Testing

@testable import Web

/// `GET /v1/capture/SENDER`: looking on through the unix socket.
@Suite struct CaptureTests {
  private static let chat = Sender(
    name: "chat", dialect: Dialect.named("slack") ?? .api, secrets: [Secret("key-of-chat-1")], rate: Rate(5, per: .seconds(3_600)))
  private static let settings = SiteSettings(senders: [Sender(name: "shop", secrets: [Secret("token-of-shop")]), chat])
  private static func look(_ name: String) -> String { "GET /v1/capture/\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n" }

  private static func read(_ wire: Wire, until text: String) throws -> String {
    var all = ""
    while !all.contains(text) {
      let piece = try wire.piece()
      if piece.isEmpty { break }
      all += piece
    }
    return all
  }

  /// Looks on, posts, and reads what is seen until that text is there.
  private func seen(_ sender: String, _ path: String, _ body: String, _ headers: [String: String] = [:], until text: String) async throws
    -> String
  {
    let seen = Guarded("")
    try await withSocket(Self.settings) { running, socket in
      try await onThread {
        let eye = try Wire(path: socket)
        eye.send(Self.look(sender))
        _ = try Self.read(eye, until: ":\n\n")
        _ = try Wire(port: running.port).ask("POST", path, headers, body)
        let text = try Self.read(eye, until: text)
        seen.withLock { $0 = text }
      }
    }
    return seen.withLock { $0 }
  }

  @Test func whatComesInAndWhatItBecomes() async throws {
    let text = try await seen("chat", "/hooks/chat/key-of-chat-1?x=1", #"{"text":"hello key-of-chat-1"}"#, until: "\n\n")
    #expect(text.contains("data: {") && text.contains(#""path":"/hooks/chat/•••""#) && text.contains(#""query":{"x":"1"}"#))
    #expect(text.contains(#""body":{"text":"hello •••"}"#) && text.contains(#""type":"message""#) && !text.contains("key-of-chat"))
  }

  @Test func whyItIsRefused() async throws {
    let unreadable = try await seen("chat", "/hooks/chat/key-of-chat-1", "{", until: "\n\n")
    #expect(unreadable.contains(#""refused":{"status":400,"title":"invalid_payload"}"#) && unreadable.contains(#""body":"{""#))
    let unproven = try await seen("chat", "/hooks/chat/key-of-before", #"{"text":"private"}"#, until: "\n\n")
    #expect(unproven.contains(#""refused":{"status":401"#) && !unproven.contains("private") && !unproven.contains("key-of-before"))
    let lost = try await seen("chat", "/services/T/B/key-of-before", #"{"text":"private"}"#, until: "\n\n")
    #expect(lost.contains(#""path":"/services/T/B/•••""#) && lost.contains("401") && !lost.contains("private"))
    let method = try await seen("chat", "/hooks/chat/key-of-chat-1", "x", ["Content-Encoding": "gzip"], until: "\n\n")
    #expect(method.contains(#""status":415"#) && !method.contains(#""body""#))
  }

  @Test func ownFormIsSeenToo() async throws {
    let headers = ["Authorization": "Bearer token-of-shop", "Content-Type": "application/json"]
    let text = try await seen("shop", "/v1/events", #"{"type":"user.registered"}"#, headers, until: "\n\n")
    #expect(
      text.contains(#""authorization":"Bearer •••""#) && text.contains(#""type":"user.registered""#) && !text.contains("token-of-shop"))
    let wrong = try await seen("shop", "/v1/events", #"{"typ":"x"}"#, headers, until: "\n\n")
    #expect(wrong.contains(#""refused":{"status":422"#) && wrong.contains("/typ"))
  }

  @Test func whoMayLookOn() async throws {
    try await withSocket(Self.settings) { running, socket in
      try await onThread {
        let outside = try Wire(port: running.port)
        #expect(try outside.ask("GET", "/v1/capture/chat", ["Authorization": "Bearer token-of-shop"])?.status == 403)
        let wire = try Wire(path: socket)
        let missing = try wire.ask("GET", "/v1/capture/chta")
        #expect(missing?.status == 404 && missing?.body.contains("did you mean chat?") == true)
        #expect(
          try wire.ask("HEAD", "/v1/capture/chat")?.status == 405
            && wire.ask("POST", "/v1/capture/chat", [:], "{}")?.headers["allow"] == "GET")
        var eyes: [Wire] = []
        for _ in 0..<Captures.most {
          let eye = try Wire(path: socket)
          eye.send(Self.look("chat"))
          _ = try Self.read(eye, until: ":\n\n")
          eyes.append(eye)
        }
        #expect(try wire.ask("GET", "/v1/capture/chat")?.status == 503)
        for eye in eyes { eye.reset() }
        // Their going is noticed a little later.
        var tries = 0
        while tries < 10_000, try !Wire(path: socket).begins(capture: "chat") { tries += 1 }
        #expect(tries < 10_000)
      }
    }
  }

  /// Who does not read gets no queue without an end, and hears how many were left out.
  @Test func theSlowMissSomeAndAreTold() async throws {
    var settings = Self.settings
    settings.senders[1] = Sender(name: "chat", dialect: Self.chat.dialect, secrets: Self.chat.secrets)
    try await withSocket(settings) { running, socket in
      try await onThread {
        let eye = try Wire(path: socket)
        eye.send(Self.look("chat"))
        _ = try Self.read(eye, until: ":\n\n")
        let wire = try Wire(port: running.port)
        let body = #"{"text":"\#(String(repeating: "x", count: 12_000))"}"#
        for _ in 0..<200 { #expect(try wire.ask("POST", "/hooks/chat/key-of-chat-1", [:], body)?.status == 200, "nobody waits for it") }
        var all = ""
        while !all.contains(#"{"missed":"#) {
          let piece = try eye.piece()
          if piece.isEmpty { break }
          all += piece
          // It comes with the next, once there is room again.
          if all.count > 200_000 { _ = try wire.ask("POST", "/hooks/chat/key-of-chat-1", [:], #"{"text":"last"}"#) }
        }
        #expect(all.contains(#"data: {"missed":"#))
      }
    }
  }

  /// Without anybody who looks on, nothing is made.
  @Test func whoGoesIsForgotten() {
    let captures = Captures()
    #expect(captures.isIdle)
    var stream = captures.open(Self.chat)
    #expect(!captures.isIdle && stream != nil)
    stream = nil
    #expect(captures.isIdle)
  }
}

extension Wire {
  /// Whether one may look on now.
  fileprivate func begins(capture name: String) throws -> Bool {
    send("GET /v1/capture/\(name) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return try piece().hasPrefix("HTTP/1.1 200")
  }
}
