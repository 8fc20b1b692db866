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
    #expect(throws: CommandEnd.self) { try EventOptions.parse(["--subject", "s"]).overlay(on: [:]) }
    #expect(try EventOptions.parse(["--text", "hello"]).overlay(on: [:]) == ["text": "hello"])
  }

  @Test func explainsWhatTheHistoryPrints() throws {
    let object: JSON.Object = [
      "sequence": 7, "received": "2026-11-23T09:30:00Z", "sender": "shop", "id": "e1", "source": "shop", "type": "t.x", "severity": "error",
      "time": "2026-11-23T09:30:00Z", "text": "hi", "data": ["a": 1], "fate": "planned",
    ]
    let (event, sender) = Explain.posted(object)
    #expect(sender == "shop" && event.keys == ["id", "source", "type", "severity", "time", "text", "data"])
  }

  @Test func newIdsAreUUIDsOfVersionFour() throws {
    let id = Send.newID()
    #expect(id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    #expect(id != Send.newID())
  }
}
