import Bellhop
import Senders

/// Reads `readers`: a token or a list of them.
enum ReadersSection {
  static func read(_ reader: Reader?, _ senders: [Sender]) -> [ReaderKey] {
    guard let reader else { return [] }
    let before = reader.context.doors.count
    let found = reader.doors()
    for own in found where Token.isDigest(own.secret.reveal()) && !Token.isWellFormed(own.secret.reveal()) {
      reader.mistake("this is no digest of a token", hint: "`bellhop token new READER` prints a token and its digest")
    }
    for door in reader.context.doors[before...] {
      if let sender = senders.first(where: { $0.dialect.publicKeys($0.values).contains(door.secret) }) {
        door.reader.mistake("sender \(sender.name) shows the same to everybody, as its key", hint: "give readers their own")
      }
      guard let sender = senders.first(where: { $0.secrets.contains(door.secret) }) else { continue }
      door.reader.warning("sender \(sender.name) has the same secret: who posts may read", hint: "give readers their own")
    }
    return found.map { ReaderKey($0.secret, expires: $0.expires) }
  }
}
