import Bellhop
import Curl

/// Brings news to the gateway, oldest first. They leave the store when the gateway has them, and not before.
struct NewsBearer: Sendable {
  let store: any NewsStore
  let post: Post

  /// Why not all could be brought.
  struct Obstacle: Hashable, Sendable {
    /// For people.
    var text: String
    /// As the gateway wished.
    var retryAfter: Duration?
  }

  /// What an answer means for the events that it answers.
  enum Judgement: Hashable, Sendable {
    case taken
    /// They will never be taken.
    case refused(String)
    case later(Obstacle)
  }

  /// Nil when nothing is left.
  func bring(within limit: Duration) async -> Obstacle? {
    let deadline = ContinuousClock.now + limit
    var obstacle: Obstacle?
    let hadTurn = await store.alone(until: deadline) {
      do throws(CommandEnd) { obstacle = try await bringAll(until: deadline) } catch { obstacle = Obstacle(text: error.text) }
    }
    return hadTurn ? obstacle : Obstacle(text: "another process is bringing what waits")
  }

  private func bringAll(until deadline: ContinuousClock.Instant) async throws(CommandEnd) -> Obstacle? {
    while case let lines = try store.oldest(), !lines.isEmpty {
      let judgement = await judged(lines, until: deadline)
      if case .refused = judgement, lines.count > 1 {
        // A batch is taken whole or not at all: one of them is at fault.
        for line in lines {
          if let obstacle = try settle([line], await judged([line], until: deadline)) { return obstacle }
        }
      } else if let obstacle = try settle(lines, judgement) {
        return obstacle
      }
    }
    return nil
  }

  private func settle(_ lines: [[UInt8]], _ judgement: Judgement) throws(CommandEnd) -> Obstacle? {
    switch judgement {
    case .later(let obstacle): return obstacle
    case .refused(let why): Terminal.complain("bellhop: the gateway does not take news of a job, which are dropped: \(why)")
    case .taken: break
    }
    try store.remove(lines)
    return nil
  }

  private func judged(_ lines: [[UInt8]], until deadline: ContinuousClock.Instant) async -> Judgement {
    let left = deadline - .now
    guard left > .zero else { return .later(Obstacle(text: "there was no time left for it")) }
    let body = lines.reduce(into: [UInt8]()) { $0 += $1 + [UInt8(ascii: "\n")] }
    return judge(await post.answer(to: body, within: left))
  }

  func judge(_ answer: Answer) -> Judgement {
    switch answer {
    case .failed(let fault, let sent): return .later(Obstacle(text: post.ending(without: fault, sent: sent).text))
    case .response(let response):
      if response.status == 202 { return .taken }
      let text = Client.ending(for: response).text
      return [400, 413, 422].contains(response.status)
        ? .refused(text) : .later(Obstacle(text: text, retryAfter: response.retryAfter))
    }
  }
}
