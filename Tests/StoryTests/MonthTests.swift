import Bellhop
import Deciding
import Foundation
import Testing

/// The bot that does not cry wolf: the example configuration, a company, and what its people hear. `BELLHOP_DAYS=30` is the whole month.
@Suite struct MonthTests {
  private static let days = ProcessInfo.processInfo.environment["BELLHOP_DAYS"].flatMap { Int($0) } ?? 5

  @Test func whatMattersIsHeardAndTheRestIsQuiet() throws {
    let month = try Month(days: Self.days, seed: 7)
    if Self.days >= 30 {
      print(month.table)
      // The README shows what was measured.
      let readme = try String(contentsOf: Month.root.appending(path: "README.md"), encoding: .utf8)
      for line in month.table.split(separator: "\n") { #expect(readme.contains(line), "\(line)") }
    }
    let loud = month.told.filter { $0.alert == .loud }
    func belongs(_ told: Month.Told) -> Bool {
      month.saas.incidents.contains { told.at >= $0.from && told.at <= $0.to + .seconds(3_700) }
    }
    // No more than two loud ones in a shift that has no incident, and nine of ten belong to one.
    let stray = loud.filter { !belongs($0) }.map(\.at).sorted()
    for (index, at) in stray.enumerated() where index >= 2 { #expect(at - stray[index - 2] > .seconds(12 * 3_600), "\(at)") }
    let strays = loud.filter { !belongs($0) }.map { "\($0.at.rfc3339) \($0.event.type) \($0.event.text)" }
    #expect(Double(loud.count - stray.count) >= 0.9 * Double(loud.count), "\(strays.joined(separator: "\n"))")
    // Every incident is heard within a minute, and its end within two.
    #expect(!month.saas.incidents.isEmpty)
    for incident in month.saas.incidents {
      let began = month.told.first {
        $0.event.type == "outage.\(incident.name).firing" && $0.event.subject == incident.name && $0.at >= incident.from
      }
      let ended = month.told.first {
        $0.event.type == "outage.\(incident.name).resolved" && $0.event.subject == incident.name && $0.at >= incident.to
      }
      #expect(began.map { $0.at - incident.from <= .seconds(60) && $0.alert == .loud } == true, "\(incident)")
      #expect(ended.map { $0.at - incident.to <= .seconds(120) } == true, "\(incident)")
    }
    // Forty messages at most for each role and working day.
    for (role, all) in Dictionary(grouping: month.told, by: \.role) {
      for (day, messages) in Dictionary(grouping: all, by: { ($0.at - Saas.start).microseconds / 86_400_000_000 }) where day % 7 < 5 {
        #expect(messages.count <= 40, "\(role) heard \(messages.count) on day \(day)")
      }
    }
    // No event is unaccounted for.
    let planned = Dictionary(grouping: month.store.deliveries.values, by: \.delivery.sequence)
    for sequence in month.store.events.keys {
      #expect(planned[sequence]?.allSatisfy { $0.state != .held } == true, "event \(sequence)")
    }
  }
  /// What is seen before it is live is what comes then: message by message.
  @Test func aRehearsalIsTheRealThing() throws {
    let month = try Month(days: 2, seed: 11)
    var rehearsal = Rehearsal(month.decider, from: Saas.start)
    for happening in month.saas.happenings { rehearsal.post(happening.event, at: happening.at) }
    rehearsal.run(until: Saas.start + .seconds((2 + 4) * 86_400))
    #expect(rehearsal.cut == nil)
    #expect(rehearsal.events.map(\.event) == month.store.events.sorted { $0.key < $1.key }.map(\.value.event))
    func key(_ role: String, _ alert: Alert, _ event: Event) -> String { "\(role) \(alert.word) \(event.type) \(event.id)" }
    let told = Set(
      rehearsal.messages.compactMap { message in rehearsal[message.sequence].map { key(message.role, message.alert, $0.event) } })
    #expect(told == Set(month.told.map { key($0.role, $0.alert, $0.event) }))
    #expect(month.told.count > 20)
  }
}
