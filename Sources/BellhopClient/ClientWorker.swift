import NIOConcurrencyHelpers

/// Brings what waits to the gateway: what came while the last request was under way is the next one.
final class ClientWorker: Sendable {
  private struct WorkState {
    var waiting: WaitingEvents
    /// A pause that ends when the client is shut down; one that the gateway asked for does not.
    var nap: Task<Void, Never>?
    var whenEmpty: [CheckedContinuation<Void, Never>] = []
  }

  private let state: NIOLockedValueBox<WorkState>
  private let poster: HTTPPoster
  private let options: ClientOptions
  private let (wakes, waker) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

  init(_ poster: HTTPPoster, _ options: ClientOptions) {
    (self.poster, self.options) = (poster, options)
    state = NIOLockedValueBox(WorkState(waiting: WaitingEvents(options)))
  }

  var counts: ClientCounts { state.withLockedValue { $0.waiting.counts } }

  func number() -> UInt64 { state.withLockedValue { $0.waiting.number() } }

  /// Takes an event in, or tells its fate at once.
  func add(_ event: WaitingEvent) {
    let refusal = state.withLockedValue { $0.waiting.add(event) }
    if let refusal { event.fate?(.failure(refusal)) } else { waker.yield() }
  }

  func giveUp(_ number: UInt64, _ why: BellhopClientError) {
    update { $0.waiting.giveUp(number).map { [$0] } ?? [] }.forEach { $0(.failure(why)) }
  }

  /// Until the task is cancelled or the worker stopped.
  func work() async {
    var failures = 0
    for await _ in wakes {
      while case let batch = state.withLockedValue({ $0.waiting.batch() }), !batch.isEmpty, !Task.isCancelled {
        guard let wish = await bring(batch) else {
          failures = 0
          continue
        }
        failures += 1
        await pause(RetryWait.pause(failures: failures, wish: wish.wish, luck: .random(in: 0...1), options), canEnd: wish.wish == nil)
      }
    }
  }

  /// What the gateway asked for where it did not take them; nil when their fate is known.
  private func bring(_ batch: [WaitingEvent]) async -> (wish: Duration?, Void)? {
    let answer = await poster.post(Self.body(batch))
    switch RetryWait.verdict(answer) {
    case .taken: settle(batch, as: \.sent, .success(()))
    case .later(let wish): return (wish, ())
    case .refused where batch.count > 1:
      // A batch is taken whole or not at all: one of them is at fault.
      for event in batch {
        if let later = await bring([event]) { return later }
      }
    case .refused:
      var error = BellhopClientError.refused(status: 422, "")
      if case .status(let status, _, let body) = answer { error = .refused(status: status, String(body.prefix(500))) }
      settle(batch, as: \.refused, .failure(error))
    }
    return nil
  }

  private func settle(_ batch: [WaitingEvent], as count: WritableKeyPath<ClientCounts, Int>, _ result: Result<Void, BellhopClientError>) {
    update { $0.waiting.settle(batch, as: count) }.forEach { $0(result) }
  }

  private func pause(_ length: Duration, canEnd: Bool) async {
    let nap = Task { _ = try? await Task.sleep(for: length) }
    let isClosed = state.withLockedValue { state in
      if canEnd { state.nap = nap }
      return state.waiting.isClosed
    }
    // Shut down already: what is left of its time is for trying, though not without a breath.
    if isClosed, canEnd, length > .milliseconds(200) {
      nap.cancel()
      try? await Task.sleep(for: .milliseconds(200))
    }
    await withTaskCancellationHandler {
      await nap.value
    } onCancel: {
      nap.cancel()
    }
    state.withLockedValue { $0.nap = nil }
  }

  /// No more come. Comes back when nothing waits.
  func drain() async {
    let nap = state.withLockedValue { state in
      state.waiting.close()
      return state.nap
    }
    nap?.cancel()
    waker.yield()
    await withCheckedContinuation { continuation in
      let isEmpty = state.withLockedValue { state in
        if !state.waiting.events.isEmpty { state.whenEmpty.append(continuation) }
        return state.waiting.events.isEmpty
      }
      if isEmpty { continuation.resume() }
    }
  }

  /// What still waits is dropped.
  func abandon() { update { $0.waiting.abandon() }.forEach { $0(.failure(.closed)) } }

  func stop() {
    waker.finish()
    poster.close()
  }

  /// Changes what waits; who waits for nothing to wait is told.
  private func update(_ change: (inout WorkState) -> [EventFate]) -> [EventFate] {
    let (fates, content) = state.withLockedValue { state in
      let fates = change(&state)
      let content = state.waiting.events.isEmpty ? state.whenEmpty : []
      if state.waiting.events.isEmpty { state.whenEmpty = [] }
      return (fates, content)
    }
    content.forEach { $0.resume() }
    return fates
  }

  /// https://github.com/ndjson/ndjson-spec
  private static func body(_ batch: [WaitingEvent]) -> [UInt8] {
    batch.reduce(into: []) { body, event in
      body += event.line
      body.append(UInt8(ascii: "\n"))
    }
  }
}
