import GatewayWire
import Testing

@testable import Bellhop

@Suite struct RelayedTests {
  private let event = Event(
    id: "e-1", sender: "shop", source: "/web", type: "user.registered", subject: "ada", severity: .notice,
    time: Timestamp(rfc3339: "2026-11-24T03:00:00.123Z") ?? Timestamp(seconds: 0), text: "a\nb\u{0} 🎉",
    data: ["plan": "pro", "ext": ["tenant": "t1", "via": "a proxy", "bellhop-via": ["forged"]]])

  @Test func whatIsSentArrives() throws {
    let rendering = Rendering(
      title: Text([.bold([.text("New!")])]), text: Text(literal: "x"), fields: [.init(name: "Plan", value: Text(literal: "pro"))],
      links: [.init(label: "l", url: "https://x.example")])
    for (row, rendering) in [(nil, nil), ("sign-ups", rendering)] {
      let sent = Relayed(
        id: "hub-7", via: ["first", "hub"], age: .milliseconds(1_500), alert: .loud, role: "office", row: row, event: event,
        rendering: rendering)
      var back = try #require(Relayed(json: try JSON(parsing: sent.json.text)))
      #expect(back.event.sender.isEmpty, "who sent it there is nobody here")
      back.event.sender = "shop"
      #expect(back == sent)
    }
  }

  @Test func aMessageNamesTheGatewaysItCameThrough() {
    let message = Message(id: "0a1b-c-42", event: event, role: "office", alert: .quiet)
    let relayed = Relayed(message, age: .seconds(2))
    #expect(relayed.via == ["0a1b-c"] && relayed.alert == .quiet && relayed.age == .seconds(2))
    let arrived = relayed.arrived()
    #expect(arrived.id == "0a1b-c-42" && arrived.sender == "upstream" && arrived.source == "/web" && arrived.subject == "ada")
    #expect(Relayed.via(of: arrived) == ["0a1b-c"] && arrived.data["ext"]?["tenant"] == "t1" && arrived.data["plan"] == "pro")
    let further = Relayed(Message(id: "office-7", event: arrived), age: .zero)
    #expect(further.via == ["0a1b-c", "office"] && Relayed.via(of: further.arrived()) == ["0a1b-c", "office"])
  }

  /// A sender may write what it likes: its own `via` survives, and nobody takes it for the way that an event came.
  @Test func noSenderWritesTheWay() throws {
    for via in [JSON.array(["office"]), "a proxy", ["a": 1], .null] {
      let forged = Event(
        id: "e", sender: "shop", source: "s", time: Timestamp(seconds: 0), data: ["ext": ["via": via, "bellhop-via": ["office"]]])
      let arrived = Relayed(Message(id: "hub-1", event: forged), age: .zero).arrived()
      #expect(Relayed.via(of: forged).isEmpty && Relayed.via(of: arrived) == ["hub"] && arrived.data["ext"]?["via"] == via)
    }
    let odd = Event(id: "e", sender: "shop", source: "s", time: Timestamp(seconds: 0), data: ["ext": "text"])
    #expect(Relayed.via(of: Relayed(Message(id: "hub-1", event: odd), age: .zero).arrived()) == ["hub"])
  }

  @Test func whatIsNoMessageIsNone() throws {
    let whole = try #require(Relayed(id: "m", via: [], age: .zero, event: event).json.object)
    #expect(Relayed(json: .object(whole)) != nil)
    for key in ["id", "via", "age_ms", "alert", "event"] {
      for wrong in [nil, JSON.null, "x", -1, ["y": 1]] as [JSON?] {
        var object = whole
        object[key] = wrong
        // Any text will do as an id, and an age below nothing is none.
        if key == "id", wrong == "x" { continue }
        if key == "age_ms", wrong == -1 {
          #expect(Relayed(json: .object(object))?.age == .zero)
          continue
        }
        #expect(Relayed(json: .object(object)) == nil, "\(key): \(wrong?.text ?? "missing")")
      }
    }
    for key in ["id", "source", "type", "severity", "time", "text"] {
      var inner = try #require(whole["event"]?.object)
      inner[key] = nil
      var object = whole
      object["event"] = .object(inner)
      #expect(Relayed(json: .object(object)) == nil, "event.\(key)")
    }
  }

  @Test(arguments: [
    (RelayedFate(id: "m", state: .delivered, note: "204"), Outcome.delivered(Receipt(note: "204"))),
    (RelayedFate(id: "m", state: .folded, note: "stale"), .delivered(Receipt(note: "stale", state: .folded))),
    (RelayedFate(id: "m", state: .unclear, note: "?"), .delivered(Receipt(note: "?", state: .unclear))),
    (RelayedFate(id: "m", state: .dead, note: "404", fault: .unknownTarget), .refused(Fault(.unknownTarget, "404"))),
    (RelayedFate(id: "m", state: .dead, note: "a\nb"), .refused(Fault(.rejected, "a b"))),
    (
      RelayedFate(id: "m", state: .waiting, note: "full", fault: .unavailable, wait: .seconds(30)),
      .postponed(Fault(.unavailable, "full"), retryAfter: .seconds(30))
    ),
  ])
  func fates(fate: RelayedFate, outcome: Outcome) throws {
    let back = try #require(RelayedFate(json: try JSON(parsing: fate.json.text)))
    #expect(back == fate && back.outcome == outcome)
  }

  @Test func aNewerGatewayIsUnderstood() throws {
    let fate = RelayedFate(json: try JSON(parsing: #"{"id":"m","state":"dead","fault":"melted","wait_ms":9e18,"more":1}"#))
    #expect(fate?.fault == .rejected)
    for bad in ["{}", #"{"id":"m"}"#, #"{"id":"m","state":"gone"}"#, "[]", #"{"id":1,"state":"dead"}"#] {
      #expect(RelayedFate(json: try JSON(parsing: bad)) == nil)
    }
    let long = RelayedFate(json: try JSON(parsing: #"{"id":"m","state":"waiting","wait_ms":999999999999999}"#))
    #expect(long?.wait == .seconds(86_400), "nobody is told to wait for years")
  }
}
