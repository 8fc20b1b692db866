import Bellhop
import Crypto

/// The hashes that events are found by.
enum Identity {
  /// Bytes of ``Arrival``'s identity: 4 to find it by id alone, 16 that are unique for (sender, source, id).
  static let size = 20

  /// The key of a subject in its index; never ``erased``.
  static func key(ofSubject subject: String) -> Int64 {
    let key = Int64(bitPattern: fingerprint(subject))
    return key == erased ? erased + 1 : key
  }

  /// The key of a type in its index. Two types may have one key.
  static func key(ofType type: UnsafeBufferPointer<UInt8>) -> Int64 { Int64(bitPattern: fingerprint(type)) }

  /// The same of a text.
  static func key(ofType type: String) -> Int64 {
    var type = type
    return type.withUTF8 { key(ofType: $0) }
  }

  /// The subject key of a forgotten event. As many bytes in the row as any hash has, so that the row keeps its size.
  static let erased = Int64.min

  /// The first 4 bytes of an identity.
  static func prefix(ofID id: String) -> [UInt8] {
    withUnsafeBytes(of: key(ofID: id).littleEndian) { Array($0) }
  }

  /// The same as a number, whose lowest byte is the first.
  static func key(ofID id: String) -> UInt32 { UInt32(truncatingIfNeeded: fingerprint(id)) }

  /// 16 bytes of SHA-256.
  static func digest(_ bytes: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) {
    var hash = SHA256()
    hash.update(bufferPointer: bytes)
    hash.finalize().withUnsafeBytes { out.copyBytes(from: $0.prefix(16)) }
  }
}
