/// FNV-1a, 64 bits: a number that stands for bytes, the same in every process. Fast and not secret: who holds a text can look for it, who
/// holds the number cannot read it. https://www.rfc-editor.org/rfc/rfc9923
package func fingerprint(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  return hash
}

/// Of a text's UTF-8.
package func fingerprint(_ text: String) -> UInt64 {
  var text = text
  return text.withUTF8 { fingerprint($0) }
}

/// Of bytes.
package func fingerprint(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBufferPointer { fingerprint($0) } }
