import Bellhop
import Curl
import Foundation
import Testing
import YAML

@testable import Catalogue

/// Lists of an event's in a request: how long they are the event decides, and how much of them is told has an end that people see.
@Suite struct ListTests {
  private func page(_ request: String, sign: String = "", answer: String = "{}") throws -> Page {
    let text = """
      name: pager
      doc: A pager.
      link: https://pager.example.com
      \(sign)
      request: { url: "https://pager.example.com", \(request) }
      answer: \(answer)
      """
    let (page, mistakes) = PageReader.read(Document(parsing: Array(text.utf8)))
    #expect(mistakes.isEmpty, "\(mistakes)")
    return try #require(page)
  }

  private func request(_ page: Page, _ data: JSON.Object) throws -> Request {
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "x", data: data)
    return try Composer(page: page, values: Values()).request(
      Message(id: "m", event: event), to: Target(), Attempt(at: Timestamp(seconds: 7))
    ).get()
  }

  private func body(_ page: Page, _ data: JSON.Object) throws -> JSON { try JSON(parsing: try request(page, data).body) }

  private func numbers(_ count: Int) -> JSON { .array((0..<count).map { .int(Int64($0)) }) }

  @Test func aListThatIsTooLongSaysSo() throws {
    let page = try page(#"json: [{ $each: event.data.items, $limit: 3, $item: "{{value}}" }]"#)
    #expect(try body(page, ["items": numbers(3)]) == [0, 1, 2])
    #expect(try body(page, ["items": numbers(25)]) == [0, 1, "… and 23 more"])
    #expect(try body(page, [:]) == [])
  }

  @Test func itSaysSoWhereElementsSaySomething() throws {
    let page = try page(#"json: [{ $each: event.data.items, $limit: 2, $item: { k: "{{name}}", v: "{{value}}" } }]"#)
    let items = JSON.array((0..<9).map { ["name": .string("n\($0)"), "value": .int(Int64($0))] })
    #expect(try body(page, ["items": items]) == [["k": "n0", "v": 0], ["k": "… and 8 more", "v": "…"]])
  }

  /// 20,000 small elements, and a large value in each of them.
  @Test func allListsTogetherHaveAnEnd() throws {
    let page = try page(#"json: [{ $each: event.data.items, $limit: 10000, $item: "{{event.data.big}}" }]"#)
    let request = try request(page, ["items": numbers(20_000), "big": .string(String(repeating: "x", count: 100_000))])
    #expect(request.body.count < 1_200_000, "\(request.body.count)")
  }

  @Test func aListInAListHasAnEnd() throws {
    let page = try page(
      "json: [{ $each: event.data.items, $item: [{ $each: event.data.items, $item: [{ $each: event.data.items, $item: a }] }] }]")
    let start = ContinuousClock.now
    let size = try request(page, ["items": numbers(5_000)]).body.count
    #expect(size < 1_200_000 && ContinuousClock.now - start < .seconds(20), "\(size)")
  }

  // Values inside values

  @Test func jsonAndBase64StandInsideOfValues() throws {
    let page = try page(
      #"json: { payload: { $json: { text: "{{text}}" } }, "none?": { $json: { $if: event.data.none, a: b } }, raw: { $base64: "{{text}}" }, both: { $base64: { a: 1 } } }"#
    )
    #expect(
      try body(page, [:]) == ["payload": #"{"text":"x"}"#, "raw": .string(Data("x".utf8).base64EncodedString()), "both": "eyJhIjoxfQ=="])
  }

  @Test func formsTakeListsAndJSON() throws {
    let page = try page(
      #"form: { payload: { $json: { text: "{{text}}" } }, to: [a, "", "{{event.data.to}}"], n: [{ $each: event.data.items, $item: "{{value}}" }] }, query: { id: [1, 2] }"#
    )
    let request = try request(page, ["to": "b c", "items": numbers(2)])
    #expect(String(decoding: request.body, as: UTF8.self) == "payload=%7B%22text%22%3A%22x%22%7D&to=a&to=b%20c&n=0&n=1")
    #expect(request.url == "https://pager.example.com?id=1&id=2")
  }

  /// Made with Python: `hmac.new(b"Jefe", b"what do ya want for nothing?", …)`; the last two are RFC 4231's second vector and RFC 2202's.
  @Test(arguments: [
    ("sha1", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"), ("sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
    (
      "sha512",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
    ),
  ]) func signatures(_ hash: String, _ hex: String) throws {
    let page = try page(
      #"json: ["{{mark}}"]"#,
      sign: "sign: { mark: { key: Jefe, over: \"what do ya want for nothing?\", with: \(hash), as: hex } }")
    #expect(try body(page, [:]) == .array([.string(hex)]))
  }

  @Test func anIdMayStandInAHeader() throws {
    let page = try page("json: []", answer: "{ id: { header: X-Message-Id } }")
    let answer = Answer.response(Response(status: 202, headers: [.init("x-message-id", "m-7")]))
    guard case .delivered(let receipt) = page.answer.outcome(of: answer, secrets: []) else { return #expect(Bool(false)) }
    #expect(receipt.id == "m-7")
  }
}
