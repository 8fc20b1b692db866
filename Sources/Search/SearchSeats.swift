import Bellhop
import Store

/// How many may ask at a time: whoever comes when all seats are taken waits a little, in turn.
final class SearchSeats: Sendable {
  private struct SeatState {
    var free: Int
    var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    var next = 0
  }

  private let state: Guarded<SeatState>

  init(_ count: Int) { state = Guarded(SeatState(free: count)) }

  /// - Throws: ``SpoolError/slow(_:)`` where none is free in time.
  func take(within patience: Duration) async throws(SpoolError) {
    let number: Int? = state.withLock { state in
      if state.free > 0 {
        state.free -= 1
        return nil
      }
      state.next += 1
      return state.next
    }
    guard let number else { return }
    let alarm = Task {
      try? await Task.sleep(for: patience)
      giveUp(number)
    }
    let isSeated = await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append((number, continuation))
        return false
      }
      if isFree { continuation.resume(returning: true) }
    }
    alarm.cancel()
    guard isSeated else { throw .slow("others are searching: ask again in a moment") }
  }

  func giveBack() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }

  private func giveUp(_ number: Int) {
    let late = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
      return state.waiting.remove(at: index).continuation
    }
    late?.resume(returning: false)
  }
}

/// One after the other, in the order in which they came.
final class Turnstile: Sendable {
  private struct TurnState {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Guarded(TurnState())

  func pass<Value: Sendable>(_ work: @Sendable () async throws -> Value) async rethrows -> Value {
    await enter()
    defer { leave() }
    return try await work()
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        defer { state.isTaken = true }
        if state.isTaken { state.waiting.append(continuation) }
        return !state.isTaken
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
