import Bellhop
import Store

/// What a commit has for readers. Each part is put into words once for all who may see the same of it, and not at all where nobody asked.
struct StreamNews {
  enum NewsPart {
    case event(HistoryEvent)
    case fate(StreamFate)
  }

  /// A part as one sight shows it.
  struct NewsPiece {
    /// The event's.
    var sequence: Int64
    var isEvent: Bool
    var bytes: [UInt8]
  }

  /// What readers of some roles may see of a part.
  private struct View {
    var part: NewsPart
    var bytes: [UInt8]?
  }

  private let parts: [NewsPart]
  private let epoch: String
  private var views: [Set<String>?: [View?]] = [:]
  private var known: [StreamSight: [NewsPiece]] = [:]

  init(_ parts: [NewsPart], in epoch: String) {
    self.parts = parts
    self.epoch = epoch
  }

  var isEmpty: Bool { parts.isEmpty }

  /// What a sight shows of it, in order.
  mutating func pieces(for sight: StreamSight) -> [NewsPiece] {
    if let pieces = known[sight] { return pieces }
    var views = views[sight.only] ?? parts.map { Self.view(of: $0, sight.only) }
    var pieces: [NewsPiece] = []
    for index in views.indices {
      guard let view = views[index] else { continue }
      switch view.part {
      case .event(let event):
        guard sight.takes(event) else { continue }
        let bytes = view.bytes ?? StreamText.event(event, in: epoch)
        views[index]?.bytes = bytes
        pieces.append(NewsPiece(sequence: event.sequence, isEvent: true, bytes: bytes))
      case .fate(let fate):
        guard sight.takes(fate.delivery, of: fate.event) else { continue }
        let bytes = view.bytes ?? StreamText.fate(fate)
        views[index]?.bytes = bytes
        pieces.append(NewsPiece(sequence: fate.delivery.sequence, isEvent: false, bytes: bytes))
      }
    }
    self.views[sight.only] = views
    known[sight] = pieces
    return pieces
  }

  private static func view(of part: NewsPart, _ only: Set<String>?) -> View? {
    switch part {
    case .event(let event): return event.seen(by: only).map { View(part: .event($0)) }
    case .fate(var fate):
      guard let delivery = fate.delivery.seen(by: only) else { return nil }
      fate.delivery = delivery
      return View(part: .fate(fate))
    }
  }
}
