import Bellhop
import GRDB
import Store

/// The states of the transaction under way, as a decider reads them.
struct DecisionStates: StateReading {
  let writer: Writer
  let db: Database
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

  func event(_ sequence: Int64) -> StoredEvent? {
    do {
      guard let row = try Rows.event(sequence, db), !row.isGone else { return nil }
      return StoredEvent(sequence: row.sequence, received: row.received, event: row.event)
    } catch {
      writer.unread = error
      return nil
    }
  }
}
