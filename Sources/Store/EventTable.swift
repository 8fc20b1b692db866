import Bellhop

/// Events as lines of comma-separated values: https://www.rfc-editor.org/rfc/rfc4180
public enum EventTable {
  /// In this order; `data` is JSON.
  public static let columns = [
    "sequence", "received", "time", "severity", "type", "subject", "sender", "source", "id", "fate", "text", "data",
  ]

  /// The line of names.
  public static let head = Array((columns.joined(separator: ",") + "\r\n").utf8)

  /// Adds the line of an event as the history shows it.
  public static func write(_ event: JSON.Object, to out: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      write(cell: event[column].map(\.plain) ?? "", to: &out)
    }
    out.append(contentsOf: [0x0D, 0x0A])
  }

  /// What a spreadsheet would take for a formula gets an apostrophe in front: outside text must not compute anything there.
  /// https://owasp.org/www-community/attacks/CSV_Injection
  private static func write(cell: String, to out: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let isFormula = cell.utf8.first.map { "=+-@\t\r\n".utf8.contains($0) } ?? false || "＝＋－＠".contains { cell.first == $0 }
    guard isFormula || cell.utf8.contains(where: { "\",\r\n".utf8.contains($0) }) else { return out.append(contentsOf: cell.utf8) }
    out.append(quote)
    if isFormula { out.append(UInt8(ascii: "'")) }
    for byte in cell.utf8 {
      if byte == quote { out.append(quote) }
      out.append(byte)
    }
    out.append(quote)
  }
}
