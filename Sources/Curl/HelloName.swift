import Bellhop
import Glibc

/// The name that a client gives itself in SMTP: its full name in the net, or its address in brackets. Servers refuse others, for good.
/// https://www.rfc-editor.org/rfc/rfc5321#section-4.1.1.1 and https://www.rfc-editor.org/rfc/rfc5321#section-4.1.3
enum HelloName {
  /// What may stand there, in ASCII: a name, or an address in brackets. Nil for anything else.
  static func form(_ text: String) -> String? {
    if text.hasPrefix("[") { return isLiteral(text) ? text : nil }
    guard text.utf8.count <= 253, let name = HostName.ascii(text), name.utf8.count <= 253 else { return nil }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return labels.allSatisfy(isLabel) ? name : nil
  }

  private static func isLabel(_ label: Substring) -> Bool {
    let isWord = label.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
    }
    return isWord && (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
  }

  private static func isLiteral(_ text: String) -> Bool {
    guard text.hasSuffix("]"), !text.contains("%") else { return false }
    let inner = text.dropFirst().dropLast()
    let tag = "ipv6:"
    let six = inner.lowercased().hasPrefix(tag)
    switch NetworkAddress(six ? inner.dropFirst(tag.count) : inner) {
    case .v4: return !six
    case .v6: return six
    case nil: return false
    }
  }

  /// What this machine is called: its full name where it has one, else its address.
  /// - Parameter server: the mail server's host. Where that is an address, ours is the one it sees, unless there is a translator between.
  static func own(towards server: String) -> String {
    fullName(hostName(), hosts: hosts()) ?? literal(of: address(towards: NetworkAddress(server)) ?? .v4(0x7F00_0001))
  }

  /// The full name of a machine of that name, out of the name itself or a line of `/etc/hosts`; nil where it has none that others could know.
  /// A name server is not asked: it may be slow, and a mail does not wait for it.
  static func fullName(_ name: String, hosts: String) -> String? {
    if isKnown(name) { return name }
    for line in hosts.split(whereSeparator: \.isNewline) {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init)
      if let full = words.first(where: { $0.lowercased().hasPrefix(name.lowercased() + ".") && isKnown($0) }), !name.isEmpty { return full }
    }
    return nil
  }

  /// Ends of names that mean nothing elsewhere. https://www.rfc-editor.org/rfc/rfc6761, https://www.rfc-editor.org/rfc/rfc6762
  private static let localEnds: Set<String> = [
    "local", "localdomain", "localhost", "internal", "intranet", "lan", "home", "test", "invalid",
  ]

  private static func isKnown(_ name: String) -> Bool {
    guard name.contains("."), let form = form(name), NetworkAddress(form) == nil else { return false }
    return !localEnds.contains(form.lowercased().split(separator: ".").last.map(String.init) ?? "")
  }

  static func literal(of address: NetworkAddress) -> String {
    if case .v6 = address { return "[IPv6:\(address.text)]" }
    return "[\(address.text)]"
  }

  /// Our address on the way to another, or to anywhere. Nothing is sent: a datagram's socket only looks up the way.
  private static func address(towards peer: NetworkAddress?) -> NetworkAddress? {
    // Addresses of documents, on the way to which every machine takes its usual way. https://www.rfc-editor.org/rfc/rfc5737
    [peer, NetworkAddress("192.0.2.1"), NetworkAddress("2001:db8::1")].lazy.compactMap { $0?.source }.first
  }

  private static func hostName() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func hosts() -> String {
    guard let file = fopen("/etc/hosts", "re") else { return "" }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
