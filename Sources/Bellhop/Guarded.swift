#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A value behind a lock. Not the standard library's `Mutex`: the thread sanitizer does not see its futex on Linux and reports races where
/// there are none.
///
/// Unchecked: the value is reached only between lock and unlock, and what leaves is sendable.
package final class Guarded<Value: Sendable>: @unchecked Sendable {
  private var value: Value
  // Allocated, because a lock must not move and a stored property may.
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  package init(_ value: Value) {
    self.value = value
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  /// Waits for the lock; `use` must be quick and must not take it again.
  package func withLock<Result: Sendable>(_ use: (inout Value) -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return use(&value)
  }
}
