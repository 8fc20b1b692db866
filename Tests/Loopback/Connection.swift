import Glibc

/// One accepted connection: reads requests, records them and misbehaves.
struct Connection {
  let fd: Int32
  let number: Int
  let core: Core
  let behave: @Sendable (Recorded) -> Behaviour

  /// `POLLRDHUP`, which the Glibc module lacks: the other side has closed.
  private static let hungUp: Int16 = 0x2000

  func serve() {
    var reader = RequestReader(fd: fd, connection: number)
    while let request = reader.next() {
      core.update { $0.requests.append(request) }
      guard perform(behave(request), reader) else { return }
      if request.header("Connection")?.lowercased() == "close" { return }
    }
  }

  /// Returns false where the connection is to end.
  private func perform(_ behaviour: Behaviour, _ reader: RequestReader) -> Bool {
    switch behaviour {
    case .answer(let status, let headers, let body): return answer(status, headers, body)
    case .answerAndClose(let status, let headers, let body):
      _ = answer(status, headers, body)
      return false
    case .hang: return hang()
    case .dropMidAnswer:
      _ = write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + String(repeating: "x", count: 50))
      return false
    case .dropAtOnce: return false
    case .tooLong(let count): return tooLong(count)
    case .endlessHeaders:
      var alive = write("HTTP/1.1 200 OK\r\n")
      while alive { alive = write("X-Filler: " + String(repeating: "x", count: 1000) + "\r\n") }
      return false
    case .trickle(let body, let pause):
      guard write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n") else { return false }
      for byte in body.utf8 where !(wait(pause) && write([byte])) { return false }
      return true
    case .garbage:
      _ = write("\u{1}\u{2} this is no HTTP \r\n\r\n")
      return false
    case .raw(let text): return write(text)
    case .held(let next):
      while !core.released { if !wait(.milliseconds(2)) { return false } }
      return perform(next, reader)
    case .after(let pause, let next): return wait(pause) && perform(next, reader)
    }
  }

  private func answer(_ status: Int, _ headers: KeyValuePairs<String, String>, _ body: String) -> Bool {
    var text = "HTTP/1.1 \(status) Whatever\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    text += "Content-Length: \(body.utf8.count)\r\n\r\n"
    return write(text + body)
  }

  private func tooLong(_ count: Int) -> Bool {
    guard write("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n") else { return false }
    let block = [UInt8](repeating: UInt8(ascii: "x"), count: 64 << 10)
    var left = count
    while left > 0 {
      guard write(Array(block.prefix(left))) else { return false }
      left -= min(left, block.count)
    }
    return true
  }

  /// Until the client sends more, goes away, or the server stops: then the connection ends.
  private func hang() -> Bool {
    var poll = pollfd(fd: fd, events: Int16(POLLIN) | Self.hungUp, revents: 0)
    while !core.over, Glibc.poll(&poll, 1, -1) < 0, errno == EINTR {}
    return false
  }

  /// Returns false if the client went away meanwhile.
  private func wait(_ pause: Duration) -> Bool {
    let end = ContinuousClock.now + pause
    while true {
      let left = end - ContinuousClock.now
      guard left > .zero else { return true }
      var poll = pollfd(fd: fd, events: Self.hungUp, revents: 0)
      let (seconds, attoseconds) = left.components
      if Glibc.poll(&poll, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)) > 0 { return false }
    }
  }

  private func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  private func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
        let count = send(fd, start, rest.count, Int32(MSG_NOSIGNAL))
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }
}
