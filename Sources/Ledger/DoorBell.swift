import Glibc

/// Wakes one thread. A ring that comes while nobody waits is kept for the next wait, and is no system call.
///
/// Unchecked: the flag is touched between lock and unlock only, and the lock and the condition are for many threads.
/// https://man7.org/linux/man-pages/man3/pthread_cond_init.3.html
final class DoorBell: @unchecked Sendable {
  // Allocated, because neither must move.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var hasRung = false

  init() {
    pthread_mutex_init(lock, nil)
    // Waits must not end early or late because somebody sets the clock.
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(lock)
    condition.deallocate()
    lock.deallocate()
  }

  func ring() {
    pthread_mutex_lock(lock)
    hasRung = true
    pthread_mutex_unlock(lock)
    pthread_cond_signal(condition)
  }

  /// Comes back when it rings, or has rung, and at that moment at the latest.
  func wait(until moment: ContinuousClock.Instant?) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if let moment {
      var end = Self.time(in: moment - .now)
      while !hasRung { if pthread_cond_timedwait(condition, lock, &end) == ETIMEDOUT { break } }
    } else {
      while !hasRung { pthread_cond_wait(condition, lock) }
    }
    hasRung = false
  }

  private static func time(in wait: Duration) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let billion = 1_000_000_000
    let parts = wait.components
    let nanoseconds = time.tv_nsec + max(0, Int(parts.attoseconds / 1_000_000_000))
    time.tv_sec += max(0, Int(parts.seconds)) + nanoseconds / billion
    time.tv_nsec = nanoseconds % billion
    return time
  }
}
