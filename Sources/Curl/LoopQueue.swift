import Bellhop
import CCurl

/// How everybody talks to the loop: messages in order, and a wake-up only where the loop sleeps.
final class LoopQueue: Sendable {
  enum LoopMessage: Sendable {
    case start(any Transfer)
    case cancel(any Transfer)
  }

  private struct QueueState: Sendable {
    var messages: [LoopMessage] = []
    var asleep = false
    var closed = false
    /// Those who wait for the end; nil once it has come.
    var closers: [CheckedContinuation<Void, Never>]? = []
    /// Nil once the loop has ended, so that nobody wakes what is no more.
    var multi: Multi?
  }

  private let state: Guarded<QueueState>

  init(_ multi: Multi) { state = Guarded(QueueState(multi: multi)) }

  /// False if the loop takes no more messages.
  @discardableResult
  func post(_ message: LoopMessage) -> Bool {
    state.withLock { state in
      guard !state.closed else { return false }
      state.messages.append(message)
      Self.wake(&state)
      return true
    }
  }

  /// No more messages; the loop ends once it has read those that are here. False if it has ended already.
  @discardableResult
  func close(_ closer: CheckedContinuation<Void, Never>? = nil) -> Bool {
    state.withLock { state in
      state.closed = true
      guard state.closers != nil else { return false }
      if let closer { state.closers?.append(closer) }
      Self.wake(&state)
      return true
    }
  }

  private static func wake(_ state: inout QueueState) {
    guard state.asleep, let multi = state.multi else { return }
    state.asleep = false
    curl_multi_wakeup(multi.pointer)
  }

  // For the loop:

  /// Everything that came since.
  func take() -> (messages: [LoopMessage], closed: Bool) {
    state.withLock { state in
      state.asleep = false
      guard !state.messages.isEmpty else { return ([], state.closed) }
      var messages: [LoopMessage] = []
      messages.reserveCapacity(state.messages.count)
      swap(&messages, &state.messages)
      return (messages, state.closed)
    }
  }

  /// Whether there is nothing to read; from now on messages wake the loop.
  func fallAsleep() -> Bool {
    state.withLock { state in
      state.asleep = state.messages.isEmpty && !state.closed
      return state.asleep
    }
  }

  /// The loop will not look again. Answers who waited for this.
  func end() -> [CheckedContinuation<Void, Never>] {
    state.withLock { state in
      defer { state.closers = nil }
      state.closed = true
      state.multi = nil
      return state.closers ?? []
    }
  }
}

/// A multi handle. Sent between threads: `curl_multi_wakeup`, the only call that is not the loop's, may be made by any thread while the
/// handle lives, and ``LoopQueue`` lets go of it under its lock before the loop destroys it.
struct Multi: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
}
