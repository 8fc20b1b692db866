import Bellhop

/// Brings a job's news while it runs, and the last of them when it has ended. The job does not wait for it.
struct NewsTeller {
  /// How long the end of a job may be held where nobody said.
  static let hold = Duration.seconds(5)
  private let task: Task<String?, Never>
  private let ended = Guarded<ContinuousClock.Instant?>(nil)

  /// Begins with what is in the store.
  init(_ store: any NewsStore, _ options: PostOptions, wait: Duration?) {
    task = Task { [ended] in
      let obstacle: NewsBearer.Obstacle?
      do {
        obstacle = try await options.withPost { post in
          let bearer = NewsBearer(store: store, post: post)
          await Self.accompany(bearer)
          // The job has ended: this task is cancelled, and what it has yet to do is not.
          let start = ended.withLock { $0 } ?? .now
          return await Task { await Self.finish(bearer, since: start, wait: wait) }.value
        }
      } catch let ending as CommandEnd {
        obstacle = .init(text: ending.text)
      } catch {
        obstacle = .init(text: "\(error)")
      }
      return obstacle.map { Self.line($0, in: store) }
    }
  }

  /// The job is over and its last news are in the store. Answers why not all could be brought.
  func finish() async -> String? {
    ended.withLock { $0 = .now }
    task.cancel()
    return await task.value
  }

  /// Until the task is cancelled.
  private static func accompany(_ bearer: NewsBearer) async {
    var pause = Duration.seconds(1)
    while !Task.isCancelled {
      let obstacle = await Task { await bearer.bring(within: hold) }.value
      let wish = max(pause, min(obstacle?.retryAfter ?? .zero, .seconds(3_600)))
      try? await Task.sleep(for: obstacle == nil ? .seconds(100 * 86_400) : wish)
      pause = min(pause * 2, .seconds(60))
    }
  }

  private static func finish(_ bearer: NewsBearer, since start: ContinuousClock.Instant, wait: Duration?) async -> NewsBearer.Obstacle? {
    let deadline = start + (wait ?? hold)
    while true {
      let obstacle = await bearer.bring(within: min(deadline - .now, hold))
      guard let obstacle, wait != nil else { return obstacle }
      let pause = max(.milliseconds(500), obstacle.retryAfter ?? .zero)
      guard ContinuousClock.now + pause < deadline else { return obstacle }
      try? await Task.sleep(for: pause)
    }
  }

  private static func line(_ obstacle: NewsBearer.Obstacle, in store: any NewsStore) -> String {
    let fate = store.place.map { "the news are kept in \($0), and the next `bellhop run` or `bellhop send` brings them" }
    return "\(fate ?? "the news are lost"): \(obstacle.text)"
  }
}
