import Glibc

/// Detached threads with small stacks: a thousand of them are cheap.
enum Thread {
  private final class Job: Sendable {
    let work: @Sendable () -> Void
    init(_ work: @escaping @Sendable () -> Void) { self.work = work }
  }

  static func start(_ work: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 512 << 10)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let job = Unmanaged.passRetained(Job(work))
    let code = pthread_create(
      &thread, &attributes,
      { raw in
        if let raw { Unmanaged<Job>.fromOpaque(raw).takeRetainedValue().work() }
        return nil
      }, job.toOpaque())
    precondition(code == 0, "no more threads")
  }
}
