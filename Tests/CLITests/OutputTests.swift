import Bellhop
import Testing

@testable import CLI

@Suite struct OutputTests {
  @Test func tablesFitTheirContent() {
    let table = TextTable(["ID", "UNTIL", "NAME", "N"], [["1", "", "日本", "5"], ["234", "", "chat #money", ""]])
    #expect(table.lines(width: nil) == ["ID   NAME         N", "1    日本         5", "234  chat #money"])
  }

  @Test func tablesAreCutToTheScreen() {
    #expect(TextTable(["NAME"], [["abcdefgh"], ["日本語"], ["abcd"]]).lines(width: 5) == ["NAME", "abcd…", "日本…", "abcd"])
  }

  @Test func outsideTextCannotSteerTheTerminal() {
    #expect(Output.printable("a\u{1B}[31mred\r\nb\tc\u{7}\u{202E}d\u{9B}e 🛎️") == "a[31mred b cde 🛎️".replacing("red b", with: "red  b"))
    let row = Search.table([["received": "x", "type": "t", "text": "one\n\u{1B}]0;two"]]).rows[0]
    #expect(row.last == "one ]0;two")
  }

  @Test func prettyJSONReadsBack() throws {
    let value: JSON = ["a": [1, 2], "b": [["c": nil as JSON? ?? .null]], "d": [:], "e": "x\"y"]
    let text = Output.pretty(value)
    #expect(try JSON(parsing: text) == value)
    #expect(text == "{\n  \"a\": [1,2],\n  \"b\": [\n    {\n      \"c\": null\n    }\n  ],\n  \"d\": {},\n  \"e\": \"x\\\"y\"\n}")
  }

  @Test func countsInWords() {
    #expect(Output.count(1, "mistake") == "1 mistake")
    #expect(Output.count(2, "delivery", "deliveries") == "2 deliveries")
  }

  @Test func deadLettersShowTheirLastTry() {
    let delivery: JSON = [
      "id": 12, "destination": "money", "role": "finance", "state": "dead", "fault": "rejected",
      "attempts": [["number": 1, "line": "first"], ["number": 2, "line": "the vendor said no", "took_ms": 1.5]],
    ]
    #expect(Dead.table([delivery]).rows == [["12", "", "money", "finance", "2", "rejected", "the vendor said no"]])
    #expect(Dead.DeadList.configuration.abstract.isEmpty == false)
    let lines = Dead.Show.lines(delivery, event: ["type": "payment.received", "subject": "ada", "id": "e1"])
    #expect(lines.first == "delivery     12")
    #expect(lines.contains("event        payment.received ada"))
    #expect(!lines.contains { $0.hasPrefix("row") })
  }

  @Test func lanesShowWhatWaits() {
    let lane: JSON = [
      "lane": "chat #money", "kind": "slack", "state": "paused", "waiting": 3, "in_flight": 1, "oldest": "2027-01-15T07:00:00Z",
      "why": "maintenance",
    ]
    let table = LaneCommand.table([lane], now: Timestamp(seconds: 1_800_000_000))
    #expect(table.rows == [["chat #money", "slack", "paused", "3", "1", "1h", "", "maintenance", ""]])
    #expect(table.lines(width: nil)[0] == "LANE         KIND   STATE   WAITING  IN FLIGHT  OLDEST  WHY")
  }
}
