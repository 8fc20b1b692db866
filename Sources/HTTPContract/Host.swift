/// A thread that sleeps until something is to be done, and that others may use between two of its own steps.
///
/// Implemented by `Curl`'s engine; the courier is its guest. Must hold: turns of one guest never overlap, and after ``wake()`` every guest
/// has a turn that begins later than the call.
public protocol Host: AnyObject, Sendable {
  /// Takes a guest in: its first turn comes at once. False where the thread has ended or never began: then there is no turn.
  func board(_ guest: any Guest) -> Bool

  /// A turn soon. From any thread; costs a system call only where the thread sleeps.
  func wake()
}

/// Who uses a host's thread.
public protocol Guest: AnyObject, Sendable {
  /// Does what there is to do, without waiting for anything.
  func turn() -> GuestTurn

  /// The host's thread ends: there will be no turn any more.
  func evicted()
}

/// What a guest wants after a turn.
public enum GuestTurn: Sendable, Hashable {
  /// Another turn when somebody wakes the host, and so long from now at the latest; nil is no time of its own.
  case again(within: Duration?)
  /// It leaves.
  case done
}
