import Bellhop
import Foundation
import Ledger
import Matching
import Store

@testable import Search

/// A store in a folder of its own with an index of small slices.
final class SearchFixture: Sendable {
  let folder = FileManager.default.temporaryDirectory.appending(path: "bellhop-search-\(UUID().uuidString)").path
  let time = Guarded(Timestamp(seconds: 1_800_000_000))
  private let search = Guarded<EventSearch?>(nil)
  let news = Guarded<[EventSearch.SearchNews]>([])

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  static var pace: EventSearch.Pace {
    var pace = EventSearch.Pace()
    pace.slice = 50
    pace.batch = (7, 20)
    pace.gathering = .zero
    // Tests run beside others: what is cut for time's sake is a test's own matter.
    pace.budget = .seconds(20)
    pace.broadBudget = .seconds(20)
    return pace
  }

  var indexFolder: String { folder + "/search" }

  func openLedger(_ options: Ledger.Options = .init(freeFraction: { 1 })) throws -> Ledger {
    try Ledger.open(
      path: folder, options: options, now: { self.time.withLock { $0 } },
      observe: { committed in self.search.withLock { $0 }?.note(committed) })
  }

  func openSearch(_ log: any EventLog, _ pace: EventSearch.Pace = pace) -> EventSearch {
    let search = EventSearch(folder: indexFolder, log: log, pace: pace) { told in self.news.withLock { $0.append(told) } }
    self.search.withLock { $0 = search }
    return search
  }

  func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }

  /// Which of the words stand anywhere in the files below the folder.
  func found(_ words: [String]) throws -> [String] {
    var bytes = Data()
    for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      bytes += try Data(contentsOf: URL(fileURLWithPath: folder + "/" + path))
    }
    return words.filter { bytes.range(of: Data($0.utf8)) != nil }
  }
}

func arrival(
  _ id: String, type: String = "a.b", subject: String? = nil, sender: String = "s", severity: Severity = .info, text: String = "text",
  data: JSON.Object = [:], hearers: [(role: String, row: String?)] = [("r", nil)], fate: Fate = .planned
) -> Arrival {
  Arrival(
    event: Event(
      id: id, sender: sender, source: "src", type: type, subject: subject, severity: severity, time: Timestamp(seconds: 1), text: text,
      data: data),
    plan: Plan(
      fate: fate,
      deliveries: hearers.map {
        PlannedDelivery(destination: Destination(channel: "c", among: ["chat"], transport: "chat"), role: $0.role, row: $0.row)
      }))
}

extension Ledger {
  func keep(_ arrivals: [Arrival]) async throws { _ = try await commit(Batch(arrivals: arrivals)) }
}

extension EventSearch {
  func filter(_ text: String) throws -> EventFilter { try FilterText.parse(text, allowing: Set(FilterText.Extra.allCases)) }

  /// The ids that all pages hold.
  func ids(_ text: String, for only: Set<String>? = nil, limit: Int = 50, now: Timestamp = Timestamp(seconds: 1_800_000_000)) async throws
    -> [String]
  {
    try await all(try filter(text), for: only, limit: limit, now: now).map(\.event.id)
  }

  func all(_ filter: EventFilter, for only: Set<String>? = nil, limit: Int, now: Timestamp) async throws -> [HistoryEvent] {
    var found: [HistoryEvent] = []
    var cursor: Int64?
    repeat {
      let page = try await find(filter, for: only, cursor: cursor, limit: limit, now: now)
      found += page.events
      cursor = page.next
    } while cursor != nil
    return found
  }
}
