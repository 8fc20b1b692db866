import Bellhop
import GRDB
import Store

extension SpoolError {
  /// What SQLite's word means to those who wait for a commit or a row. https://www.sqlite.org/rescode.html
  init(_ error: any Error) {
    if let own = error as? SpoolError {
      self = own
      return
    }
    guard let error = error as? DatabaseError else {
      self = error is CancellationError ? .busy("the caller went away before the store answered") : .broken("the store: \(error)")
      return
    }
    let line = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: self = .full("the disk of the store is full: make room; nothing accepted is lost")
    case .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_CORRUPTFS:
      self = .broken("the file system of the store is damaged (\(line)): repair it and restart")
    case .SQLITE_IOERR, .SQLITE_READONLY:
      self = .failing("the disk of the store does not take or give data (\(line)): look at its space and health; nothing accepted is lost")
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .broken(
        "the store is damaged (\(line)): stop the gateway, then restore a copy or rescue it with `sqlite3 ledger.sqlite .recover`")
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy("another process holds the store (\(line)): close what has ledger.sqlite open")
    case .SQLITE_INTERRUPT, .SQLITE_ABORT: self = .busy("the caller went away before the store answered")
    case .SQLITE_MISUSE: self = .broken("the store is closed (\(line))")
    default: self = .broken("the store: \(line)")
    }
  }
}
