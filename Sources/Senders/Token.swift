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
    return isDigest(digest) && digits.utf8.count == 64
      && digits.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  private static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

extension Secret {
  /// Whether what a caller offers is this secret, or has the digest that stands for it. Takes a time that depends only on what is offered.
  public func isProved(by offered: some Collection<UInt8>) -> Bool {
    guard Token.isDigest(reveal()) else { return matches(offered) }
    return matches(Token.digest(of: String(decoding: offered, as: UTF8.self)).utf8)
  }
}
