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

  /// Runs `work` on the thread when it has rested for so long. There is one such moment: a later one takes the place of this.
  func run(after rest: Duration, _ work: @escaping Work) { line.add(work, at: .now + rest) }

  struct NoThread: Error {
    let number: Int32
    var reason: String { "no thread can be had: \(String(cString: strerror(number)))" }
  }
}

/// What waits for the thread. It lives as long as the thread, which may outlive who hands in work: by its own last piece of it.
private final class WorkLine: Sendable {
  private struct Works: Sendable {
    var due: [WriterThread.Work] = []
    var later: (at: ContinuousClock.Instant, work: WriterThread.Work)?
    var isEnded = false
  }

  private enum Turn: Sendable {
    case work([WriterThread.Work])
    /// Until then, or until somebody rings.
    case rest(ContinuousClock.Instant?)
    case end
  }

  private let works = Guarded(Works())
  private let bell = DoorBell()

  func add(_ work: @escaping WriterThread.Work) {
    let isFirst = works.withLock { works in
      works.due.append(work)
      return works.due.count == 1
    }
    if isFirst { bell.ring() }
  }

  /// From the thread itself, which looks before it rests.
  func add(_ work: @escaping WriterThread.Work, at moment: ContinuousClock.Instant) {
    works.withLock { $0.later = (moment, work) }
  }

  func end() {
    works.withLock { $0.isEnded = true }
    bell.ring()
  }

  func live() {
    while true {
      switch take() {
      case .work(let all): for work in all { work() }
      case .rest(let moment): bell.wait(until: moment)
      case .end: return
      }
    }
  }

  private func take() -> Turn {
    works.withLock { works in
      if works.isEnded { return .end }
      if !works.due.isEmpty {
        defer { works.due = [] }
        return .work(works.due)
      }
      guard let later = works.later else { return .rest(nil) }
      guard later.at <= .now else { return .rest(later.at) }
      works.later = nil
      return .work([later.work])
    }
  }
}
