import Bellhop
import Testing

@testable import Senders

/// Posts to a sender of one dialect, as the tests of monitoring tools write them.
struct Knocker {
  let sender: Sender

  init(_ name: String, _ entries: [String: Value] = [:]) throws {
    sender = DialectTests.sender(try #require(Dialect.named(name)), entries)
  }

  /// Past the proof.
  func receive(_ body: String, _ head: PostHead = PostHead(path: ["s3cret-of-shop"]), at now: Timestamp = noon) -> Result<
    [Event], PostRefusal
  > {
    sender.receive(Array(body.utf8), head, at: now)
  }

  func events(_ body: String, _ head: PostHead = PostHead(path: ["s3cret-of-shop"]), at now: Timestamp = noon) throws -> [Event] {
    try receive(body, head, at: now).get()
  }

  func event(_ body: String, _ head: PostHead = PostHead(path: ["s3cret-of-shop"]), at now: Timestamp = noon) throws -> Event {
    let events = try events(body, head, at: now)
    try #require(events.count == 1)
    return events[0]
  }

  /// The whole way: the head's proof, the body's, and what it says. `12 kept` or the status of the refusal.
  func knock(_ body: [UInt8], _ head: PostHead, at now: Timestamp = noon) -> String {
    if case .refused = sender.proof(of: head, at: Timestamp(seconds: 0)) { return "401" }
    switch sender.receive(body, head, at: now) {
    case .failure(let refusal): return String(refusal.status)
    case .success(let events): return "\(events.count) kept"
    }
  }
}
