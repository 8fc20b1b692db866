/// Makes ids of an `Idempotency-Key`, so that no two requests and no two events of one share an id: a single event has the key itself, those
/// of a batch `key#0`, `key#1` … A key that itself ends like one of a batch gets another `#` when it stands alone.
enum IdempotencyKey {
  /// Bytes that an id may be longer than its key.
  static let room = 8

  /// The id of an event without one; the index is its place in a batch, nil for a single event.
  static func id(of key: String, index: Int?) -> String {
    if let index { return "\(key)#\(index)" }
    let digits = key.utf8.reversed().prefix { 48...57 ~= $0 }.count
    return key.utf8.dropLast(digits).last == UInt8(ascii: "#") ? key + "#" : key
  }
}
