import GRDB
import Store
import Testing

@testable import Ledger

/// What people are told of SQLite's words: whoever reads "full" looks for room, and finds enough of it on a disk that is broken.
@Suite struct SpoolErrorTests {
  @Test(arguments: [ResultCode.SQLITE_IOERR, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_READONLY])
  func aDiskThatFailsIsNotFull(code: ResultCode) {
    guard case .failing(let line) = SpoolError(DatabaseError(resultCode: code, message: "disk I/O error")) else {
      return #expect(Bool(false), "\(code)")
    }
    #expect(line.contains("(disk I/O error)") && line.contains("health") && !line.contains("is full"))
  }

  @Test func aFullDiskIsFull() {
    guard case .full(let line) = SpoolError(DatabaseError(resultCode: .SQLITE_FULL)) else { return #expect(Bool(false)) }
    #expect(line.contains("make room"))
  }

  @Test func aDamagedFileSystemIsNeither() {
    guard case .broken = SpoolError(DatabaseError(resultCode: .SQLITE_IOERR_CORRUPTFS)) else { return #expect(Bool(false)) }
  }
}
