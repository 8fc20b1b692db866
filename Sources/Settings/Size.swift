/// A number of bytes as people write it: `64KiB`, `1MiB`, `10GiB`, `1TiB`, `4096`.
struct Size: CustomStringConvertible {
  var bytes: Int

  private static let units = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

  init(bytes: Int) { self.bytes = bytes }

  /// Nil for anything else, and for more than fits 64 bits.
  init?(parsing text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count)
    guard let number = Int(digits), let scale = unit.isEmpty ? 1 : Self.units.first(where: { $0.0 == unit })?.1 else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: scale)
    guard !overflow else { return nil }
    self.bytes = bytes
  }

  var description: String {
    guard bytes > 0, let unit = Self.units.first(where: { bytes.isMultiple(of: $0.1) }) else { return "\(bytes)" }
    return "\(bytes / unit.1)\(unit.0)"
  }
}
