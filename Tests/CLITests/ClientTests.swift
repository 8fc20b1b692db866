import Bellhop
import Curl
import Foundation
import Testing

@testable import CLI

/// Answers in turn and remembers what it was asked.
private final class Desk: Sendable {
  private let answers: Guarded<[Answer]>
  private let asked = Guarded<[Request]>([])

  init(_ answers: Answer...) { self.answers = Guarded(answers) }

  var requests: [Request] { asked.withLock { $0 } }

  func client(mistakes: [String] = [], socket: String = "/nonexistent/bellhop.sock") -> Client {
    Client(path: "b.yaml", socket: socket, mistakes: mistakes) { request in
      self.asked.withLock { $0.append(request) }
      return self.answers.withLock { $0.isEmpty ? .failed(Fault(.unreachable, "no more answers"), sent: false) : $0.removeFirst() }
    }
  }
}

private func answer(_ status: Int, _ body: JSON, retryAfter: Duration? = nil) -> Answer {
  .response(Response(status: status, body: body.bytes, retryAfter: retryAfter))
}

private let gone = Answer.failed(Fault(.unreachable, "refused"), sent: false)

@Suite struct ClientTests {
  private func ending(_ work: () async throws -> Void) async throws -> CommandEnd {
    try #require(await #expect(throws: CommandEnd.self) { try await work() })
  }

  @Test func asksOverTheSocket() async throws {
    let desk = Desk(answer(200, ["lanes": []]))
    let query: [(String, String?)] = [("q", "a&b ü"), ("role", nil), ("type", "user.*")]
    #expect(try await desk.client().call("GET", "/v1/lanes", query: query) == ["lanes": []])
    #expect(desk.requests[0].url == "http://localhost/v1/lanes?q=a%26b%20%C3%BC&type=user.%2A")
    #expect(desk.requests[0].unixSocket == "/nonexistent/bellhop.sock")
  }

  @Test func anAbsentGatewaySaysHowToStartIt() async throws {
    let ending = try await ending { _ = try await Desk(gone).client().call(_: "GET", "/v1/lanes") }
    #expect(ending.code == 75)
    #expect(ending.text == "the gateway is not running at /nonexistent/bellhop.sock: start it with `bellhop serve --config b.yaml`")
  }

  @Test func anAbsentGatewayWithABadFileSaysThatToo() async throws {
    let ending = try await ending { _ = try await Desk(gone).client(mistakes: ["x"]).call(_: "GET", "/v1/lanes") }
    #expect(ending.code == 75 && ending.text.contains("bellhop check --config b.yaml"), "it may be mended by the next try")
  }

  @Test func problemsAreToldWithTheirPlaces() async throws {
    let problem: JSON = [
      "title": "bad events", "detail": "two", "problems": [["index": 1, "field": "severity", "detail": "is none"], ["detail": "x"]],
    ]
    let ending = try await ending { _ = try await Desk(answer(422, problem)).client().call("POST", "/v1/events") }
    #expect(ending == .wanting("bad events: two\n  event 1: severity: is none\n  x"))
  }

  @Test func laterIsLater() async throws {
    let post = Post(client: Desk(answer(429, ["title": "too fast"], retryAfter: .seconds(120)), answer(503, ["title": "full"])).client())
    let first = try await ending { try await Send.one(["id": "e"], post) }
    #expect(first == .later("too fast\n  try again in 2m"))
    #expect(try await ending { try await Send.one(["id": "e"], post) } == .later("full\n  try again later"))
  }

  @Test func anAnswerWithoutSenseIsTold() async throws {
    let bare = Answer.response(Response(status: 500, body: Array("<html>".utf8)))
    #expect(try await ending { _ = try await Desk(bare).client().call("GET", "/") }.code == 1)
    let html = Answer.response(Response(status: 200, body: Array("<html>".utf8)))
    #expect(try await ending { _ = try await Desk(html).client().call("GET", "/") }.text.contains("not JSON"))
  }

  @Test func anEventThatMayHaveArrivedCanBeSentAgain() async throws {
    let post = Post(client: Desk(.failed(Fault(.dropped, "cut"), sent: true)).client())
    let ending = try await ending { try await Send.one(["id": "e7"], post) }
    #expect(ending.code == 75 && ending.text.hasSuffix("send it again with --id e7"))
  }

  @Test func aFileTellsHowFarItCame() async throws {
    let desk = Desk(answer(202, ["accepted": []]), answer(422, ["title": "bad", "errors": [["index": 1, "detail": "no type"]]]))
    let file = Array(String(repeating: "{\"type\":\"a\"}\n", count: 1_500).utf8)
    let ending = try await ending { try await Send.many(file, from: "f", Post(client: desk.client())) }
    #expect(ending.code == 1)
    #expect(ending.text == "bad\n  line 1002: no type\n  lines 1 to 1000 are kept; lines from 1001 on are not known to be kept")
    #expect(desk.requests.map { $0.header("content-type") } == ["application/x-ndjson", "application/x-ndjson"])
  }

