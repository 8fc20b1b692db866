import Bellhop
import Courier

/// `bellhop ring`: a test message straight through a transport, past routing and lanes, and the vendor's own answer.
enum Ringing {
  /// `name` is a channel (all its places are rung) or a transport (without a target).
  /// Answers `{"rung": [{place, outcome, line, took_ms, found?}]}` or `{"error": …}`.
  static func ring(_ name: String, text: String?, roster: Roster, at now: Timestamp) async -> JSON {
    let places: [Place]
    if let channel = roster.directory.channels[name] {
      places = channel.map(\.place)
    } else if roster.ways[name] != nil {
      places = [Place(transport: name)]
    } else {
      let known = (roster.directory.channels.keys.sorted() + roster.directory.transports.sorted()).joined(separator: ", ")
      return ["error": .string("there is no channel or transport \"\(name)\"; there are: \(known)")]
    }
    var rung: [JSON] = []
    for place in places {
      rung.append(await ring(place, text: text, roster: roster, at: now))
    }
    return ["rung": .array(rung)]
  }

  private static func ring(_ place: Place, text: String?, roster: Roster, at now: Timestamp) async -> JSON {
    func answer(_ outcome: String, _ line: String, _ took: Duration = .zero) -> JSON {
      ["place": .string(place.lane), "outcome": .string(outcome), "line": .string(line), "took_ms": .int(took.microseconds / 1_000)]
    }
    guard let way = roster.ways[place.transport] else { return answer("refused", "the transport \(place.transport) is not configured") }
    if place.target.values.members.contains(where: \.value.holdsTemplate) {
      return answer("refused", "the target \(place.target) is a template: it needs an event; use `bellhop send`")
    }
    if let why = roster.directory.misfit(place.transport, place.target) {
      return answer("refused", "\(why); ring a channel, which has a target")
    }
    let event = Event(
      id: "ring-\(now.microseconds)", sender: "bellhop", source: "bellhop", type: "bellhop.ring", time: now,
      text: text ?? "This is a test from Bellhop. If you can read it, \(place.lane) works.")
    let start = ContinuousClock.now
    let outcome = await way.transport.send(
      Message(id: event.id, event: event), to: place.target, Attempt(at: now, timeout: way.policy.timeout, mayRepeat: way.policy.repeats))
    let took = ContinuousClock.now - start
    if case .delivered(let receipt) = outcome { return answer("delivered", receipt.note, took) }
    guard case .object(var object) = answer(outcome.word, outcome.fault?.description ?? "", took) else { return .null }
    let found = await way.transport.examine()
    if !found.isEmpty { object["found"] = .array(found.map(JSON.string)) }
    return .object(object)
  }
}
