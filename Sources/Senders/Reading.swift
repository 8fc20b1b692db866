import Bellhop

/// One request on its way to events: collects every mistake before it gives up.
struct Reading {
  let sender: Sender
  let envelope: Envelope
  let limits: EventLimits
  /// For events without one.
  let ids: EventIDs
  var problems: [FieldProblem] = []
  var total = 0

  /// Where in the request an event stands.
  struct EventPlace {
    var index = 0
    var line: Int?
    /// The request is this event, not a batch.
    var only = true
  }

  init(sender: Sender, envelope: Envelope, limits: EventLimits, ids: EventIDs) {
    self.sender = sender
    self.envelope = envelope
    self.limits = limits
    self.ids = ids
  }

  mutating func report(_ place: EventPlace, _ field: String?, _ detail: String) {
    add(FieldProblem(index: place.only ? nil : place.index, line: place.line, field: field, detail: detail))
  }

  mutating func add(_ problem: FieldProblem) {
    total += 1
    if problems.count < Rejection.maximum { problems.append(problem) }
  }

  /// The events, unless anything is wrong.
  func verdict(_ events: [Event]) -> Result<[Event], Rejection> {
    if total > 0 {
      let what = total == 1 ? "a mistake" : "\(total) mistakes"
      return .failure(
        Rejection(status: 422, title: "the request has \(what), so nothing of it was accepted", problems: problems, total: total))
    }
    if events.isEmpty { return .failure(Rejection(status: 422, title: "the batch holds no events")) }
    return .success(events)
  }

  func tooMany(_ count: String) -> Rejection {
    Rejection(status: 413, title: "\(count) events in one request; at most \(limits.batch) are taken at a time")
  }

  /// A batch of values, each read by `one`.
  mutating func batch(
    _ values: [JSON], by one: (inout Reading, JSON, EventPlace) -> Event?
  ) -> Result<[Event], Rejection> {
    if values.count > limits.batch { return .failure(tooMany(String(values.count))) }
    var events: [Event] = []
    events.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      if let event = one(&self, value, EventPlace(index: index, only: false)) { events.append(event) }
    }
    return verdict(events)
  }
}
