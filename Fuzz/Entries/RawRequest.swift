import Bellhop

@testable import Senders

/// A request or an answer in a file: a first line, lines of headers, an empty line, the body. Without an empty line all of it is the body.
struct RawRequest {
  var first = ""
  var headers: [(name: String, value: String)] = []
  var body: [UInt8]

  init(_ bytes: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == newline && bytes[$0 + 1] == newline }) else {
      body = bytes
      return
    }
    body = Array(bytes[(gap + 2)...])
    let lines = bytes[..<gap].split(separator: newline, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    first = lines.first ?? ""
    for line in lines.dropFirst() {
      let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2 else { continue }
      headers.append((halves[0].lowercased(), String(halves[1].drop { $0 == " " })))
    }
  }

  /// The words of the first line; missing ones are empty.
  func word(_ index: Int) -> String {
    let words = first.split(separator: " ", omittingEmptySubsequences: false)
    return index < words.count ? String(words[index]) : ""
  }

  /// As a post to a sender's address: `POST /v2/enqueue?a=b`.
  var head: PostHead {
    let halves = word(1).split(separator: "?", maxSplits: 1)
    return PostHead(
      method: word(0).isEmpty ? "POST" : word(0),
      path: (halves.first ?? "").split(separator: "/").map { $0.percentDecoded() ?? String($0) },
      query: halves.count > 1 ? FormFields.pairs(halves[1]) ?? [] : [], headers: headers.map { PostHead.Pair($0.name, $0.value) },
      peer: PeerAddress("192.0.2.1"))
  }
}

/// When everything here happens: 2026-11-24T12:00:00Z.
let moment = Timestamp(seconds: 1_795_521_600)
