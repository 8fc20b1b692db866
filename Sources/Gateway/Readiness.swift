import Bellhop

/// Whether events are taken, and why not.
final class Readiness: Sendable {
  private let isOpen = Guarded(false)
  private let obstacle: @Sendable () -> String?

  /// - Parameter obstacle: why nothing can be kept just now, in words that everybody may read; nil where it can.
  init(obstacle: @escaping @Sendable () -> String? = { nil }) { self.obstacle = obstacle }

  func open() { isOpen.withLock { $0 = true } }
  func shut() { isOpen.withLock { $0 = false } }

  /// Nil when events can be taken and kept.
  var why: String? { isOpen.withLock { $0 } ? obstacle() : "starting or stopping" }
}
