import Bellhop
import Testing

@testable import Senders

/// What must hold for every dialect whose posts are signed.
@Suite struct SignedDialectTests {
  private static let body = Array(#"{"id": "evt_1", "event_id": "ntf_1", "type": "thing.happened", "action": "opened"}"#.utf8)

  private static func status(_ result: Result<[Event], PostRefusal>) -> Int {
    switch result {
    case .success: 202
    case .failure(let refusal): refusal.status
    }
  }

  @Test(arguments: SignedPosts.all) func proofs(posts: SignedPosts) throws {
    let sender = try posts.sender
    let body = Self.body
    let head = posts.head(body)
    func status(_ head: PostHead, _ body: [UInt8] = body, at now: Timestamp = noon) -> Int {
      Self.status(SignedPosts.judge(sender, body, head, at: now))
    }
    /// The head with the signature's header changed; nil takes it away.
    func changed(_ change: (String) -> String?) -> PostHead {
      var head = head
      head.headers = head.headers.compactMap { pair in
        guard pair.name == posts.header else { return pair }
        return change(pair.value).map { PostHead.Pair(pair.name, $0) }
      }
      return head
    }
    #expect(status(head) == 202)
    #expect(status(posts.head(body, secret: posts.secrets[1])) == 202, "the other secret of a rotation")
    #expect(status(posts.head(body, secret: "s3cret-of-nobody")) == 401)
    #expect(status(changed { _ in nil }) == 401, "missing")
    #expect(status(changed { _ in "" }) == 401, "empty")
    #expect(status(changed { String($0.dropLast(8)) }) == 401, "truncated")
    #expect(
      status(changed { $0.replacing("=", with: "").replacing(",", with: "") }) == (posts.isBare ? 202 : 401), "no form")
    var twice = head
    twice.headers += head.headers.filter { $0.name == posts.header }
    #expect(status(twice) == 401, "a header that stands twice proves nothing")
    #expect(status(head, Array(body.dropLast())) == 401, "a truncated body")
    #expect(status(head, body + [0x20]) == 401, "re-serialised")
    #expect(status(head, []) == 401)
    // What is JSON is taken for it, unless the vendor signs a form otherwise than it comes.
    for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
      let isRight = posts.name != "gitea" || !type.hasPrefix("application/")
      #expect(status(posts.head(body, [("content-type", type)])) == (isRight ? 202 : 401), "\(type)")
    }
  }

  @Test(arguments: SignedPosts.all) func clocks(posts: SignedPosts) throws {
    let sender = try posts.sender
    for (shift, isPast, isFuture) in [
      (-300, true, true), (-301, false, true), (300, true, true), (301, true, false), (-86_400, false, true),
    ] {
      let head = posts.head(Self.body, at: noon.seconds + Int64(shift))
      let isRight = posts.time == .none || isPast && (isFuture || posts.time == .past)
      let result = SignedPosts.judge(sender, Self.body, head)
      #expect(Self.status(result) == (isRight ? 202 : 401), "\(shift)")
      if case .failure(let refusal) = result { #expect(refusal.title.contains("clock"), "\(refusal)") }
    }
    // Who cannot sign does not hear whether the time was right.
    let forged = posts.head(Self.body, secret: "s3cret-of-nobody", at: 1)
    if case .failure(let refusal) = SignedPosts.judge(sender, Self.body, forged) { #expect(!refusal.title.contains("clock")) }
  }

  @Test(arguments: SignedPosts.all) func bodies(posts: SignedPosts) throws {
    let sender = try posts.sender
    func judge(_ text: String) -> Result<[Event], PostRefusal> {
      let body = Array(text.utf8)
      let type = text.hasPrefix("payload=") ? "application/x-www-form-urlencoded" : "application/json"
      return SignedPosts.judge(sender, body, posts.head(body, [("content-type", type)]))
    }
    for (text, status) in [
      ("", 400), ("{", 400), ("a=b", 400), ("payload=x", 400), ("payload=[]", 400), ("[]", 422), ("null", 422), ("7", 422), ("{}", 202),
      ("payload=%7B%7D", 202), ("\u{FEFF}{}", 202), (#"{"type":7,"data":[],"action":{},"created":"x","object":null}"#, 202),
    ] {
      #expect(Self.status(judge(text)) == status, "\(text)")
    }
    let items = Array(repeating: #"{"id":"a"}"#, count: 10_000).joined(separator: ",")
    for key in ["commits", "data"] {
      let events = try judge(#"{"type":"a.b","\#(key)":["# + items + "]}").get()
      #expect(events.count == 1, "\(key)")
    }
  }

  /// A retry has the same id; what happens once more has another.
  @Test(arguments: SignedPosts.all) func aRepeatIsKnown(posts: SignedPosts) throws {
    let sender = try posts.sender
    func id(_ text: String, at time: Int64) throws -> String {
      let body = Array(text.utf8)
      return try #require(try SignedPosts.judge(sender, body, posts.head(body, at: time)).get().first).id
    }
    let text = String(decoding: Self.body, as: UTF8.self)
    #expect(try id(text, at: noon.seconds) == id(text, at: noon.seconds - 200))
    if !posts.hasID {
      #expect(try id(text, at: noon.seconds) != id(#"{"id": "evt_2", "event_id": "ntf_2", "type": "x"}"#, at: noon.seconds))
    }
  }
}

/// What is large at a vendor's is bounded here.
@Suite struct ExcerptTests {
  private static func taken(_ text: String, room: Int = 100) throws -> (JSON, Bool) {
    var excerpt = Excerpt(room: room, longest: 80) { $0 == "noise" }
    let taken = excerpt.taken(try #require(try JSON(parsing: text).object))
    return (taken, excerpt.isCut)
  }

  @Test func whatFitsStays() throws {
    let text = #"{"a":[1,"b",{"c":null}],"d":true}"#
    #expect(try Self.taken(text) == (try JSON(parsing: text), false))
    #expect(try Self.taken(#"{"noise":1,"a":{"noise":{"b":2},"c":3}}"#).0.text == #"{"a":{"c":3}}"#)
  }

  @Test func theRestIsLeftOut() throws {
    let long = try Self.taken(#"{"a":""# + String(repeating: "é", count: 1_000) + #"","b":1}"#)
    #expect(long.0 == ["a": .string(String(repeating: "é", count: 20) + "…"), "b": 1] && long.1)
    let many = try Self.taken(#"{"first":1,"all":["# + Array(repeating: "1", count: 10_000).joined(separator: ",") + #"],"last":1}"#)
    #expect(many.1 && many.0["first"] == 1 && many.0["all"]?.array?.count ?? 0 < 100 && many.0["last"] == nil)
  }
}
