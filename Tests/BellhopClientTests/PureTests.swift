import Bellhop
import Foundation
import Testing

@testable import BellhopClient

@Suite struct ClientPartsTests {
  @Test(arguments: [
    ("http://h", "h", 80, false, "/v1/events", "h"), ("https://h", "h", 443, true, "/v1/events", "h"),
    ("HTTPS://H:8443/", "H", 8_443, true, "/v1/events", "H:8443"), ("http://h/bell//", "h", 80, false, "/bell/v1/events", "h"),
    ("http://h/v1/events", "h", 80, false, "/v1/events", "h"), ("http://[::1]:8484", "::1", 8_484, false, "/v1/events", "[::1]:8484"),
    ("http://[::1]", "::1", 80, false, "/v1/events", "[::1]"),
  ])
  func anAddress(url: String, host: String, port: Int, isSecure: Bool, path: String, authority: String) throws {
    let address = try ClientAddress(url)
    #expect(address.host == host && address.port == port && address.isSecure == isSecure && address.path == path)
    #expect(address.authority == authority && address.socket == nil)
  }

  @Test(arguments: [
    "h", "ftp://h", "http://", "http://h:0", "http://h:x", "http://h:99999", "http://u:p@h", "http://h?q", "http://h#f", "http://h h",
    "http://::1", "http://[::1", "http://h\r\nx: y",
  ])
  func noAddress(url: String) { #expect(throws: BellhopClientError.self) { try BellhopClient(url: url) } }

  @Test func aTokenThatNoHeaderTakes() {
    for token in ["a b", "a\r\nx: y", "é"] {
      #expect(throws: BellhopClientError.self) { try BellhopClient(url: "http://h", token: token) }
    }
  }

  @Test(
    arguments: [
      (nil, "null"), (true, "true"), (-7, "-7"), (1.5, "1.5"), (.double(.infinity), "\"inf\""), (.double(.nan), "\"nan\""),
      ("a\"\\\n\u{0}\u{1F}é🔔\u{7F}", #""a\"\\\u000a\u0000\u001fé🔔"# + "\u{7F}\""), ([], "[]"), ([1, "a", []], #"[1,"a",[]]"#), ([:], "{}"),
      (["b": 1, "a": ["c": nil]], #"{"a":{"c":null},"b":1}"#), (.double(1e300), "1e+300"),
    ] as [(EventValue, String)])
  func values(value: EventValue, text: String) throws {
    var out: [UInt8] = []
    value.write(to: &out)
    #expect(String(decoding: out, as: UTF8.self) == text)
    #expect(throws: Never.self) { try JSON(parsing: out) }
  }

  @Test func timesAreThoseOfTheHouse() {
    for seconds in [0, 951_782_400, 1_795_000_000, 4_102_444_799, 32_503_680_000] {
      #expect(
        EventLine.rfc3339(timespec(tv_sec: seconds, tv_nsec: 7_000_000))
          == (Timestamp(seconds: Int64(seconds)) + .milliseconds(7)).rfc3339)
    }
  }

  @Test(arguments: [
    (IngestAnswer.status(202, retryAfter: nil, body: ""), RetryWait.PostVerdict.taken),
    (.status(200, retryAfter: nil, body: ""), .later(nil)),
    (.status(400, retryAfter: nil, body: ""), .refused), (.status(413, retryAfter: nil, body: ""), .refused),
    (.status(422, retryAfter: .seconds(3), body: ""), .refused), (.status(429, retryAfter: .seconds(3), body: ""), .later(.seconds(3))),
    (.status(503, retryAfter: nil, body: ""), .later(nil)), (.status(401, retryAfter: nil, body: ""), .later(nil)),
    (.status(302, retryAfter: nil, body: ""), .later(nil)), (.failed("cut"), .later(nil)),
  ])
  func verdicts(answer: IngestAnswer, verdict: RetryWait.PostVerdict) { #expect(RetryWait.verdict(answer) == verdict) }

  @Test func pausesGrowAndEnd() {
    var options = ClientOptions()
    (options.firstPause, options.longestPause) = (.seconds(1), .seconds(10))
    func pause(_ failures: Int, wish: Duration? = nil, luck: Double) -> Duration {
      RetryWait.pause(failures: failures, wish: wish, luck: luck, options)
    }
    #expect([1, 2, 3, 4, 5, 1_000].map { pause($0, luck: 1) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
    #expect(pause(1, luck: 0) == .milliseconds(500) && pause(3, luck: 0.5) == .seconds(3))
    #expect(pause(1, wish: .seconds(30), luck: 0) == .seconds(30) && pause(9, wish: .seconds(30), luck: 1) == .milliseconds(30_500))
    #expect(pause(1, wish: .seconds(1_000_000), luck: 0) == .seconds(3_600))
  }

  @Test(
    arguments: [
      ("7", 7), ("0", 0), ("Thu, 01 Jan 1970 00:02:00 GMT", 20), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("-1", nil), ("soon", nil),
      ("", nil),
      ("99999999999999999999", nil), ("Thu, 01 Foo 1970 00:02:00 GMT", nil), ("Thu, 01 Jan 1970 00:02 GMT", nil),
    ] as [(String, Int64?)])
  func retryAfter(header: String, seconds: Int64?) {
    #expect(RetryWait.duration(header, now: timespec(tv_sec: 100, tv_nsec: 0)) == seconds.map { .seconds($0) })
  }

  @Test func whatWaitsKeepsItsOrderAndItsBounds() {
    var options = ClientOptions()
    (options.maximumWaiting, options.maximumBytes, options.maximumEvent, options.batch) = (4, 20, 10, 3)
    var waiting = WaitingEvents(options)
    func add(_ size: Int) -> BellhopClientError? {
      let number = waiting.number()
      return waiting.add(WaitingEvent(number: number, line: [UInt8](repeating: 0, count: size)))
    }
    #expect([add(5), add(11), add(5), add(5), add(6), add(5), add(0)] == [nil, .tooLarge, nil, nil, .full, nil, .full])
    #expect(waiting.counts.waiting == 4 && waiting.counts.dropped == 3 && waiting.bytes == 20)
    #expect(waiting.batch().map(\.number) == [1, 3, 4] && waiting.batch(bytes: 12).map(\.number) == [1, 3])
    #expect(waiting.batch(bytes: 1).map(\.number) == [1], "one goes in any case")
    let batch = waiting.batch()
    #expect(waiting.giveUp(3) == nil && waiting.counts.dropped == 4)
    #expect(waiting.settle(batch, as: \.sent).isEmpty)
    #expect(waiting.counts.sent == 2 && waiting.events.map(\.number) == [6] && waiting.bytes == 5)
    #expect(waiting.abandon().isEmpty && add(1) == .closed && waiting.bytes == 0)
  }
}
