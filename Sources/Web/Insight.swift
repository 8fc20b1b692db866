import Bellhop
import Store
import Streaming

/// What readers see. The gateway implements it; the listeners call it from a task of the request, for those who may read.
///
/// What must hold: nothing here changes anything, and any number of calls may run at a time.
public protocol Insight: Sendable {
  /// What happened so far, as far as this visitor may see it.
  func history(for visitor: Visitor) -> ReaderHistory
  /// What happens, as it happens.
  var hub: StreamHub { get }
  /// A page of what happened, the newest first, as far as this visitor may see it.
  func search(_ question: SearchQuestion, for visitor: Visitor) async -> Result<SearchPage, SearchRefusal>
  /// Which rows would win for this event, and why the earlier ones do not; at a given time or now.
  func explain(_ event: Event, at time: Timestamp?) async -> JSON
  /// Every lane with its state, as JSON for people.
  func lanes() async -> JSON
  /// What each row sent and held back today, yesterday and in the last seven days, as JSON for people.
  func rows() async throws(SpoolError) -> JSON
  /// Every silence with how often it held something back, as JSON for people.
  func silences() async throws(SpoolError) -> JSON
  /// Every role with its rows in the order of the file, and what each sent lately, as JSON for people.
  func roles() async throws(SpoolError) -> JSON
  /// Every watch: what it waits for, and how that stands, as JSON for people.
  func watches() async throws(SpoolError) -> JSON
  /// The channels and transports under the configuration in force, as JSON for people: `{"channels": […], "transports": […]}`.
  func outlets() async -> JSON
  /// How many events of the last day a filter takes, as far as a few pages of the history tell: `{"events", "of"}`; or where it is wrong.
  func matches(_ filter: String) async -> Result<JSON, OperationFault>
  /// What was done by hand, newest first, as JSON for people: `{"audit": […], "next"}`; `before` pages on.
  func audit(before: Int64?, limit: Int) async throws(SpoolError) -> JSON
  /// 32 characters that stand for a text, which nobody can make who does not have the store: they sign what a browser keeps.
  func pseudonym(of text: String) -> String
  /// What happened lately, in figures.
  func activity() async -> ActivityFigures
  /// The roles, of those that a visitor sees, in which somebody is to acknowledge this event.
  func awaiting(_ event: HistoryEvent, of roles: Set<String>?) async -> [String]
  /// What roles and channels there are.
  func names() -> ConfiguredNames
  /// Prometheus text, version 0.0.4.
  func metrics() async -> String
  /// Nil when events can be taken and kept, else why not, in words that everybody may read.
  func ready() async -> String?
}
