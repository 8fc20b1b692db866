import Bellhop
import Glibc
import Senders
import Testing

@testable import Web

@Suite struct SocketTests {
  @Test func onlyTheOwnerMayOpenItAndItGoesAgain() async throws {
    try await withFolder { folder in
      let path = folder + "/bellhop.sock"
      let senders = [Sender(name: "shop", secrets: [Secret("s")])]
      try await withSite(SiteSettings(socketPath: path, senders: senders)) { running in
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o7777 == 0o600 && status.st_mode & S_IFMT == S_IFSOCK)
        try await onThread {
          let wire = try Wire(path: path)
          #expect(try wire.post(#"{"text":"a"}"#, ["Host": "anything"])?.status == 202)
          #expect(try wire.post(#"{"text":"b"}"#, ["X-Bellhop-Sender": "shop"])?.status == 202)
          #expect(try wire.post(#"{"text":"c"}"#, ["X-Bellhop-Sender": "shp"])?.status == 422)
        }
        #expect(running.desk.events.map(\.sender) == ["local", "shop"])
        // A second gateway does not take a living socket away.
        let twin = Site(settings: SiteSettings(port: 0, socketPath: path), desk: FakeDesk(), logger: quietLogger, now: wallClock)
        await #expect(throws: SiteError.self) { try await twin.run() }
      }
      #expect(access(path, F_OK) != 0)
    }
  }

  /// A sender with a host name of its own takes what comes under that name, but not the command line's requests.
  @Test func aSendersHostIsNotTheSockets() async throws {
    try await withFolder { folder in
      let path = folder + "/bellhop.sock"
      let chat = Sender(name: "chat", dialect: Dialect.named("slack") ?? .api, secrets: [Secret("key")], hosts: ["localhost"])
      try await withSite(SiteSettings(socketPath: path, senders: [chat])) { running in
        try await onThread {
          let wire = try Wire(path: path)
          #expect(try wire.ask("GET", "/healthz", ["Host": "localhost"])?.status == 200)
          #expect(try wire.post(#"{"text":"a"}"#, ["Host": "localhost"])?.status == 202)
          #expect(try Wire(port: running.port).post(#"{"text":"b"}"#, ["Host": "localhost"])?.status == 403)
        }
        #expect(running.desk.events.map(\.sender) == ["local"])
      }
    }
  }

  @Test func aStaleSocketIsReplacedAndAFileIsNot() async throws {
    try await withFolder { folder in
      let path = folder + "/bellhop.sock"
      // Bound and left behind, as after a kill.
      let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
      }
      close(descriptor)
      try await withSite(SiteSettings(socketPath: path)) { _ in
        let status = try await onThread { try Wire(path: path).ask("GET", "/healthz")?.status }
        #expect(status == 200)
      }
      let file = open(path, O_CREAT | O_WRONLY, 0o600)
      close(file)
      let site = Site(settings: SiteSettings(port: 0, socketPath: path), desk: FakeDesk(), logger: quietLogger, now: wallClock)
      do {
        try await site.run()
        #expect(Bool(false), "it ran")
      } catch {
        #expect("\(error)" == "\(path) is there and is no socket: move it away")
      }
    }
  }

  /// A gateway that was killed while it started left a folder behind; a young one may be another's that starts now.
  @Test func foldersOfTheKilledGo() async throws {
    try await withFolder { folder in
      for name in [".bh-killed", ".bh-starts", ".bh-notours"] { mkdir("\(folder)/\(name)", 0o700) }
      close(open("\(folder)/.bh-killed/s", O_CREAT | O_WRONLY, 0o600))
      for name in [".bh-killed", ".bh-notours"] {
        var times = [timeval(tv_sec: time(nil) - 120, tv_usec: 0), timeval(tv_sec: time(nil) - 120, tv_usec: 0)]
        #expect(utimes("\(folder)/\(name)", &times) == 0)
      }
      // Young for as long as this takes.
      var young = [timeval(tv_sec: time(nil) + 3_600, tv_usec: 0), timeval(tv_sec: time(nil) + 3_600, tv_usec: 0)]
      #expect(utimes("\(folder)/.bh-starts", &young) == 0)
      try await withSite(SiteSettings(socketPath: folder + "/bellhop.sock")) { _ in
        #expect([".bh-killed", ".bh-starts", ".bh-notours"].map { access("\(folder)/\($0)", F_OK) == 0 } == [false, true, true])
      }
    }
  }

  @Test func aPathThatLinuxCannotTakeIsTold() async throws {
    try await withFolder { folder in
      let path = folder + "/" + String(repeating: "x", count: 100)
      let site = Site(settings: SiteSettings(port: 0, socketPath: path), desk: FakeDesk(), logger: quietLogger, now: wallClock)
      await #expect(throws: SiteError.self) { try await site.run() }
    }
  }

  @Test func aTakenPortIsTold() async throws {
    try await withSite { running in
      let twin = Site(settings: SiteSettings(port: running.port), desk: FakeDesk(), logger: quietLogger, now: wallClock)
      do {
        try await twin.run()
        #expect(Bool(false), "it ran")
      } catch {
        #expect("\(error)" == "cannot listen at 127.0.0.1:\(running.port): Address already in use")
      }
    }
  }

  /// Whatever changes something besides taking events: neither anybody on this machine nor a reader without leave may do it.
  @Test func whatOnlyOperatorsMay() async throws {
    try await withSocket(SiteSettings(readers: readers(ReaderKey(Secret("r"))))) { running, path in
      try await onThread {
        let tcp = try Wire(port: running.port)
        let unix = try Wire(path: path)
        for route in ["reload", "ring", "forget", "lanes/pause", "lanes/resume", "lanes/drop", "deliveries/7/retry", "deliveries/retry"] {
          #expect(try tcp.ask("POST", "/v1/\(route)", [:], #"{"lane":"chat"}"#)?.status == 403, "\(route)")
          #expect(try tcp.ask("POST", "/v1/\(route)", ["Authorization": "Bearer r"], #"{"lane":"chat"}"#)?.status == 403, "\(route)")
        }
        for (method, route) in [("POST", "silences"), ("PATCH", "silences/1"), ("DELETE", "silences/1")] {
          let body = #"{"filter":"a","for":"1h","who":"a","why":"b"}"#
          #expect(try tcp.ask(method, "/v1/\(route)", [:], body)?.status == 403, "\(method) \(route)")
          #expect(try tcp.ask(method, "/v1/\(route)", ["Authorization": "Bearer r"], body)?.status == 403, "\(method) \(route)")
        }
        #expect(try tcp.ask("GET", "/v1/silences", ["Authorization": "Bearer r"])?.status == 200)
        #expect(try tcp.ask("GET", "/v1/reload", ["Authorization": "Bearer r"])?.status == 403, "what would change tells of the file")
        #expect(running.desk.calls.isEmpty)
        #expect(try unix.ask("GET", "/v1/reload")?.body == #"{"changes":["~ store.keep"]}"#)
        let reload = try unix.ask("POST", "/v1/reload")
        #expect(
          reload?.status == 422 && reload?.body.hasSuffix(#""errors":[{"detail":"a.yaml:1:1: x"},{"detail":"a.yaml:2:1: y"}]}"#) == true)
        #expect(try unix.ask("POST", "/v1/ring", [:], #"{"name":"chat","text":"hi"}"#)?.body == #"{"rang":"chat","text":"hi"}"#)
        #expect(try unix.ask("POST", "/v1/ring", [:], #"{"nam":"chat"}"#)?.status == 422)
        #expect(try unix.ask("POST", "/v1/forget", [:], #"{"subject":"a@b"}"#)?.body == #"{"forgotten":3,"more":false}"#)
        #expect(try unix.ask("POST", "/v1/forget", [:], #"{"subject":"a@b","limit":2}"#)?.body == #"{"forgotten":2,"more":true}"#)
        #expect(try unix.ask("POST", "/v1/forget", [:], #"{"subject":"a@b","limit":"2"}"#)?.status == 422)
      }
    }
  }
}
