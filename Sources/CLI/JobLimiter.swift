import Bellhop
import Glibc

/// Ends a job that runs too long: first with SIGTERM, and where that does not help with SIGKILL.
final class JobLimiter: Sendable {
  static let grace = Duration.seconds(10)
  private let hasEnded = Guarded(false)
  private let task: Task<Void, Never>

  init(_ job: Job, _ limit: Duration) {
    task = Task { [hasEnded] in
      guard (try? await Task.sleep(for: limit)) != nil else { return }
      hasEnded.withLock { $0 = true }
      job.signal(SIGTERM)
      // A job that was stopped hears nothing else.
      job.signal(SIGCONT)
      guard (try? await Task.sleep(for: Self.grace)) != nil else { return }
      job.signal(SIGKILL)
    }
  }

  /// The job is over. Whether it was this that ended it.
  func stop() -> Bool {
    task.cancel()
    return hasEnded.withLock { $0 }
  }
}
