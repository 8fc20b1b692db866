import Bellhop
import CCurl

/// What the loop hands back: raw, so that reading it is work for the caller's thread.
enum RawAnswer: Sendable {
  /// - Parameter retryAfter: seconds, where libcurl found a number or a date in the future.
  case whole(status: Int, head: [UInt8], body: [UInt8], isCut: Bool, retryAfter: Int64?)
  case failed(Fault, sent: Bool)

  var answer: Answer {
    switch self {
    case .failed(let fault, let sent): return .failed(fault, sent: sent)
    case .whole(let status, let head, let body, let isCut, let wait):
      var response = Response(
        status: status, headers: Self.headers(head), body: body, isCut: isCut, retryAfter: wait.map { .seconds($0) })
      if wait == nil, let word = response.headers.first(where: { $0.isNamed("retry-after") })?.value, Self.isNow(word) {
        response.retryAfter = .zero
      }
      return .response(response)
    }
  }

  /// libcurl says 0 for "now", for dates in the past and for nothing at all.
  private static func isNow(_ word: String) -> Bool {
    !word.isEmpty && (word.utf8.allSatisfy { $0 == UInt8(ascii: "0") } || word.contains(":") && curl_getdate(word, nil) != -1)
  }

  /// Header lines, the status line left out; a continued line belongs to the one before. By bytes, as this runs for every answer.
  private static func headers(_ head: [UInt8]) -> [Request.Header] {
    var headers: [Request.Header] = []
    var start = (head.firstIndex(of: 10) ?? head.count - 1) + 1
    while start < head.count {
      let end = head[start...].firstIndex(of: 10) ?? head.count
      let line = head[start..<end]
      if line.first == 32 || line.first == 9 {
        if let last = headers.indices.last { headers[last].value += " " + text(line) }
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        headers.append(Request.Header(text(line[..<colon]), text(line[(colon + 1)...])))
      }
      start = end + 1
    }
    return headers
  }

  /// Without blanks and line ends around it.
  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    guard let first = bytes.firstIndex(where: { $0 > 32 }), let last = bytes.lastIndex(where: { $0 > 32 }) else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
