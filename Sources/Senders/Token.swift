import Bellhop
import Crypto

/// Bearer tokens that Bellhop makes itself, and the digest that may stand in the YAML instead of one: who reads the file then has no token.
///
/// A token of 256 random bits needs no slow hash: there is nothing to guess. Its form, `bh_NAME_…`, lets scanners of code know it, and the
/// redactor too.
public enum Token {
  /// What begins a digest in the YAML; 64 hexadecimal digits of SHA-256 follow.
  public static let digestPrefix = "sha256:"

  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  /// A new token for the sender or reader of that name.
  public static func make(for name: String, luck: inout some RandomNumberGenerator) -> String {
    let word = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    // 43 signs of 62 are 256 bits.
    return "bh_\(word)_" + String((0..<43).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &luck)] })
  }

  /// What stands for it in the YAML.
  public static func digest(of token: String) -> String { digestPrefix + hex(SHA256.hash(data: Array(token.utf8))) }

  /// Whether a secret is a digest, right or wrong.
  public static func isDigest(_ secret: String) -> Bool { secret.hasPrefix(digestPrefix) }

  /// Whether a digest is one that some token can have.
  public static func isWellFormed(_ digest: String) -> Bool {
    let digits = digest.dropFirst(digestPrefix.count)
    let isHex = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return isDigest(digest) && digits.utf8.count == 64 && isHex
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    digest.withUnsafeBytes { bytes in
      String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
        for index in 0..<bytes.count {
          text[2 * index] = digit(bytes[index] >> 4)
          text[2 * index + 1] = digit(bytes[index] & 15)
        }
        return 2 * bytes.count
      }
    }
  }

  private static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }
}

/// What a caller offers as a token, for a look at many secrets: its digest is made once, and only where some secret is one.
public struct OfferedToken {
  private let bytes: [UInt8]
  private var digest: String?

  /// A token as it came.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether it is a secret, or has the digest that stands for it. Takes a time that depends only on what is offered.
  public mutating func proves(_ secret: Secret) -> Bool {
    guard Token.isDigest(secret.reveal()) else { return secret.matches(bytes) }
    let digest = digest ?? Token.digest(of: String(decoding: bytes, as: UTF8.self))
    self.digest = digest
    return secret.matches(digest.utf8)
  }
}

extension Secret {
  /// Whether what a caller offers is this secret, or has the digest that stands for it. Takes a time that depends only on what is offered.
  public func isProved(by offered: some Collection<UInt8>) -> Bool {
    var offered = OfferedToken(Array(offered))
    return offered.proves(self)
  }
}
