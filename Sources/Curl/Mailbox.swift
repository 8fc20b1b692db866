import Bellhop
import CCurl

/// How everybody talks to the loop: messages in order, and a wake-up only where the loop sleeps.
final class Mailbox: Sendable {
  enum Message: Sendable {
    case start(any Transfer)
    case cancel(any Transfer)
  }

  private struct State: Sendable {
    var messages: [Message] = []
    var asleep = false
    var closed = false
    /// Those who wait for the end; nil once it has come.
    var closers: [CheckedContinuation<Void, Never>]? = []
    /// Nil once the loop has ended, so that nobody wakes what is no more.
    var multi: Multi?
  }

  private let state: Guarded<State>

  init(_ multi: Multi) { state = Guarded(State(multi: multi)) }

  /// False if the loop takes no more messages.
  @discardableResult
  func post(_ message: Message) -> Bool {
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

  private static func wake(_ state: inout State) {
    guard state.asleep, let multi = state.multi else { return }
    state.asleep = false
    curl_multi_wakeup(multi.pointer)
  }

  // For the loop:

  /// Everything that came since.
  func take() -> (messages: [Message], closed: Bool) {
    state.withLock { state in
      state.asleep = false
      guard !state.messages.isEmpty else { return ([], state.closed) }
      var messages: [Message] = []
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
/// handle lives, and ``Mailbox`` lets go of it under its lock before the loop destroys it.
struct Multi: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
}
