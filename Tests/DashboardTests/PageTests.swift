import Bellhop
import Dashboard
import Store
import Testing

@Suite struct PageTextTests {
  private static let time = Timestamp(seconds: 1_795_521_600)

  private static func event(_ data: JSON.Object = [:], text: String = "x") -> HistoryEvent {
    HistoryEvent(
      sequence: 3, received: time, event: Event(id: "1", sender: "shop", source: "shop", type: "t.x", time: time, text: text, data: data),
      fate: .planned, note: nil)
  }

  @Test func flatDataIsATableAndDeepDataIsJSON() {
    let flat = EventPage(event: Self.event(["amount": 42, "tags": ["a", "b"], "ok": true, "none": .null])).content.text
    #expect(flat.contains("<th scope=\"row\">amount</th><td>42</td>") && flat.contains("<td>a, b</td>") && flat.contains("<td>true</td>"))
    let deep = EventPage(event: Self.event(["user": ["name": "<b>ada</b>", "all": []]])).content.text
    #expect(
      deep.contains("{\n  &quot;user&quot;: {\n    &quot;name&quot;: &quot;&lt;b&gt;ada&lt;/b&gt;&quot;,\n    &quot;all&quot;: []\n  }\n}"))
  }

  /// However deep, in time that grows with its size.
  @Test func whatIsVeryDeepStaysShort() {
    var deep: JSON = 1
    for _ in 0..<500 { deep = ["a": deep] }
    let page = EventPage(event: Self.event(["deep": deep])).content.text
    #expect(page.utf8.count < 20_000)
  }

  @Test func longTextIsWholeOnItsPageAndShortInLists() {
    let long = String(repeating: "<i>é</i> ", count: 12_000)
    let page = EventPage(event: Self.event(text: long)).content.text
    #expect(page.ranges(of: "&lt;i&gt;é&lt;/i&gt;").count == 12_000 && !page.contains("<i>"))
    let home = HomePage(events: [Self.event(text: long)]).content.text
    #expect(home.utf8.count < 6_000 && home.contains("…"))
  }

  @Test(
    arguments: [
      (0, "0 ms"), (412_000, "412 ms"), (1_449_000, "1.4 s"), (89_900_000, "89.9 s"), (180_000_000, "3 min"), (-5, "0 ms"),
    ] as [(Int64, String)])
  func lengthsAreReadable(microseconds: Int64, words: String) {
    let delivery = HistoryDelivery(
      id: 1, sequence: 3, destination: Destination(channel: "money", among: ["chat"], transport: "chat"), role: "ops", row: nil,
      alert: .loud,
      state: .delivered, note: nil, fault: nil, due: nil,
      attempts: [
        HistoryAttempt(
          number: 2, at: Self.time, took: .microseconds(microseconds), lane: "chat", outcome: "delivered", line: "ok", fault: nil)
      ])
    let told = ToldDeliveries(deliveries: [ToldDelivery(delivery: delivery, event: Self.event())])
    #expect(HomePage(events: [], deliveries: told).content.text.contains("delivered</span> in \(words)<"))
  }

  /// What others have written enters the page as text there too.
  @Test func theScriptMakesNoMarkup() {
    let script = String(decoding: DashboardFile.script.bytes, as: UTF8.self)
    for way in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc", "setHTML", "http"] {
      #expect(!script.contains(way), "\(way)")
    }
    #expect(script.contains("textContent") && script.contains("SharedWorker"))
  }

  /// A page never gets the file of another version from a browser's cache.
  @Test func filesHaveTheirVersionInTheAddress() {
    let page = DashboardPage("x", "").html
    #expect(Set(DashboardFile.allCases.map(\.address)).count == DashboardFile.allCases.count)
    for file in DashboardFile.allCases {
      #expect(file.address.contains("?v=") && page.contains("\"\(file.address)\""), "\(file)")
    }
  }

  @Test func addressesKeepTheirFilters() {
    var query = PageQuery(["role": "finance", "q": "a&b=\"c\" é", "type": ""])
    #expect(query.address("/") == "/?role=finance&q=a%26b%3D%22c%22%20%C3%A9")
    query["role"] = nil
    #expect(query.with("before", "7").address("/x") == "/x?q=a%26b%3D%22c%22%20%C3%A9&before=7" && PageQuery().address("/") == "/")
    let told = ToldDeliveries(deliveries: [], next: 7, back: Self.time)
    let page = HomePage(events: [], deliveries: told, query: PageQuery(["role": "finance"])).content.text
    #expect(page.contains("href=\"/?role=finance&amp;before=7\"") && page.contains("Looked back to"))
  }

  @Test func withoutFiguresChartsSayThat() {
    let page = ChartsPage(figures: ActivityFigures()).content.text
    #expect(page.ranges(of: "class=\"empty\"").count == 3 && !page.contains("<svg"))
  }
}
