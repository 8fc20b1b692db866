import Bellhop

/// A path into an event, split once.
struct EventPath: Sendable, Hashable {
  let segments: [String]

  init(_ segments: [String]) { self.segments = segments }

  var written: String { segments.joined(separator: ".") }

  /// The value as people write it; empty where there is none.
  func text(in event: Event) -> String {
    guard segments.count > 1 else {
      switch segments.first {
      case "subject": return event.subject ?? ""
      case "type": return event.type
      case "text": return event.text
      default: return segments.first.flatMap { event.value(at: $0) }?.plain ?? ""
      }
    }
    return JSON.object(event.data).value(at: segments[1...])?.plain ?? ""
  }
}
