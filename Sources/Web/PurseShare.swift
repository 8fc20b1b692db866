import Bellhop

/// A share of the memory that larger bodies and answers may take together. Whoever needs it holds it; it is given back when the last one lets
/// it go.
final class PurseShare: Sendable {
  private let bytes = Guarded(0)
  private let state: SiteState

  init(_ state: SiteState) { self.state = state }

  deinit { state.release(bytes.withLock { $0 }) }

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
