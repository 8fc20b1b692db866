import Bellhop

/// Sends mails, a few at a time to each server, over connections that are kept.
final class SMTPPool: Sendable {
  /// Mails under way to one server at a time, and connections kept to it; more wait their turn, uncounted.
  static let perServer = 4

  private struct PoolState: Sendable {
    var busy: [SMTPConnection.ConnectionKey: Int] = [:]
    var waiting: [SMTPConnection.ConnectionKey: [(number: Int, turn: CheckedContinuation<Bool, Never>)]] = [:]
    var idle: [SMTPConnection.ConnectionKey: [SMTPConnection]] = [:]
    /// Under way, by their numbers, to be interrupted at the end.
    var desks: [Int: SMTPConnection] = [:]
    var numbers = 0
    var isClosed = false
  }

  private let state = Guarded(PoolState())

  func send(_ mail: Mail) async -> MailAnswer {
    let key: SMTPConnection.ConnectionKey
    do throws(Fault) { key = try SMTPConnection.ConnectionKey(mail) } catch { return .failed(error, sent: false) }
    let number = state.withLock { state in
      state.numbers += 1
      return state.numbers
    }
    guard await turn(key, number) else {
      return .failed(Fault(.interrupted, "cancelled before \(key.origin.label) was asked"), sent: false)
    }
    guard let desk = take(key, number) else {
      leave(key, number, nil)
      return .failed(Fault(.interrupted, "the engine is closed"), sent: false)
    }
    let answer = await withTaskCancellationHandler {
      await desk.perform(mail)
    } onCancel: {
      desk.interrupt()
    }
    leave(key, number, desk.isReusable ? desk : nil)
    return answer
  }

  /// True when there is a place; false when the task was cancelled first, or the room closed.
  private func turn(_ key: SMTPConnection.ConnectionKey, _ number: Int) async -> Bool {
    await withTaskCancellationHandler {
      await withCheckedContinuation { turn in
        let now: Bool? = state.withLock { state in
          if state.isClosed || Task.isCancelled { return false }
          if state.busy[key, default: 0] < Self.perServer {
            state.busy[key, default: 0] += 1
            return true
          }
          state.waiting[key, default: []].append((number, turn))
          return nil
        }
        if let now { turn.resume(returning: now) }
      }
    } onCancel: {
      let turn = state.withLock { state in
        guard let index = state.waiting[key]?.firstIndex(where: { $0.number == number }) else {
          return nil as CheckedContinuation<Bool, Never>?
        }
        return state.waiting[key]?.remove(at: index).turn
      }
      turn?.resume(returning: false)
    }
  }

  private func take(_ key: SMTPConnection.ConnectionKey, _ number: Int) -> SMTPConnection? {
    state.withLock { state in
      guard !state.isClosed, let desk = state.idle[key]?.popLast() ?? SMTPConnection(key) else { return nil }
      state.desks[number] = desk
      return desk
    }
  }

  /// Gives the place to who has waited longest.
  private func leave(_ key: SMTPConnection.ConnectionKey, _ number: Int, _ desk: SMTPConnection?) {
    let next = state.withLock { state in
      state.desks[number] = nil
      if let desk, !state.isClosed { state.idle[key, default: []].append(desk) }
      if let waiting = state.waiting[key], !waiting.isEmpty { return state.waiting[key]?.removeFirst().turn }
      state.busy[key, default: 1] -= 1
      return nil
    }
    next?.resume(returning: true)
  }

  /// Interrupts what is under way and lets go of every connection.
  func close() {
    let (desks, turns) = state.withLock { state in
      state.isClosed = true
      defer { (state.idle, state.waiting) = ([:], [:]) }
      return (Array(state.desks.values), state.waiting.values.flatMap { $0.map(\.turn) })
    }
    for desk in desks { desk.interrupt() }
    for turn in turns { turn.resume(returning: false) }
  }
}
