import Bellhop
import Store

/// What a watch waited for that was changed or is gone: counted for a moment, as there may be many, and then told in one event.
struct ClosedState {
  private var count: Int64 = 0
  /// The first few, by sequence.
  private var samples: [Int64] = []

  /// So long nothing more must have been closed.
  private static let lull = Duration.seconds(5)
  private static let most = 10

  init(_ json: JSON? = nil) {
    count = max(0, json?["n"]?.int ?? 0)
    samples = (json?["s"]?.array ?? []).compactMap(\.int)
  }

  private var json: JSON { ["n": .int(count), "s": .array(samples.map(JSON.int))] }

  /// One more matter; `sequence` is its event, where it has one.
  mutating func add(_ sequence: Int64?, of watch: String, _ work: inout WatchTurn) {
    count += 1
    // They come in the order of their deadlines, or of anything.
    if let sequence { samples = Array((samples + [sequence]).sorted().prefix(Self.most)) }
    let slot = Self.slot(of: watch)
    work.keep(json, in: slot)
    work.expect(work.now + Self.lull, slot)
  }

  static func slot(of watch: String) -> RuleSlot { RuleSlot(owner: Watches.owner, name: watch, rule: Watches.closing) }

  /// Says it, where it is over.
  func tell(_ slot: RuleSlot, _ work: inout WatchTurn) {
    work.forget(slot)
    guard count > 0 else { return }
    let matters = count == 1 ? "1 matter that it waited for is" : "\(count) matters that it waited for are"
    work.emit(
      Event(
        id: "watch-ended-\(String(slot.ref, radix: 16))-\(work.now.microseconds)", sender: Event.gateway, source: Event.gateway,
        type: Watches.ended, subject: count == 1 ? samples.first.flatMap(work.event)?.subject : nil, severity: .notice, time: work.now,
        text: "\(slot.name): the watch was changed or is gone, and \(matters) watched no more",
        data: ["watch": .string(slot.name), "count": .int(count), "events": .array(samples.map(JSON.int))]))
  }
}
