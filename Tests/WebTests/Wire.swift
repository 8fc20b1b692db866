import Glibc

/// A raw socket, as a client that need not follow any rule. Blocks: use it inside ``onThread(_:)``.
final class Wire {
  private let descriptor: Int32
  private var pending: [UInt8] = []

  struct Broken: Error {}

  struct Answer {
    var status: Int
    var headers: [String: String]
    var body: String
  }

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    try open(&address)
  }

  init(path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try open(&address)
  }

  deinit { close(descriptor) }

  private func open<Address>(_ address: inout Address) throws {
    patience(10_000)
    let done = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) }
    }
    guard done == 0 else { throw Broken() }
  }

  /// How long a read may take, in milliseconds.
  func patience(_ milliseconds: Int) {
    var time = timeval(tv_sec: milliseconds / 1_000, tv_usec: milliseconds % 1_000 * 1_000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  /// False when the other side is gone.
  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  @discardableResult func send(_ text: String) -> Bool { send(Array(text.utf8)) }

  func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Ends with a reset instead of a farewell.
  func reset() {
    var now = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// More bytes; false at the end of the stream. Throws after the patience.
  private func more() throws -> Bool {
    var room = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &room, room.count, 0)
    if count < 0, errno == EAGAIN { throw Broken() }
    guard count > 0 else { return false }
    pending += room[..<count]
    return true
  }

  /// Waits for the first bytes of an answer.
  func begins() throws -> Bool { try more() }

  /// What has come; waits where that is nothing, and is empty at the end.
  func piece() throws -> String {
    if pending.isEmpty { _ = try more() }
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// Everything until the other side ends.
  func rest() throws -> String {
    while try more() {}
    defer { pending = [] }
    return String(decoding: pending, as: UTF8.self)
  }

  /// The next answer; nil when the other side ended instead.
  func answer(toHead: Bool = false) throws -> Answer? {
    while true {
      if let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: pending[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          let halves = line.split(separator: ":", maxSplits: 1)
          headers[halves[0].lowercased()] = String(halves.last?.drop { $0 == " " } ?? "")
        }
        let status = Int(lines[0].split(separator: " ")[1]) ?? 0
        // The stream has no end.
        if headers["transfer-encoding"] == "chunked", !toHead, headers["content-type"] != "text/event-stream" {
          pending.removeSubrange(..<end.upperBound)
          return Answer(status: status, headers: headers, body: try chunks())
        }
        let length = toHead || status == 100 ? 0 : Int(headers["content-length"] ?? "") ?? 0
        if pending.count >= end.upperBound + length {
          let body = String(decoding: pending[end.upperBound..<end.upperBound + length], as: UTF8.self)
          pending.removeSubrange(..<(end.upperBound + length))
          return Answer(status: status, headers: headers, body: body)
        }
      }
      guard try more() else { return nil }
    }
  }

  /// A body whose length is not known at its beginning. https://www.rfc-editor.org/rfc/rfc9112#section-7.1
  private func chunks() throws -> String {
    var body: [UInt8] = []
    while true {
      guard let end = pending.firstRange(of: [0x0D, 0x0A]) else {
        guard try more() else { throw Broken() }
        continue
      }
      guard let count = Int(String(decoding: pending[..<end.lowerBound], as: UTF8.self), radix: 16) else { throw Broken() }
      while pending.count < end.upperBound + count + 2 { guard try more() else { throw Broken() } }
      body += pending[end.upperBound..<end.upperBound + count]
      pending.removeSubrange(..<(end.upperBound + count + 2))
      if count == 0 { return String(decoding: body, as: UTF8.self) }
    }
  }

  /// Sends a request with a body and waits for its answer.
  func ask(_ method: String, _ path: String, _ headers: [String: String] = [:], _ body: String? = nil) throws -> Answer? {
    var text = "\(method) \(path) HTTP/1.1\r\n"
    if headers["Host"] == nil { text += "Host: localhost\r\n" }
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    send(text + "\r\n" + (body ?? ""))
    return try answer(toHead: method == "HEAD")
  }

  func post(_ body: String, _ headers: [String: String] = [:]) throws -> Answer? {
    try ask("POST", "/v1/events", ["Content-Type": "application/json"].merging(headers) { $1 }, body)
  }
}

/// Runs blocking work on a thread of its own, away from those that the server's tasks need.
func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let job = Job { continuation.resume(with: Result { try work() }) }
    var thread = pthread_t()
    let started = pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Unmanaged<Job>.fromOpaque(pointer).takeRetainedValue().run() }
        return nil
      }, Unmanaged.passRetained(job).toOpaque())
    precondition(started == 0)
    pthread_detach(thread)
  }
}

private final class Job {
  let run: () -> Void
  init(_ run: @escaping () -> Void) { self.run = run }
}

extension Array where Element == UInt8 {
  fileprivate func firstRange(of needle: [UInt8]) -> Range<Int>? {
    guard count >= needle.count else { return nil }
    for start in 0...(count - needle.count) where self[start] == needle[0] && Array(self[start..<start + needle.count]) == needle {
      return start..<start + needle.count
    }
    return nil
  }
}
