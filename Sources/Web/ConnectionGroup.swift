import Bellhop
import NIOCore

/// The connections of one listener on one event loop, and what they have in common: the rules, the date, and the box in which the answers of
/// other threads arrive. The answers of one commit come one after another; the first wakes the loop, and the loop then takes all that are
/// there and writes each connection's in one go.
///
/// Unchecked: everything but the box, which has a lock, is touched on the event loop alone.
final class ConnectionGroup: @unchecked Sendable {
  let loop: any EventLoop
  let responder: Responder
  let guests: Guests

  private struct Letter: Sendable {
    let connection: Connection
    let serial: Int
    let news: News
  }
  private struct Box {
    var entries: [Letter] = []
    var isAwaited = false
  }
  private let box = Guarded(Box())

  private(set) var connections: [ObjectIdentifier: Connection] = [:]
  private var taken: [Letter] = []
  private var touched: [Connection] = []
  /// Those who follow what happens, and have something to read: a crowd of them waits behind everybody else.
  private var stirred = CircularBuffer<Letter>(initialCapacity: 1)
  private var isPausing = false
  private var known: Rules
  private var generation: Int
  private var second = Int64.min
  private(set) var dateText = ""
  /// The head of an answer to accepted events, up to the number of its length; and the last one with that, as most are as long as the one before.
  private var acceptedStart: [UInt8] = []
  private var acceptedHead: (bytes: [UInt8], count: Int) = ([], -1)
  /// Room for the body and the whole of small answers, used by one connection after another.
  var text: [UInt8] = []
  var out = ByteBuffer()
  /// The last look at all connections is planned.
  private var isWatching = false
  private(set) var quiescedAt: NIODeadline?
  private var emptied: EventLoopPromise<Void>?

  init(loop: any EventLoop, responder: Responder, guests: Guests) {
    self.loop = loop
    self.responder = responder
    self.guests = guests
    generation = responder.state.generation.load(ordering: .acquiring)
    known = responder.state.current
  }

  // MARK: Answers

  /// Hands over what became of a request; from any thread.
  func deliver(_ news: News, to connection: Connection, _ serial: Int) {
    let isFirst = box.withLock { box in
      box.entries.append(Letter(connection: connection, serial: serial, news: news))
      defer { box.isAwaited = true }
      return !box.isAwaited
    }
    if isFirst { loop.execute { self.drain() } }
  }

  /// Comes back when a client has taken what was delivered, or is gone.
  func letTake(_ connection: Connection) async {
    await withCheckedContinuation { continuation in
      loop.execute { connection.whenTaken { continuation.resume() } }
    }
  }

  private func drain() {
    var entries = taken
    taken = []
    box.withLock { box in
      swap(&box.entries, &entries)
      box.isAwaited = false
    }
    for entry in entries {
      if case .stirred = entry.news {
        stirred.append(entry)
      } else if entry.connection.settle(entry.serial, entry.news) {
        touched.append(entry.connection)
      }
    }
    for connection in touched { connection.pour() }
    touched.removeAll(keepingCapacity: true)
    entries.removeAll(keepingCapacity: entries.capacity <= 4_096)
    taken = entries
    serveStirred()
  }

  /// So many are served in one go: then the loop looks at its sockets, which it does not as long as a task is ready.
  private static let atATime = 64
  private static let pause = TimeAmount.microseconds(100)

  private func serveStirred() {
    if isPausing { return }
    for _ in 0..<min(Self.atATime, stirred.count) {
      let next = stirred.removeFirst()
      if next.connection.settle(next.serial, next.news) { next.connection.pour() }
    }
    if stirred.isEmpty { return }
    isPausing = true
    loop.assumeIsolated().scheduleTask(in: Self.pause) {
      self.isPausing = false
      self.serveStirred()
    }
  }

  // MARK: What they share

  /// The rules of now: a reload is seen by the next request.
  var rules: Rules {
    let now = responder.state.generation.load(ordering: .acquiring)
    if now != generation {
      generation = now
      known = responder.state.current
    }
    return known
  }

  /// Brings the date up to the second.
  func stamp() {
    let now = responder.state.now()
    guard now.seconds != second else { return }
    second = now.seconds
    dateText = HTTPDate.text(now)
    acceptedStart = Array("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nDate: \(dateText)\r\nContent-Length: ".utf8)
    acceptedHead.count = -1
  }

  /// The head of an answer to accepted events whose body has so many bytes, under the date of the last ``stamp()``.
  func acceptedHead(of count: Int) -> [UInt8] {
    if acceptedHead.count != count { acceptedHead = (acceptedStart + Array("\(count)\r\n\r\n".utf8), count) }
    return acceptedHead.bytes
  }

  // MARK: Coming and going

  func add(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = connection
    watch()
  }

  func remove(_ connection: Connection) {
    connections[ObjectIdentifier(connection)] = nil
    if connections.isEmpty { emptied?.succeed(()) }
  }

  /// Ends connections as soon as nothing is under way on them; comes back when none is left.
  func quiesce() -> EventLoopFuture<Void> {
    let promise = loop.makePromise(of: Void.self)
    loop.execute {
      self.quiescedAt = .now()
      self.emptied = promise
      for connection in self.connections.values { connection.quiesce() }
      if self.connections.isEmpty { promise.succeed(()) }
    }
    return promise.futureResult
  }

  /// Ends all connections at once.
  func cut() {
    loop.execute {
      for connection in self.connections.values { connection.cut() }
    }
  }

  /// Ends the connection that has idled longest, of a peer or of all, if it has done so for a second; false where there is none.
  @discardableResult func dismiss(of peer: Peer? = nil) -> Bool {
    let now = NIODeadline.now()
    var idlest: (connection: Connection, since: NIODeadline)?
    for connection in connections.values where peer == nil || connection.peer == peer {
      guard let since = connection.idleSince(now), since + .seconds(1) <= now, since < idlest?.since ?? .distantFuture else { continue }
      idlest = (connection, since)
    }
    idlest?.connection.cut()
    return idlest != nil
  }

  // MARK: Time

  /// Looks at all connections now and then, for as long as there are any: cheaper than a timer for each.
  private func watch() {
    guard !isWatching, !connections.isEmpty else { return }
    isWatching = true
    let limits = rules.limits
    let pace = min(max(min(limits.bodyTime, limits.idleTime).microseconds / 8, 10_000), 1_000_000)
    loop.assumeIsolated().scheduleTask(in: .microseconds(pace)) {
      self.isWatching = false
      let patience = Patience(self.rules.limits, isCrowded: self.guests.areMany, quiescedAt: self.quiescedAt)
      let now = NIODeadline.now()
      for connection in self.connections.values { connection.look(now, patience) }
      self.responder.tellWrongProofs()
      self.watch()
    }
  }
}
