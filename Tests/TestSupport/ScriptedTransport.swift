import Bellhop

/// A transport that does as a test says and writes down what it was asked.
package final class ScriptedTransport: Transport {
  package struct Call: Sendable {
    package var message: Message
    package var target: Target
    package var attempt: Attempt
  }

  private let script: @Sendable (Call) async -> Outcome
  package let calls = Log<Call>()
  package let closings = Log<Int>()

  package init(_ script: @escaping @Sendable (Call) async -> Outcome = { _ in .delivered(Receipt(note: "ok")) }) { self.script = script }

  package func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    let call = Call(message: message, target: target, attempt: attempt)
    calls.add(call)
    return await script(call)
  }

  package func close() async { closings.add(calls.all.count) }

  /// Waits until its task is cancelled, as a transport does whose vendor never answers.
  package static func hang() async {
    let gate = Log<Bool>()
    await withTaskCancellationHandler {
      await gate.until { !$0.isEmpty }
    } onCancel: {
      gate.add(true)
    }
  }
}

/// A list that tests can wait on.
package final class Log<Element: Sendable>: Sendable {
  private struct Waiter: Sendable {
    var condition: @Sendable ([Element]) -> Bool
    var continuation: CheckedContinuation<Void, Never>
  }

  private struct State: Sendable {
    var elements: [Element] = []
    var waiters: [Waiter] = []
  }

  private let state = Guarded(State())

  package init() {}

  package var all: [Element] { state.withLock { $0.elements } }

  package func add(_ element: Element) {
    let met = state.withLock { state in
      state.elements.append(element)
      let met = state.waiters.filter { $0.condition(state.elements) }
      if !met.isEmpty { state.waiters.removeAll { $0.condition(state.elements) } }
      return met
    }
    for waiter in met { waiter.continuation.resume() }
  }

  /// Comes back when the list fulfils the condition; look at the test's time limit for when it never does.
  package func until(_ condition: @escaping @Sendable ([Element]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isMet = state.withLock { state in
        if condition(state.elements) { return true }
        state.waiters.append(Waiter(condition: condition, continuation: continuation))
        return false
      }
      if isMet { continuation.resume() }
    }
  }

  package func count(_ number: Int) async { await until { $0.count >= number } }
}
