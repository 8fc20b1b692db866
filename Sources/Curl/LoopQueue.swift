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
    /// Nil once the loop has ended: there is nobody to wake.
    var bell: EventBell?

    /// Whom to wake for what has come.
    mutating func wakes() -> EventBell? {
      guard asleep else { return nil }
      asleep = false
      return bell
    }
  }

  private let state: Guarded<QueueState>

  init(_ bell: EventBell) { state = Guarded(QueueState(bell: bell)) }

  /// Changes what the loop reads; false where it reads no more. It is woken behind the lock: who is woken inside runs into it at once, and
  /// both threads pay for the way to sleep and back.
  private func add(_ change: @Sendable (inout QueueState) -> Bool) -> Bool {
    let (isTaken, bell) = state.withLock { state -> (Bool, EventBell?) in change(&state) ? (true, state.wakes()) : (false, nil) }
    bell?.ring()
    return isTaken
  }

  /// False if the loop takes no more notes.
  @discardableResult
  func post(_ note: Note) -> Bool {
    add { state in
      guard !state.mail.isClosed else { return false }
      state.mail.notes.append(note)
      return true
    }
  }

  /// All of them under one lock. False if the loop takes no more notes.
  func post(_ transfers: [any Transfer]) -> Bool {
    add { state in
      guard !state.mail.isClosed else { return false }
      for transfer in transfers { state.mail.notes.append(.start(transfer)) }
      return true
    }
  }

  /// The guests get a turn soon.
  func wantTurn() {
    _ = add { state in
      state.mail.isTurnWanted = true
      return true
    }
  }

  /// No more notes; the loop ends once it has read those that are here. False if it has ended already.
  @discardableResult
  func close(_ closer: CheckedContinuation<Void, Never>? = nil) -> Bool {
    add { state in
      state.mail.isClosed = true
      guard state.closers != nil else { return false }
      if let closer { state.closers?.append(closer) }
      return true
    }
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
      state.bell = nil
      return state.closers ?? []
    }
  }
}
