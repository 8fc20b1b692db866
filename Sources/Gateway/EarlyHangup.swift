import Glibc
import Synchronization

/// A SIGHUP that comes before the gateway listens to signals: it would end the process, and is remembered instead.
public enum EarlyHangup {
  private static let came = Atomic<Bool>(false)

  /// The first act of `serve`.
  public static func remember() {
    // Made before the handler may run: what makes it the first time is no work for a signal. https://man7.org/linux/man-pages/man7/signal-safety.7.html
    came.store(false, ordering: .relaxed)
    signal(SIGHUP) { _ in EarlyHangup.came.store(true, ordering: .relaxed) }
  }

  /// Whether one came; once.
  static func cameIn() -> Bool { came.exchange(false, ordering: .relaxed) }
}
