import Bellhop
import Store
import Testing

@testable import Dashboard

/// The pages of those who run the gateway, as markup.
@Suite struct OpsPagesTests {
  private static let now = Timestamp(seconds: 1_795_521_600)
  private static let hostile = "<img src=x onerror=alert(1)>\"'"

  @Test func numbersAreGrouped() {
    let numbers: [Int64] = [0, 7, 999, 1_000, 1_204, 31_337, 1_000_000, -1_204]
    #expect(numbers.map(SafeHTML.grouped) == ["0", "7", "999", "1,000", "1,204", "31,337", "1,000,000", "-1,204"])
  }

  @Test func whatIsSaidCounts() {
    #expect(Said.shown(.retried, 1).text.contains("1 delivery put back in line."))
    #expect(Said.shown(.retried, 1_204).text.contains("1,204 deliveries put back in line."))
    #expect(Said.shown(.paused, nil).text.contains("role=\"status\"") && Said.shown(nil, 3) == .none)
  }

  /// Whatever stands in names and reasons, no page has markup of it.
  @Test func hostileTextStaysText() {
    let h = JSON.string(Self.hostile)
    let lanes: JSON = ["lanes": [["lane": h, "state": "paused", "why": h, "last_fault": h, "rate": h]]]
    let outlets: JSON = ["channels": [["name": h, "places": [h]]], "transports": [["name": h, "kind": h]]]
    let note = PageNote(
      flaw: FormFlaw(Self.hostile, field: Self.hostile, caret: Self.hostile), form: ["lane": Self.hostile, "filter": Self.hostile])
    let silences: JSON = ["silences": [["id": 1, "state": "active", "filter": h, "who": h, "why": h, "role": h, "row": h]]]
    let roles: JSON = ["roles": [["role": h, "rows": [["row": h, "match": h, "to": [h], "alert": h, "rules": [h], "place": h]]]]]
    let trail: JSON = ["audit": [["at": h, "who": h, "by": h, "what": h, "of": h, "result": h]], "next": h]
    let delivery = HistoryDelivery(
      id: 1, sequence: 2, destination: Destination(transport: Self.hostile), role: Self.hostile, row: nil, alert: .normal, state: .dead,
      note: Self.hostile, fault: Self.hostile, due: nil, attempts: [])
    let filter = DeadFilter(state: .dead, destination: Self.hostile, role: Self.hostile)
    let pages: [SafeHTML] = [
      LanesPage(lanes: lanes, outlets: outlets, at: Self.now, mayChange: true, note).content, PauseForm(note).content,
      DropForm(lane: Self.hostile, waiting: 1, flaw: note.flaw).content,
      DeadPage([delivery], filter, next: 1, channels: [Self.hostile], mayChange: true, note).content,
      DeadForm(filter, ids: nil, count: 1, upTo: 9, channel: Self.hostile, flaw: note.flaw).content,
      SilencesPage(silences, mayChange: true, note).content, SilenceForm(note, matched: nil).content,
      SilenceEditForm(silences["silences"]?.array?.first, note).content,
      WatchesPage(["watches": [["name": h, "waits_for": h, "emits": h]], "cut": true], at: Self.now).content, RolesPage(roles).content,
      ExplainPage(form: ["type": Self.hostile, "data": Self.hostile], answer: Self.hostile, flaw: note.flaw).content,
      AuditPage(trail).content,
      LoginPage(next: Self.hostile, flaw: note.flaw, hasReaders: true).content,
      RefusalPage(Self.hostile, detail: Self.hostile, status: 403).content,
      .loggedIn(Self.hostile),
    ]
    for page in pages {
      #expect(!page.text.contains("<img") && page.text.contains("&lt;img") || page.text.contains("%3Cimg"), "\(page.text)")
      #expect(!page.text.contains("=x onerror=alert(1)>"), "\(page.text)")
    }
  }

  /// Each field has a label, each table a name, and what is wrong with a field is tied to it.
  @Test func formsAreLabelled() {
    let form = SilenceForm(PageNote(flaw: FormFlaw("no", field: "for"))).content.text
    for name in ["filter", "for", "why", "role", "row"] {
      #expect(form.contains("<label for=\"\(name)\">") && form.contains("id=\"\(name)\""), "\(name)")
    }
    #expect(
      form.contains("aria-describedby=\"flaw-for\"") && form.ranges(of: "aria-invalid").count == 1 && form.contains("id=\"flaw-for\""))
  }

  @Test func viewersSeeNoButtons() {
    let lanes: JSON = ["lanes": [["lane": "chat", "state": "paused"]]]
    let pages = [
      LanesPage(lanes: lanes, outlets: ["channels": [["name": "money"]]], at: Self.now, mayChange: false).content,
      SilencesPage(["silences": [["id": 1, "state": "active"]]], mayChange: false).content,
      DeadPage([], DeadFilter(), next: nil, channels: [], mayChange: false).content,
    ]
    for page in pages { #expect(!page.text.contains("method=\"post\"") && !page.text.contains(">Do<"), "\(page.text)") }
  }

  @Test func everyPageIsAnAddressOfItsOwn() {
    let paths = DashboardView.allCases.map(\.path) + DashboardStep.allCases.map(\.path) + DashboardFile.allCases.map { "/\($0.rawValue)" }
    #expect(Set(paths).count == paths.count && paths.allSatisfy { $0.hasPrefix("/") })
    #expect(DashboardStep.allCases.allSatisfy { $0.view.takesForms && $0.path.hasPrefix($0.view.path + "/") })
  }
}
