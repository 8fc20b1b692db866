import Bellhop
import Glibc

/// The thread on which all is written. It is woken once for all that comes while it rests, never while it works or has nothing to do.
///
/// GRDB by itself hands a block to libdispatch, which wakes a thread of its pool, and another that looks after the pool. What runs here takes
/// GRDB's serial queue for the writing connection all the same: the queue is free as a rule, and taking it then switches no thread.
final class WriterThread: Sendable {
  typealias Work = @Sendable () -> Void

  private let line = WorkLine()

  /// Starts the thread.
  /// - Throws: ``NoThread`` where the system has none.
  init() throws(NoThread) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(line)
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<WorkLine>.fromOpaque(context).takeRetainedValue().live() }
        return nil
      }, context.toOpaque())
    guard code == 0 else {
      context.release()
      throw NoThread(number: code)
    }
    pthread_detach(thread)
  }

  deinit { line.end() }

  /// Runs `work` on the thread, behind all that was handed in before. It holds whoever holds this thread, so that none of it is left behind.
  func run(_ work: @escaping Work) { line.add(work) }

  struct NoThread: Error {
    let number: Int32
    var reason: String { "no thread can be had: \(String(cString: strerror(number)))" }
  }
}

/// What waits for the thread. It lives as long as the thread, which may outlive who hands in work: by its own last piece of it.
///
/// Unchecked: the works are behind a lock, and a semaphore is for many threads. https://man7.org/linux/man-pages/man7/sem_overview.7.html
private final class WorkLine: @unchecked Sendable {
  /// Nil at the end.
  private let works = Guarded<[WriterThread.Work]?>([])
  // Allocated, because a semaphore must not move.
  private let bell = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(bell, 0, 0) }

  deinit {
    sem_destroy(bell)
    bell.deallocate()
  }

  func add(_ work: @escaping WriterThread.Work) {
    let isFirst = works.withLock { works in
      works?.append(work)
      return works?.count == 1
    }
    // Where the thread works it only counts, which is no system call.
    if isFirst { sem_post(bell) }
  }

  func end() {
    works.withLock { $0 = nil }
    sem_post(bell)
  }

  func live() {
    while let all = take() {
      if all.isEmpty { sem_wait(bell) }
      for work in all { work() }
    }
  }

  private func take() -> [WriterThread.Work]? {
    works.withLock { works in
      defer { if works?.isEmpty == false { works = [] } }
      return works
    }
  }
}
