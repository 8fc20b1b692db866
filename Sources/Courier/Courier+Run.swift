import Bellhop
import HTTPContract

extension Courier {
  /// The loop in its turns, beside the work that waits for something.
  func live() async {
    let (chores, pen) = AsyncStream<CourierLoop.Chore>.makeStream()
    let loop = CourierLoop(self, chores: pen)
    await withDiscardingTaskGroup { group in
      group.addTask {
        await self.drive(loop)
        pen.finish()
      }
      for await chore in chores { group.addTask { await chore() } }
      group.cancelAll()
    }
    await loop.closeTransports()
  }

  /// Gives the loop its turns: on the host's thread, or in this task where there is none, or no more.
  private func drive(_ loop: CourierLoop) async {
    if let host, await stay(loop, at: host) { return }
    inbox.move(to: nil)
    var wakes: [Duration] = []
    while case .again(let at) = loop.step() {
      // Timers are only added when an earlier one is needed; one too many is a look at nothing.
      wakes.removeAll { $0 <= time.ticks() }
      if let at, at < wakes.min() ?? .forever {
        wakes.append(at)
        loop.begin { [time, inbox] in
          await time.sleep(at)
          inbox.put(.input(.tick))
        }
      }
      await inbox.news()
    }
  }

  /// True when the loop has ended there; false when the host's thread has ended before it.
  private func stay(_ loop: CourierLoop, at host: any Host) async -> Bool {
    await withCheckedContinuation { continuation in
      loop.onLeaving(continuation)
      inbox.move(to: host)
      if !host.board(loop) { loop.evicted() }
    }
  }
}
