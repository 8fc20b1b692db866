import Bellhop
import Curl
import GatewayWire

/// Takes the messages of a ``Source``: connects, hands over what comes, tells what became of it, and connects again for as long as it runs.
/// What is lost on the way is handed over again by the other side, under the same id.
public final class Upstream: Sendable {
  /// What happens to the connection.
  public enum UpstreamReport: Sendable, Hashable {
    case connected
    /// Why, in one line, and when it will try again.
    case lost(Fault, again: Duration)
  }

  /// Hands a message in at once, without waiting for anything: messages are handed in in the order in which they come. What it answers waits
  /// for the fate, and comes back with nil when its task is cancelled. Called again with the same id where the first call's answer was lost.
  public typealias Keep = @Sendable (Relayed) -> @Sendable () async -> RelayedFate?

  private let source: Source
  private let engine: Engine
  private let keep: Keep
  private let report: @Sendable (UpstreamReport) -> Void
  /// Messages whose fate is not told yet.
  private let active = Guarded<Set<String>>([])

  /// The other side sends something at least so often.
  static let silence = Duration.seconds(45)
  private static let tries = 3

  /// - Parameter report: Must be quick.
  public init(
    _ source: Source, engine: Engine, keep: @escaping Keep, report: @escaping @Sendable (UpstreamReport) -> Void
  ) {
    self.source = source
    self.engine = engine
    self.keep = keep
    self.report = report
  }

  /// Until its task is cancelled.
  public func run() async {
    var backoff = Backoff()
    while !Task.isCancelled {
      let start = ContinuousClock.now
      let fault = await listen()
      if Task.isCancelled { return }
      let wait = backoff.next(after: ContinuousClock.now - start, luck: Double.random(in: 0..<1))
      report(.lost(fault, again: wait))
      try? await Task.sleep(for: wait)
    }
  }

  // MARK: One connection

  /// Comes back when it is over, with the reason.
  private func listen() async -> Fault {
    let (messages, pen) = AsyncStream<Heard>.makeStream()
    let reader = Guarded((stream: EventStream(), isFirst: true))
    var request = Request("GET", source.address, headers: headers, caFile: source.caFile)
    request.endless = Request.Endless(silence: Self.silence) { [report] piece in
      let events = reader.withLock { reader -> [EventStream.StreamEvent] in
        if reader.isFirst { report(.connected) }
        reader.isFirst = false
        return reader.stream.take(piece)
      }
      for event in events where event.name == "message" {
        if let heard = Heard(event) { pen.yield(heard) }
      }
      return true
    }
    return await withTaskGroup(of: Fault?.self) { [request] group in
      group.addTask { [engine] in
        defer { pen.finish() }
        return Self.fault(await engine.send(request))
      }
      group.addTask {
        await withDiscardingTaskGroup { group in
          for await heard in messages where self.active.withLock({ $0.insert(heard.id).inserted }) {
            // Here and not in its task: tasks beside each other have no order.
            let fate = self.fate(of: heard)
            group.addTask {
              if let fate = await fate() { await self.tell(fate) }
              self.active.withLock { _ = $0.remove(heard.id) }
            }
          }
          group.cancelAll()
        }
        return nil
      }
      var reason = Fault(.dropped, "the connection ended")
      for await fault in group { if let fault { reason = fault } }
      return reason
    }
  }

  private enum Heard {
    case message(Relayed)
    /// One that a gateway without this limit handed over: told at once, or it would come again for as long as it is tried there.
    case tooLarge(id: String)

    var id: String {
      switch self {
      case .message(let message): message.id
      case .tooLarge(let id): id
      }
    }

    /// Nil for what is no message.
    init?(_ event: EventStream.StreamEvent) {
      if event.isWhole {
        guard let message = (try? JSON(parsing: event.data)).flatMap(Relayed.init(json:)) else { return nil }
        self = .message(message)
      } else {
        guard let id = Relayed.id(atHeadOf: event.data) else { return nil }
        self = .tooLarge(id: id)
      }
    }
  }

  private func fate(of heard: Heard) -> @Sendable () async -> RelayedFate? {
    switch heard {
    case .message(let message): return keep(message)
    case .tooLarge(let id):
      let fate = RelayedFate(
        id: id, state: .dead, note: "larger than the \(Relayed.largest) bytes that a gateway takes from another: send less data",
        fault: .oversized)
      return { fate }
    }
  }

  private func tell(_ fate: RelayedFate) async {
    for attempt in 1...Self.tries {
      let request = Request(
        "POST", source.address, headers: headers + [Request.Header("Content-Type", "application/json")], body: fate.json.bytes,
        caFile: source.caFile)
      if case .response(let response) = await engine.send(request), response.status < 500 { return }
      // Whoever was not heard is asked again.
      guard attempt < Self.tries, (try? await Task.sleep(for: .seconds(attempt))) != nil else { return }
    }
  }

  private var headers: [Request.Header] { [Request.Header("Authorization", "Bearer \(source.secret.reveal())")] }

  private static func fault(_ answer: Answer) -> Fault {
    switch answer {
    case .failed(let fault, _): fault
    case .response(let response) where (200..<300).contains(response.status): Fault(.dropped, "the other gateway ended the stream")
    case .response(let response) where response.status == 401:
      Fault(
        .unauthorized,
        "the other gateway knows no such transport, or its secret is another: compare `take` and `secret` with its transports")
    case .response(let response): Fault(.unavailable, "the other gateway answered \(response.status)")
    }
  }
}
