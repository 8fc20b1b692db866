import NIOCore
import NIOPosix

/// Tells a Bellhop gateway what happened.
///
/// ```swift
/// let bellhop = try BellhopClient(url: "https://bellhop.example.com", token: token)
/// bellhop.post(type: "user.registered", subject: "ada@example.com", data: ["plan": "pro"])
/// try await bellhop.send(type: "payment.failed", subject: "order 7", severity: .error)
/// await bellhop.shutdown()
/// ```
///
/// Events wait in memory, bounded by ``ClientOptions``, and go out in the order they came, many in one request where many wait. What the
/// gateway cannot take now is sent again until it can. Each event has its id from the beginning, so that one that was sent twice is
/// delivered once.
public final class BellhopClient: Sendable {
  private let worker: ClientWorker
  private let task: Task<Void, Never>
  private let source: String?

  /// A client of a gateway at an address such as `https://bellhop.example.com`. Nothing is connected before the first event.
  /// - Parameters:
  ///   - token: the sender's secret; nil where the gateway has no `senders:`.
  ///   - group: whose threads do the work.
  public convenience init(
    url: String, token: String? = nil, options: ClientOptions = ClientOptions(),
    group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) throws(BellhopClientError) {
    try self.init(ClientAddress(url), token: token, options: options, group: group)
  }

  /// A client of the gateway on this machine, through the socket in its data folder: who may write to that file needs no token.
  public convenience init(
    socket: String, options: ClientOptions = ClientOptions(), group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
  ) throws(BellhopClientError) {
    try self.init(.socket(socket), token: nil, options: options, group: group)
  }

  private init(_ address: ClientAddress, token: String?, options: ClientOptions, group: any EventLoopGroup) throws(BellhopClientError) {
    source = options.source
    let worker = ClientWorker(try HTTPPoster(address, token: token, options: options, group: group), options)
    self.worker = worker
    task = Task { await worker.work() }
  }

  deinit {
    task.cancel()
    worker.abandon()
    worker.stop()
  }

  /// How events fared so far.
  public var counts: ClientCounts { worker.counts }

  /// Hands an event over and goes on at once. It never throws: what cannot be sent is counted in ``counts``.
  /// - Parameters:
  ///   - type: what happened, in words of letters, digits and `_ - / :` between dots: `user.registered`. An event needs a type or a text.
  ///   - subject: whom or what it is about.
  ///   - text: what people read when no row says otherwise.
  ///   - data: all else. Secrets under names such as `password` are hidden by the gateway before it keeps them.
  ///   - id: what makes it the same event when it is told again; a new one by default.
  /// - Returns: its id.
  @discardableResult
  public func post(
    type: String? = nil, subject: String? = nil, severity: EventSeverity = .info, text: String? = nil, data: [String: EventValue] = [:],
    id: String? = nil
  ) -> String {
    let id = id ?? EventLine.newID()
    let line = EventLine.bytes(
      id: id, type: type, subject: subject, severity: severity, text: text, source: source, data: data, time: EventLine.now)
    worker.add(WaitingEvent(number: worker.number(), line: line, fate: nil))
    return id
  }

  /// Sends an event, and comes back when the gateway has it on its disk. It takes its turn behind what waits.
  /// - Parameter limit: how long to try.
  /// - Returns: its id.
  @discardableResult
  public func send(
    type: String? = nil, subject: String? = nil, severity: EventSeverity = .info, text: String? = nil, data: [String: EventValue] = [:],
    id: String? = nil, within limit: Duration = .seconds(30)
  ) async throws(BellhopClientError) -> String {
    let id = id ?? EventLine.newID()
    let line = EventLine.bytes(
      id: id, type: type, subject: subject, severity: severity, text: text, source: source, data: data, time: EventLine.now)
    let (worker, number) = (worker, worker.number())
    let alarm = Task {
      guard (try? await Task.sleep(for: limit)) != nil else { return }
      worker.giveUp(number, .timedOut)
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        worker.add(WaitingEvent(number: number, line: line) { continuation.resume(returning: $0) })
        // The handler below may have come too early.
        if Task.isCancelled { worker.giveUp(number, .cancelled) }
      }
    } onCancel: {
      worker.giveUp(number, .cancelled)
    }
    alarm.cancel()
    try result.get()
    return id
  }

  /// Takes no more events, and sends what waits.
  /// - Parameter limit: how long to try; what waits then is dropped.
  /// - Returns: how many were dropped.
  @discardableResult
  public func shutdown(within limit: Duration = .seconds(5)) async -> Int {
    let before = counts.dropped
    let alarm = Task { [worker] in
      guard (try? await Task.sleep(for: limit)) != nil else { return }
      worker.abandon()
    }
    await worker.drain()
    alarm.cancel()
    worker.stop()
    task.cancel()
    return counts.dropped - before
  }
}
