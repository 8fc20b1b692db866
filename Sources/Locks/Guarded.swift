#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A value behind a lock: the one lock of the house. Not the standard library's `Mutex`, whose interface it has: the thread sanitizer does
/// not see its futex on Linux and reports races where there are none.
///
/// Unchecked: the value is reached only between lock and unlock, and what goes in and out is `sending`.
package final class Guarded<Value>: @unchecked Sendable {
  // Allocated, because a lock must not move and a stored property may.
  private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  package init(_ value: consuming sending Value) {
    self.value.initialize(to: value)
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
    value.deinitialize(count: 1)
    value.deallocate()
  }

  /// Waits for the lock; `use` must be quick and must not take it again.
  package func withLock<Result, Failure: Error>(
    _ use: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return try use(&value.pointee)
  }
}
