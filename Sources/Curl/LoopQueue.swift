import Bellhop

/// How everybody talks to the loop: notes in order, and a wake-up only where the loop sleeps.
final class LoopQueue: Sendable {
  enum Note: Sendable {
    case start(any Transfer)
    case cancel(any Transfer)
    case cancelErrand(ErrandName)
    case board(any Guest)
  }

  /// What came since the loop looked last.
  struct Mail: Sendable {
    var notes: [Note] = []
    /// Somebody wants the guests to have a turn.
    var isTurnWanted = false
    var isClosed = false
  }

  private struct QueueState: Sendable {
    var mail = Mail()
    var asleep = false
    /// Those who wait for the end; nil once it has come.
    var closers: [CheckedContinuation<Void, Never>]? = []
    /// Nil once the loop has ended, so that nobody wakes what is no more.
    var multi: Multi?
  }

  private let state: Guarded<QueueState>

  init(_ multi: Multi) { state = Guarded(QueueState(multi: multi)) }

  /// False if the loop takes no more notes.
  @discardableResult
  func post(_ note: Note) -> Bool {
    state.withLock { state in
      guard !state.mail.isClosed else { return false }
      state.mail.notes.append(note)
      Self.wake(&state)
      return true
    }
  }

  /// All of them under one lock. False if the loop takes no more notes.
  func post(_ transfers: [any Transfer]) -> Bool {
    state.withLock { state in
      guard !state.mail.isClosed else { return false }
      for transfer in transfers { state.mail.notes.append(.start(transfer)) }
      Self.wake(&state)
      return true
    }
  }

  /// The guests get a turn soon.
  func wantTurn() {
    state.withLock { state in
      state.mail.isTurnWanted = true
      Self.wake(&state)
    }
  }

  /// No more notes; the loop ends once it has read those that are here. False if it has ended already.
  @discardableResult
  func close(_ closer: CheckedContinuation<Void, Never>? = nil) -> Bool {
    state.withLock { state in
      state.mail.isClosed = true
      guard state.closers != nil else { return false }
      if let closer { state.closers?.append(closer) }
      Self.wake(&state)
      return true
    }
  }

  private static func wake(_ state: inout QueueState) {
    guard state.asleep, let multi = state.multi else { return }
    state.asleep = false
    multi.wake()
  }

  // For the loop:

  /// Everything that came since.
  func take() -> Mail {
    state.withLock { state in
      state.asleep = false
      var mail = Mail(isClosed: state.mail.isClosed)
      swap(&mail, &state.mail)
      return mail
    }
  }

  /// Whether there is nothing to read; from now on notes wake the loop.
  func fallAsleep() -> Bool {
    state.withLock { state in
      state.asleep = state.mail.notes.isEmpty && !state.mail.isClosed && !state.mail.isTurnWanted
      return state.asleep
    }
  }

  /// The loop will not look again. Answers who waited for this.
  func end() -> [CheckedContinuation<Void, Never>] {
    state.withLock { state in
      defer { state.closers = nil }
      state.mail.isClosed = true
      state.multi = nil
      return state.closers ?? []
    }
  }
}
