import Bellhop
import Store

/// What readers see. The gateway implements it; the listeners call it from a task of the request, for those who may read.
///
/// What must hold: nothing here changes anything, and any number of calls may run at a time.
public protocol Insight: Sendable {
  /// What happened so far, as far as this visitor may see it.
  func history(for visitor: Visitor) -> ReaderHistory
  /// A page of what happened, the newest first, as far as this visitor may see it; without deliveries.
  func search(_ question: SearchQuestion, for visitor: Visitor) async -> Result<SearchPage, SearchRefusal>
  /// Which rows would win for this event, and why the earlier ones do not; at a given time or now.
  func explain(_ event: Event, at time: Timestamp?) async -> JSON
  /// Every lane with its state, as JSON for people.
  func lanes() async -> JSON
  /// What each row sent and held back today, yesterday and in the last seven days, as JSON for people.
  func rows() async throws(SpoolError) -> JSON
  /// Every silence with how often it held something back, as JSON for people.
  func silences() async throws(SpoolError) -> JSON
  /// Prometheus text, version 0.0.4.
  func metrics() async -> String
  /// Nil when events can be taken and kept, else why not, in words that everybody may read.
  func ready() async -> String?
}
