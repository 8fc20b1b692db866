import Logging
import Search
import ServiceLifecycle

/// Keeps the search index up with the store.
struct SearchService: Service {
  let search: EventSearch

  func run() async throws { await cancelWhenGracefulShutdown { await search.run() } }

  /// What the log says of the index.
  static func note(_ news: EventSearch.SearchNews, _ logger: Logger) {
    switch news {
    case .begins(let events):
      logger.notice("the search index is being built; until then searches take longer", metadata: ["events": "\(events)"])
    case .isWhole: logger.notice("the search index is whole")
    case .fails(let why):
      logger.warning("the search index cannot be written; it will be tried again", metadata: ["error": .string(why)])
    }
  }
}
