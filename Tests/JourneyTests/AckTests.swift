import Bellhop
import Foundation
import Loopback
import Testing

/// What is told until somebody acknowledges it, in the built binary: by the link in the message and by hand.
@Suite(.serialized) struct AckJourneys {
  private func yaml(_ sink: LoopbackServer) -> String {
    """
    server: { listen: "127.0.0.1:0", public_url: "https://bellhop.example.com" }
    senders: { shop: { secret: s } }
    transports: { out: { use: webhook, url: "\(sink.url)/in" } }
    roles:
      devops:
        - { name: outages, match: { type: "db.**" }, to: out, alert: loud, until_ack: { every: 1s, max: 100 } }
    """
  }

  private func messages(_ requests: [Recorded]) throws -> [JSON] { try requests.map { try JSON(parsing: $0.body) } }

  private func token(_ message: JSON?) throws -> String {
    let link = try #require(message?["links"]?.array?.first)
    #expect(link["label"] == "Acknowledge")
    let url = try #require(link["url"]?.string)
    #expect(url.hasPrefix("https://bellhop.example.com/ack/"))
    return String(url.dropFirst("https://bellhop.example.com/ack/".count))
  }

  @Test func byTheLinkAndByHand() async throws {
    let sink = try LoopbackServer.start { _ in .ok }
    defer { sink.stop() }
    let folder = try Folder()
    try folder.write(yaml(sink))
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post([["id": "1", "type": "db.firing", "subject": "a", "text": "a is down"]]))
    let told = try messages(await sink.waitFor(3, within: .seconds(30)))
    #expect(told.first?["text"] == "a is down" && told.dropFirst().first?["text"]?.string?.hasPrefix("2 of 100") == true, "\(told)")
    #expect(told.dropFirst().first?["event"]?["type"] == "bellhop.reminder" && told.allSatisfy { $0["alert"] == "loud" })
    // Every one of them has the link, and opening it is no answer.
    let path = "/ack/\(try token(told.first))"
    _ = try token(told.last)
    let page = try await gateway.answer("GET", path)
    #expect(page.status == 200)
    let html = String(decoding: page.body, as: UTF8.self)
    let proof = try #require(html.firstMatch(of: /name="proof" value="([0-9a-f]+)"/)?.1)
    let count = sink.requests.count
    #expect(await sink.waitFor(count + 2, within: .seconds(30)).count >= count + 2)
    // Its button is.
    let pressed = try await gateway.press(path, "proof=\(proof)&who=Ann")
    #expect(pressed.status == 200 && String(decoding: pressed.body, as: UTF8.self).contains("Acknowledged by Ann"))
    #expect(try await eventually { try messages(sink.requests).last?["text"] == "acknowledged by Ann: a is down" })
    let line = try #require(try messages(sink.requests).last)
    #expect(line["alert"] == "quiet" && line["links"] == [] && line["event"]?["subject"] == "a")
    let quiet = sink.requests.count

    // By hand; meanwhile nothing more is told of the other.
    #expect(await gateway.post([["id": "2", "type": "db.firing", "subject": "b", "text": "b is down"]]))
    let more = try messages(await sink.waitFor(quiet + 3, within: .seconds(30))).dropFirst(quiet)
    #expect(more.count >= 3 && more.allSatisfy { $0["event"]?["subject"] == "b" }, "\(more)")
    let again = try await Binary.run(["ack", "1", "--config", folder.config])
    #expect(again.status == 1 && again.err.contains("Ann acknowledged it already"), "\(again)")
    let done = try await Binary.run(["ack", "2", "--role", "devops", "--who", "joe", "--config", folder.config])
    #expect(done.status == 0 && done.out.hasPrefix("Acknowledged event ") && done.out.contains("devops, outages"), "\(done)")
    #expect(try await eventually { try messages(sink.requests).last?["text"] == "acknowledged by joe: b is down" })
    let wrong = try await Binary.run(["ack", "nowhere", "--config", folder.config])
    #expect(wrong.status == 1 && wrong.err.contains("there is no such event"), "\(wrong)")
    #expect(await gateway.stop() == 0)
  }
}
