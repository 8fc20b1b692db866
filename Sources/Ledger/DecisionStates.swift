import Bellhop
import Store

/// The states of the transaction under way, as a decider reads them.
struct DecisionStates: StateReading {
  let writer: Writer
  let now: Timestamp

  func state(_ key: String) -> KeptState? {
    let read = writer.statements.readState
    read.bind(1, key)
    do {
      return try read.first { () -> KeptState? in
        if let expires = read.optionalInt(2), expires <= now.microseconds { return nil }
        return KeptState(bytes: read.bytes(0), version: read.int(1))
      } ?? nil
    } catch {
      writer.unread = error
      return nil
    }
  }
}
