import Glibc

/// Cuts the bytes of one connection into requests. https://www.rfc-editor.org/rfc/rfc9112
struct RequestReader {
  let fd: Int32
  let connection: Int
  private var buffer: [UInt8] = []

  init(fd: Int32, connection: Int) {
    self.fd = fd
    self.connection = connection
  }

  /// Nil at the end of the connection, and where the bytes are no request.
  mutating func next() -> Recorded? {
    guard let start = line() else { return nil }
    let words = start.split(separator: " ")
    guard words.count == 3 else { return nil }
    var headers: [(name: String, value: String)] = []
    while let line = line() {
      if line.isEmpty { break }
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers.append((String(line[..<colon]), String(value)))
    }
    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    if header("expect")?.lowercased() == "100-continue" {
      let word = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
      guard send(fd, word, word.count, Int32(MSG_NOSIGNAL)) == word.count else { return nil }
    }
    let chunked = header("transfer-encoding")?.lowercased() == "chunked"
    guard let body = chunked ? chunks() : take(header("content-length").flatMap { Int($0) } ?? 0) else { return nil }
    return Recorded(
      method: String(words[0]), path: String(words[1]), headers: headers, body: body, connection: connection, at: .now)
  }

  private mutating func chunks() -> [UInt8]? {
    var body: [UInt8] = []
    while let size = line().flatMap({ Int($0, radix: 16) }) {
      guard let chunk = take(size), line() != nil else { return nil }
      if size == 0 { return body }
      body += chunk
    }
    return nil
  }

  private mutating func line() -> String? {
    var searched = 0
    while true {
      if let end = buffer[searched...].firstIndex(of: 10) {
        let bare = buffer[..<end].last == 13 ? end - 1 : end
        let text = String(decoding: buffer[..<bare], as: UTF8.self)
        buffer.removeFirst(end + 1)
        return text
      }
      searched = buffer.count
      guard fill() else { return nil }
    }
  }

  private mutating func take(_ count: Int) -> [UInt8]? {
    while buffer.count < count { guard fill() else { return nil } }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  private mutating func fill() -> Bool {
    var block = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = recv(fd, &block, block.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      buffer += block.prefix(count)
      return true
    }
  }
}
