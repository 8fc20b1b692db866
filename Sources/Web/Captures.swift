import Bellhop
import Senders
import Synchronization

/// Who looks on while requests come in to a sender: `bellhop capture`. Nothing is stored, and nobody waits for one who looks on.
final class Captures: Sendable {
  /// So many look on at a time.
  static let most = 8
  /// So many requests wait for one of them.
  static let queue = 32

  private struct Lookout {
    let sender: Sender
    let pen: AsyncStream<[UInt8]>.Continuation
    var missed = 0
  }
  private struct Lookouts {
    var all: [Int: Lookout] = [:]
    var next = 0
  }
  private let lookouts = Guarded(Lookouts())
  /// How many there are, so that a request need not take the lock to learn that there is none.
  private let count = Atomic(0)

  /// What comes in from now on; nil where too many look on already.
  func open(_ sender: Sender) -> AsyncStream<[UInt8]>? {
    let (stream, pen) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingOldest(Self.queue))
    let number = lookouts.withLock { lookouts -> Int? in
      guard lookouts.all.count < Self.most else { return nil }
      lookouts.next += 1
      lookouts.all[lookouts.next] = Lookout(sender: sender, pen: pen)
      return lookouts.next
    }
    guard let number else { return nil }
    count.add(1, ordering: .releasing)
    pen.onTermination = { [weak self] _ in self?.close(number) }
    return stream
  }

  private func close(_ number: Int) {
    if lookouts.withLock({ $0.all.removeValue(forKey: number) }) != nil { count.subtract(1, ordering: .releasing) }
  }

  var isIdle: Bool { count.load(ordering: .acquiring) == 0 }

  /// Shows a request to those who look on at its sender. One whose sender could not be told is shown to those of its dialect.
  func show(_ hook: Hook, _ body: [UInt8]?, _ outcome: Result<[Event], PostRefusal>, at now: Timestamp) {
    if isIdle { return }
    func isMeant(_ lookout: Lookout) -> Bool {
      hook.isLost ? lookout.sender.dialect.name == hook.sender.dialect.name : lookout.sender.name == hook.sender.name
    }
    let watched = lookouts.withLock { $0.all.filter { isMeant($0.value) } }
    guard !watched.isEmpty else { return }
    for (number, lookout) in watched {
      // A reload may have changed the secrets; those of both are hidden.
      let known = Sender(
        name: lookout.sender.name, dialect: hook.sender.dialect, secrets: hook.sender.secrets + lookout.sender.secrets,
        redact: hook.sender.redact, values: hook.sender.values)
      let sight = PostSight(of: hook.head, at: hook.address, body: body, from: known, became: outcome, at: now)
      hand(sight.line, to: number)
    }
  }

  private func hand(_ line: [UInt8], to number: Int) {
    lookouts.withLock { lookouts in
      guard let lookout = lookouts.all[number] else { return }
      let word = lookout.missed > 0 ? Self.word(lookout.missed) : []
      switch lookout.pen.yield(word + Self.event(line)) {
      case .enqueued: lookouts.all[number]?.missed = 0
      case .dropped: lookouts.all[number]?.missed += 1
      default: break
      }
    }
  }

  /// https://html.spec.whatwg.org/multipage/server-sent-events.html: JSON in one line has no line break.
  private static func event(_ line: [UInt8]) -> [UInt8] { Array("data: ".utf8) + line + Array("\n\n".utf8) }

  /// Says that some were too fast for who looks on.
  static func word(_ missed: Int) -> [UInt8] { event(Array(#"{"missed":\#(missed)}"#.utf8)) }
}
