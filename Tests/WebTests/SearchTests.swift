import Bellhop
import Foundation
import Senders
import Store
import Testing

@testable import Web

/// The history as it is asked over HTTP.
@Suite struct SearchRouteTests {
  private static func events(_ count: Int, text: String = "x") -> [HistoryEvent] {
    (1...Int64(count)).reversed().map { number in
      let event = Event(id: "e\(number)", sender: "shop", source: "web", type: "x.y", time: RouteTests.time, text: text)
      return HistoryEvent(sequence: number, received: RouteTests.time, event: event, fate: .planned, note: nil)
    }
  }

  @Test func aPageSaysHowFarItLooked() async throws {
    try await withSite { running in
      running.desk.set { $0.pages = Self.events(3) }
      try await onThread {
        let wire = try Wire(port: running.port)
        let page = try wire.ask("GET", "/v1/events?q=x+-y&limit=2")?.body ?? ""
        #expect(page.hasSuffix(#"}],"next":"2","searched_back_to":"2026-11-24T12:00:00.000Z"}"#), "\(page)")
        let last = try wire.ask("GET", "/v1/events?q=x+-y&limit=2&cursor=2")?.body ?? ""
        #expect(last.contains(#""id":"e1""#) && !last.contains("next") && !last.contains("searched_back_to"), "\(last)")
      }
    }
  }

  @Test func aMistakeIsToldWithItsPlace() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        for format in ["json", "csv", "ndjson"] {
          let answer = try wire.ask("GET", "/v1/events?q=tpye:a&format=\(format)")
          #expect(answer?.status == 422)
          #expect(
            answer?.body.hasSuffix(
              #""errors":[{"field":"q","detail":"there is no key tpye; did you mean type?","offset":0,"caret":"tpye:a\n^^^^"}]}"#) == true,
            "\(answer?.body ?? "")")
        }
        #expect(try wire.ask("GET", "/v1/events?format=xml")?.body.contains("must be one of json, csv, ndjson") == true)
      }
      running.desk.set { $0.fault = .slow("others are searching: ask again in a moment") }
      for format in ["json", "csv"] {
        let answer = try await onThread { try Wire(port: running.port).ask("GET", "/v1/events?format=\(format)") }
        #expect(answer?.status == 503 && answer?.headers["retry-after"] == "1")
      }
    }
  }

  @Test func allPagesInOneAnswer() async throws {
    try await withSite { running in
      running.desk.set { $0.pages = Self.events(1_203, text: "=cmd, \"x\"") }
      try await onThread {
        let wire = try Wire(port: running.port)
        let csv = try wire.ask("GET", "/v1/events?format=csv")
        #expect(csv?.headers["content-type"] == "text/csv; charset=utf-8; header=present")
        let lines = csv?.body.components(separatedBy: "\r\n") ?? []
        #expect(lines.count == 1_205 && lines[0].hasPrefix("sequence,received,time,") && lines[1_204] == "")
        #expect(
          lines[1] == #"1203,2026-11-24T12:00:00.000Z,2026-11-24T12:00:00.000Z,info,x.y,,shop,web,e1203,planned,"'=cmd, ""x""","#,
          "\(lines[1])")
        let ndjson = try wire.ask("GET", "/v1/events?limit=700", ["Accept": "application/x-ndjson, */*"])
        #expect(ndjson?.headers["content-type"] == "application/x-ndjson" && ndjson?.body.split(separator: "\n").count == 700)
        // The connection goes on behind it, and HEAD has no body.
        #expect(try wire.ask("HEAD", "/v1/events?format=csv")?.body == "")
        #expect(try wire.ask("GET", "/healthz")?.status == 200)
      }
    }
  }

  /// Who does not take it holds no more of it in memory than a page.
  @Test func anExportIsMadeAsItIsTaken() async throws {
    try await withSite { running in
      running.desk.set { $0.pages = Self.events(20_000, text: String(repeating: "x", count: 2_000)) }
      let wire = try Wire(port: running.port)
      defer { withExtendedLifetime(wire) {} }
      wire.send("GET /v1/events?format=ndjson HTTP/1.1\r\nHost: localhost\r\n\r\n")
      var last = 0
      // It comes to rest long before its end, which is behind 40 pages.
      for _ in 0..<100 where last == 0 || last != running.desk.calls.count {
        last = running.desk.calls.count
        try await Task.sleep(for: .milliseconds(300))
      }
      #expect(last > 0 && last < 30, "\(last)")
    }
  }

  /// What breaks off is cut, so that it does not pass for a whole.
  @Test func anExportThatBreaksOffIsCut() async throws {
    let export = Export(SearchQuestion(), .csv) { question in
      question.cursor == nil
        ? .success(SearchPage(events: Self.events(1), next: 7)) : .failure(.store(.broken("the store is closed")))
    }
    _ = try await export.begin()
    if case .broken = await export.next() {} else { Issue.record("it does not say that it broke off") }
    // One that must wait is tried again.
    let tries = Guarded(0)
    let patient = Export(SearchQuestion(), .ndjson) { _ in
      tries.withLock { tries in
        tries += 1
        return tries == 2 ? .failure(.store(.slow("others"))) : .success(SearchPage(events: Self.events(1), next: tries > 2 ? nil : 7))
      }
    }
    _ = try await patient.begin()
    if case .piece = await patient.next() {} else { Issue.record("it gave up") }
  }
}
