import Bellhop

/// What a search found, and how far back it looked.
struct SearchFinds {
  var events: [JSON] = []
  /// Nil where all there is was looked at.
  var searchedBackTo: JSON?

  /// Nothing.
  init() {}

  /// Page by page: a page may be short, or even empty, with more behind it.
  init(_ client: Client, _ query: [(String, String?)], limit: Int) async throws(CommandEnd) {
    var pages = SearchPages(client, query)
    defer { Progress.clear() }
    while events.count < limit, let page = try await pages.next(limit: min(200, limit - events.count)) {
      events += page
      searchedBackTo = pages.searchedBackTo
      if let back = searchedBackTo, events.count < limit { Progress.show("searched back to \(HumanTime.local(back)) …") }
    }
    events = Array(events.prefix(limit))
  }

  /// How far it looked; nil where that needs no word.
  func end(limit: Int) -> String? {
    guard let searchedBackTo else { return Terminal.isWatched && !events.isEmpty ? "Searched all there is." : nil }
    return "Searched back to \(HumanTime.local(searchedBackTo)). There may be more: add --limit \(limit * 2), or narrow the search."
  }

  /// What to do where nothing was found.
  func emptiness(isNarrowed: Bool) -> String {
    if !isNarrowed {
      return "No events found. Nothing has come in yet, or all of it was older than store.keep: try `bellhop send --type test`."
    }
    return "No events found. Leave out a term, look further back with since:, or find beginnings of words: fail*."
  }
}

/// The pages of a search, one after the other.
struct SearchPages {
  private let client: Client
  private let query: [(String, String?)]
  private var cursor: String?
  private var isOver = false
  /// Of the last page; nil where all there is was looked at.
  private(set) var searchedBackTo: JSON?

  init(_ client: Client, _ query: [(String, String?)]) {
    self.client = client
    self.query = query
  }

  /// The next page; nil behind the last.
  mutating func next(limit: Int) async throws(CommandEnd) -> [JSON]? {
    if isOver { return nil }
    let page = try await client.call("GET", "/v1/events", query: query + [("cursor", cursor), ("limit", String(limit))])
    let next = page["next"].flatMap { $0.isNull ? nil : $0.plain }
    // A cursor that stands still would be asked for forever.
    isOver = next == nil || next == cursor
    cursor = next
    searchedBackTo = page["searched_back_to"]
    return page["events"]?.array ?? []
  }
}
