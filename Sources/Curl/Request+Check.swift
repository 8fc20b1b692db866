import Bellhop

extension Request {
  /// What is wrong with an address among a transport's settings; nil where a request can be sent there. It is not repeated: it may be secret.
  public static func problem(withAddress url: String, at path: [String]) -> SettingMistake? {
    guard url.hasPrefix("http"), Origin(url) == nil else { return nil }
    return SettingMistake(
      at: path, "is no address that a request can be sent to", hint: "check its host, its port, and that there is no blank in it")
  }

  /// Throws where a request must not be sent as it stands. Names of headers are shown, values never.
  func check() throws(Fault) {
    guard Self.isToken(method) else { throw Fault(.misconfigured, "the method is no HTTP word") }
    for header in headers {
      guard Self.isToken(header.name) else {
        throw Fault(.misconfigured, "a header's name has a character that HTTP does not allow there")
      }
      guard header.value.isPlain || !header.value.utf8.contains(where: { $0 < 0x20 && $0 != 9 || $0 == 0x7f }) else {
        throw Fault(.misconfigured, "the value of the header \(header.name) has a line break or another control character")
      }
      guard !header.isNamed("content-length"), !header.isNamed("transfer-encoding") else {
        throw Fault(.misconfigured, "the header \(header.name) is not to be set: it follows from the body")
      }
    }
    if let unixSocket, unixSocket.isEmpty || unixSocket.utf8.count > 107 || unixSocket.utf8.contains(0) {
      throw Fault(.misconfigured, "the path of the unix socket is empty or longer than 107 bytes")
    }
  }

  /// `token`: one `tchar` or more.
  private static func isToken(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { !$0.isEmpty && $0.allSatisfy(isToken) }
  }

  /// `tchar`. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
    case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: true
    default: false
    }
  }
}
