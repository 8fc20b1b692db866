import Bellhop
import GRDB
import Store

/// The states of the transaction under way, as a decider reads them.
struct DecisionStates: StateReading {
  let writer: Writer
  let db: Database
  let now: Timestamp

  func state(_ key: String) -> KeptState? {
    if let known = writer.knownStates[key] { return known.flatMap { $0.expires.map { $0 > now } ?? true ? $0.state : nil } }
    let read = writer.statements.readState
    read.bind(1, key)
    do {
      let found = try read.first {
        (state: KeptState(bytes: read.bytes(0), version: read.int(1)), expires: read.optionalInt(2).map(KeptValue.time))
      }
      writer.know(key, found)
      return found.flatMap { $0.expires.map { $0 > now } ?? true ? $0.state : nil }
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
