/// A transport whose far end calls in, because nobody can call it: a gateway behind an office's router. The web lets it in under the
/// transport's name; what goes back and forth is the kind's own.
public protocol Visited: Transport {
  /// Somebody is connected.
  var isVisited: Bool { get }
  /// Whether the caller offers a secret of this transport that holds at that time. Compares in constant time.
  func admits(_ secret: some Sequence<UInt8>, at now: Timestamp) -> Bool
  /// What a visitor hears: events of an event stream, each whole (https://html.spec.whatwg.org/multipage/server-sent-events.html), until the
  /// stream ends or the visitor goes. A later visitor takes the place of an earlier one, whose stream ends.
  func visit() -> AsyncStream<[UInt8]>
  /// What a visitor says, as a JSON document. The failure is one line for it.
  func hear(_ word: JSON) async -> Result<Void, Fault>
}
