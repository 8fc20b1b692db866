import Bellhop
import Glibc
import HTTPContract
import Loopback
import Testing

@testable import Curl

/// Tells what its host's thread has spent: time of the processor, so that a busy machine changes nothing.
private final class SpendingGuest: Guest {
  private let waiting = Guarded<CheckedContinuation<Duration, Never>?>(nil)

  func turn() -> GuestTurn {
    waiting.withLock { $0.take() }?.resume(returning: Self.spent)
    return .again(within: nil)
  }

  func evicted() { waiting.withLock { $0.take() }?.resume(returning: .zero) }

  private static var spent: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  func spent(_ engine: Engine) async -> Duration {
    await withCheckedContinuation { continuation in
      waiting.withLock { $0 = continuation }
      engine.wake()
    }
  }
}

extension Wire {
  @Suite(.timeLimit(.minutes(2))) struct CrowdTests {
    /// A vendor that answers nobody holds connections, and nothing else.
    @Test func thoseThatHangTakeNothingFromTheOthers() async throws {
      let (hanging, healthy) = (try LoopbackServer.start { _ in .hang }, try LoopbackServer.start { _ in .ok })
      try await Engine.with { engine in
        let guest = SpendingGuest()
        #expect(engine.board(guest))
        // The least of a few tries: caches, too, are shared with whoever else is busy here.
        func cost() async -> Duration {
          var least = Duration.seconds(1_000)
          for _ in 0..<5 {
            let before = await guest.spent(engine)
            for _ in 0..<100 { #expect(await engine.send(Request("GET", healthy.url)).response?.status == 200) }
            least = min(least, await guest.spent(engine) - before)
          }
          return least
        }
        let alone = await cost()
        let crowd = (0..<800).map { _ in
          Task { await engine.send(Request("GET", hanging.url, timeout: .seconds(100), connectTimeout: .seconds(100), perHost: 800)) }
        }
        #expect(await hanging.waitFor(800, within: .seconds(60)).count == 800)
        let beside = await cost()
        for task in crowd { task.cancel() }
        for task in crowd { #expect(await task.value.fault?.kind == .interrupted) }
        #expect(beside < alone * 5, "\(beside / 100) a request beside \(alone / 100)")
      }
    }
  }
}
