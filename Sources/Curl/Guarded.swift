import Glibc

/// A value behind a lock. Not the standard library's `Mutex`: the thread sanitizer does not understand its futex and reports races.
///
/// Unchecked: the value is reached only between lock and unlock, and leaves only as something sendable.
final class Guarded<Value: Sendable>: @unchecked Sendable {
  private var value: Value
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init(_ value: Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func withLock<T: Sendable>(_ use: (inout Value) -> T) -> T {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return use(&value)
  }
}
