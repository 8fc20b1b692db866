import Bellhop
import Dashboard
import Store

// The page of one event.
extension Responder {
  /// So many before and after about the same subject.
  private static let story = 10

  func page(of sequence: Int64, _ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let found = try await stored { () async throws(SpoolError) in try await history.event(sequence: sequence) }
    guard let found else {
      let why = history.isWhole ? "it may be older than store.keep" : "it may be older than store.keep, or concern other roles than yours"
      throw ProblemDocument(404, "there is no such event", why)
    }
    let rights = call.visitor.rights
    var page = EventPage(event: found, isOperator: rights.role == .operator, isWhole: history.isWhole)
    let form = PageForm(call.head.query ?? "")
    page.note = PageNote(said: form["said"].flatMap(Said.init), count: form.numbers("count").first)
    guard !found.isForgotten else { return sent("A forgotten event", in: nil, page.content, to: call, status: 410) }
    if let subject = found.event.subject, !subject.isEmpty {
      var before = SearchQuestion()
      (before.subject, before.cursor, before.limit) = (subject, sequence, Self.story + 1)
      let earlier = try await self.found(before, call.visitor).events
      let later = try await stored { () async throws(SpoolError) in
        try await history.following(subject, after: sequence, limit: Self.story + 1)
      }
      page.earlier = Array(earlier.prefix(Self.story))
      page.later = Array(later.prefix(Self.story))
      (page.hasEarlier, page.hasLater) = (earlier.count > Self.story, later.count > Self.story)
    }
    if history.isWhole { page.explanation = await insight.explain(found.event, at: found.received) }
    page.awaiting = await insight.awaiting(found, of: rights.only)
    return sent(page.title, in: nil, page.content, to: call)
  }

  /// The button of an event's page was pressed: `do=acknowledge`.
  func pressed(_ sequence: Int64, _ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    guard PageForm(call.body)["do"] == "acknowledge" else { throw .field("do", "is none of this page's buttons") }
    let operation = HandOperation(endpoint: .acks, body: ["event": .string(String(sequence)), "who": .string(call.visitor.name)])
    _ = try await perform(operation, by: call.visitor, history)
    return .led(to: "/events/\(sequence)?said=\(Said.acknowledged.rawValue)")
  }
}