  @Test func remoteGatewaysGetTheToken() throws {
    let request = try #require(Post.remote("https://b.example.com/", token: "t0"))
    #expect(request.url == "https://b.example.com/v1/events" && request.header("authorization") == "Bearer t0" && request.unixSocket == nil)
    #expect(Post.remote("http://h/v1/events", token: nil)?.url == "http://h/v1/events")
    for wrong in ["b.example.com", "ftp://x", "https://", "https://x?y", "https://x y"] { #expect(Post.remote(wrong, token: nil) == nil) }
  }

  @Test func searchGoesThroughItsPages() async throws {
    let desk = Desk(
      answer(200, ["events": [["id": "a"]], "next": 9]), answer(200, ["events": [], "next": "5"]),
      answer(200, ["events": [["id": "b"], ["id": "c"]]]))
    let found = try await SearchFinds(desk.client(), [("type", "t")], limit: 300)
    #expect(found.searchedBackTo == nil && found.events.map { $0["id"] } == ["a", "b", "c"])
    #expect(
      desk.requests.map(\.url)
        == [
          "type=t&limit=200", "type=t&cursor=9&limit=200", "type=t&cursor=5&limit=200",
        ].map { "http://localhost/v1/events?\($0)" })
  }

  @Test func searchStopsAtItsLimit() async throws {
    let desk = Desk(answer(200, ["events": [["id": "a"], ["id": "b"]], "next": 9, "searched_back_to": "2026-11-23T09:30:00Z"]))
    let found = try await SearchFinds(desk.client(), [], limit: 2)
    #expect(found.events.count == 2 && desk.requests.count == 1)
    #expect(found.end(limit: 2)?.hasPrefix("Searched back to 2026-11-23") == true && found.end(limit: 2)?.contains("--limit 4") == true)
    #expect(
      SearchFinds().emptiness(isNarrowed: true).contains("fail*") && SearchFinds().emptiness(isNarrowed: false).contains("bellhop send"))
  }

  @Test func waitsForReadinessAndForTheLanes() async throws {
    #expect(try await WaitCommand.obstacle(Desk(gone).client(), idle: false)?.contains("not running") == true)
    #expect(
      try await WaitCommand.obstacle(Desk(answer(503, ["detail": "starting"])).client(), idle: false)
        == "the gateway is not ready: starting")
    #expect(try await WaitCommand.obstacle(Desk(answer(200, [:])).client(), idle: false) == nil)
    let busy = Desk(
      answer(200, [:]),
      answer(200, ["lanes": [["lane": "a", "waiting": 0, "in_flight": 0], ["lane": "b", "waiting": 2, "in_flight": 1]]]))
    #expect(try await WaitCommand.obstacle(busy.client(), idle: true)?.contains("b (2 waiting, 1 in flight)") == true)
    let quiet = Desk(answer(200, [:]), answer(200, ["lanes": [["lane": "a", "waiting": 0, "in_flight": 0]]]))
    #expect(try await WaitCommand.obstacle(quiet.client(), idle: true) == nil)
  }

  @Test func ringsByItselfOnlyWhenNobodyListens() async {
    #expect(await Ring.isUp(Desk(gone).client()) == false)
    #expect(await Ring.isUp(Desk(answer(200, [:])).client()))
    #expect(await Ring.isUp(Desk(.failed(Fault(.timeout, "late"), sent: true)).client()))
  }

  @Test func reloadPrintsTheDifferenceOrTheMistakes() throws {
    func outcome(_ status: Int, _ body: JSON) throws -> (lines: [String], ending: CommandEnd?) {
      try Reload.outcome(of: Response(status: status, body: body.bytes))
    }
    #expect(try outcome(200, ["text": "+ role office"]).lines == ["+ role office"])
    #expect(try outcome(200, ["text": ""]).lines == ["Nothing changed."])
    for body: JSON in [["mistakes": ["a:1:1: x"]], ["errors": [["detail": "a:1:1: x"]]]] {
      let refused = try outcome(422, body)
      #expect(refused.lines == ["a:1:1: x"])
      #expect(refused.ending == .wanting("nothing was changed: the new configuration has 1 mistake"))
    }
    #expect(throws: CommandEnd.self) { try outcome(500, [:]) }
  }
}

@Suite struct FilesTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "bellhop-cli-\(UUID().uuidString)")

  @Test func startersNeverOverwrite() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "bellhop.yaml").path(percentEncoded: false)
    try FileAccess.create(path, Array("one".utf8))
    #expect { try FileAccess.create(path, Array("two".utf8)) } throws: { ($0 as? CommandEnd)?.text.contains("already there") == true }
    #expect(try FileAccess.read(path) == Array("one".utf8))
    #expect(FileAccess.owner(barring: path) == nil)
  }

  @Test func missingFilesAreNamed() {
    #expect { try FileAccess.read("/nonexistent/x") } throws: {
      ($0 as? CommandEnd)?.text.hasPrefix("cannot read /nonexistent/x: No such file") == true
    }
  }
}

extension Request {
  fileprivate func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
