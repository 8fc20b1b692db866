import Bellhop
import CCurl

/// What the loop hands back: raw, so that reading it is work for the caller's thread.
enum Exchange: Sendable {
  /// - Parameter retryAfter: seconds, where libcurl found a number or a date in the future.
  case whole(status: Int, head: [UInt8], body: [UInt8], retryAfter: Int64?)
  case failed(Fault, sent: Bool)

  var answer: Answer {
    switch self {
    case .failed(let fault, let sent): return .failed(fault, sent: sent)
    case .whole(let status, let head, let body, let wait):
      var response = Response(status: status, headers: Self.headers(head), body: body, retryAfter: wait.map { .seconds($0) })
      if wait == nil, let word = response.header("Retry-After"), Self.isNow(word) { response.retryAfter = .zero }
      return .response(response)
    }
  }

  /// libcurl says 0 for "now", for dates in the past and for nothing at all.
  private static func isNow(_ word: String) -> Bool {
    !word.isEmpty && (word.utf8.allSatisfy { $0 == UInt8(ascii: "0") } || word.contains(":") && curl_getdate(word, nil) != -1)
  }

  /// Header lines, the status line left out; a continued line belongs to the one before.
  private static func headers(_ head: [UInt8]) -> [Request.Header] {
    var headers: [Request.Header] = []
    for line in head.split(separator: 10).dropFirst() {
      let text = String(decoding: line, as: UTF8.self).trimmed
      if let first = line.first, first == 32 || first == 9 {
        if let last = headers.indices.last { headers[last].value += " \(text)" }
      } else if let colon = text.firstIndex(of: ":") {
        headers.append(Request.Header(String(text[..<colon]), String(text[text.index(after: colon)...]).trimmed))
      }
    }
    return headers
  }
}

extension String {
  /// Without blanks and line ends around it.
  fileprivate var trimmed: String {
    guard let first = unicodeScalars.firstIndex(where: { $0.value > 32 }), let last = unicodeScalars.lastIndex(where: { $0.value > 32 })
    else { return "" }
    return String(unicodeScalars[first...last])
  }
}
