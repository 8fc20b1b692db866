import Bellhop
import Senders
import Store

// Taking events in, and showing what became of them.
extension Responder {
  /// The events of a posted body, within the sender's rate. Decided at once: nothing here waits.
  func events(
    _ body: [UInt8], _ head: Head, of sender: Sender, _ purpose: Purpose, _ rules: Rules
  ) throws(ProblemDocument) -> [Event] {
    if discards { return [] }
    if case .hook(let hook) = purpose { return try events(body, of: hook, rules) }
    let decoded = sender.decode(body, head.envelope, limits: rules.limits.events, at: state.now())
    show(body, head, of: sender, decoded)
    switch decoded {
    case .failure(let rejection): throw ProblemDocument(rejection)
    case .success(let events):
      if let wait = state.take(events.count, of: sender) { throw Self.tooFast(sender.rate, wait) }
      return events
    }
  }

  /// Writes which events were accepted: `{"accepted":[{"id":…,"duplicate":…}]}`.
  static func write(_ acceptances: [Acceptance], of events: [Event], to out: inout [UInt8]) {
    append(#"{"accepted":["#, to: &out)
    for (index, (event, acceptance)) in zip(events, acceptances).enumerated() {
      append(index == 0 ? #"{"id":"# : #",{"id":"#, to: &out)
      JSON.string(event.id).write(to: &out)
      append(acceptance.duplicate ? #","duplicate":true}"# : #","duplicate":false}"#, to: &out)
    }
    append("]}", to: &out)
  }

  private static func append(_ word: StaticString, to out: inout [UInt8]) {
    out.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  func event(_ id: String, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let found = try await stored { () async throws(SpoolError) -> HistoryEvent? in
      if let event = try await history.event(id: id) { return event }
      guard let sequence = Int64(id) else { return nil }
      return try await history.event(sequence: sequence)
    }
    guard let found else { throw ProblemDocument(404, "there is no such event") }
    return .json(.object(found.view(whole: true)))
  }
}
