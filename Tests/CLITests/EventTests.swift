import ArgumentParser
import Bellhop
import Testing

@testable import CLI

@Suite struct EventTests {
  @Test func optionsOverrideTheFile() throws {
    let options = try EventOptions.parse(["--type", "a.b", "--severity", "error", "--data", "user.id=7"])
    let object = try options.overlay(on: ["type": "x", "subject": "s", "data": ["user": ["name": "ada"]]])
    #expect(object == ["type": "a.b", "subject": "s", "data": ["user": ["name": "ada", "id": 7]], "severity": "error"])
  }

  @Test func anEventNeedsTypeOrText() throws {
    #expect(throws: Ending.self) { try EventOptions.parse(["--subject", "s"]).overlay(on: [:]) }
    #expect(try EventOptions.parse(["--text", "hello"]).overlay(on: [:]) == ["text": "hello"])
  }

  @Test func explainsWhatTheHistoryPrints() throws {
    let object: JSON.Object = [
      "sequence": 7, "received": "2026-11-23T09:30:00Z", "sender": "shop", "id": "e1", "source": "shop", "type": "t.x", "severity": "error",
      "time": "2026-11-23T09:30:00Z", "text": "hi", "data": ["a": 1], "fate": "planned",
    ]
    let event = try Explain.event(object, sender: nil, at: Timestamp(seconds: 0))
    #expect(
      event
        == Event(
          id: "e1", sender: "shop", source: "shop", type: "t.x", severity: .error, time: Timestamp(seconds: 1_795_426_200), text: "hi",
          data: ["a": 1]))
  }

  @Test func explainFillsInDefaults() throws {
    let event = try Explain.event(["type": "a.b", "subject": "s"], sender: nil, at: Timestamp(seconds: 5))
    #expect(event.sender == "local" && event.source == "local" && event.text == "a.b s" && event.time == Timestamp(seconds: 5))
    #expect(try Explain.event(["text": "x"], sender: "shop", at: Timestamp(seconds: 5)).source == "shop")
  }

  @Test(
    arguments: [
      ["type": "a", "colour": "red"], ["type": 7], ["type": "a", "severity": "bad"], ["type": "a", "time": "noon"],
      ["type": "a", "data": [1]],
    ] as [JSON.Object])
  func explainRefusesWhatTheGatewayWould(object: JSON.Object) {
    #expect { try Explain.event(object, sender: nil, at: Timestamp(seconds: 0)) } throws: { ($0 as? Ending)?.code == 2 }
  }

  @Test func newIdsAreUUIDsOfVersionFour() throws {
    let id = Send.newID()
    #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    #expect(id != Send.newID())
  }
}
