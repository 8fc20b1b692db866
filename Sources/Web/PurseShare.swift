import Bellhop

/// A share of the memory that larger bodies and answers may take together: of a body until its commit has answered, of an answer until it is
/// written. It is given back then, at the latest when nobody holds it any more.
final class PurseShare: Sendable {
  private let bytes = Guarded(0)
  private let state: SiteState

  init(_ state: SiteState) { self.state = state }

  deinit { giveBack() }

  func giveBack() {
    let held = bytes.withLock { held in
      defer { held = 0 }
      return held
    }
    state.release(held)
  }

  /// So much of a body or an answer is free: what every connection may hold at a time.
  static let free = 65_536

  /// Makes room for so many bytes in all; false when the purse does not hold that.
  func cover(_ count: Int, of purse: Int) -> Bool {
    bytes.withLock { held in
      let due = max(0, count - Self.free)
      if due <= held { return true }
      guard state.hold(due - held, of: purse) else { return false }
      held = due
      return true
    }
  }
}
