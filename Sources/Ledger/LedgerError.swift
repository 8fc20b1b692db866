/// Why a store could not be opened: where, what, and what to do about it.
public enum LedgerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The folder or a file in it cannot be made, read or written.
  case unusable(path: String, reason: String)
  /// Another gateway works on this store.
  case taken(path: String, pid: String)
  /// The store was written by a newer Bellhop.
  case newer(path: String, version: Int, known: Int)
  /// What is in the file is not a whole store.
  case damaged(path: String, reason: String)
  /// SQLite does not keep what Bellhop promises.
  case unsafe(path: String, reason: String)

  /// Where, what, and what to do.
  public var description: String {
    switch self {
    case .unusable(let path, let reason):
      "\(path): the store cannot be used: \(reason); give store.path a folder that this user may write to"
    case .taken(let path, let pid):
      "\(path): another gateway (process \(pid)) works on this store; stop it first, or give this one a store.path of its own"
    case .newer(let path, let version, let known):
      "\(path): the store is of a newer Bellhop (version \(version), this one knows up to \(known)); run that Bellhop, or another store.path"
    case .damaged(let path, let reason):
      "\(path): the store is damaged: \(reason); restore a copy, or rescue what is whole with `sqlite3 ledger.sqlite .recover`, "
        + "or move the folder away to start afresh"
    case .unsafe(let path, let reason):
      "\(path): the store would not survive a power cut: \(reason); use a local disk and Debian's own SQLite"
    }
  }
}
