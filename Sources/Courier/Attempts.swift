import Bellhop

/// The attempts under way, so that a single one of a task group's children can be cancelled.
final class Attempts: Sendable {
  private enum AttemptEntry: Sendable {
    case announced
    case cancelled
    case running(TaskHandle)
  }

  /// Safe to hand over: the handle is used only under the lock and only while its task is inside ``run(_:_:)``, which takes it out before it
  /// leaves; and `cancel` is one of the members that other tasks may call.
  /// https://developer.apple.com/documentation/swift/unsafecurrenttask
  private struct TaskHandle: @unchecked Sendable {
    let task: UnsafeCurrentTask
  }

  private let entries = Guarded<[Int: AttemptEntry]>([:])

  /// Before the child is made: a cancellation may come before it starts.
  func announce(_ token: Int) { entries.withLock { $0[token] = .announced } }

  /// Runs an announced attempt in the current task.
  func run<Value: Sendable>(_ token: Int, _ body: @Sendable () async -> Value) async -> Value {
    await withUnsafeCurrentTask { task in
      if let task {
        entries.withLock { entries in
          if case .cancelled? = entries[token] { task.cancel() }
          entries[token] = .running(TaskHandle(task: task))
        }
      }
      let value = await body()
      _ = entries.withLock { $0.removeValue(forKey: token) }
      return value
    }
  }

  func cancel(_ token: Int) {
    entries.withLock { entries in
      switch entries[token] {
      case .announced: entries[token] = .cancelled
      case .running(let handle): handle.task.cancel()
      case .cancelled, nil: break
      }
    }
  }
}
