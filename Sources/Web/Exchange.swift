import Bellhop
import Hummingbird
import HummingbirdCore
import NIOCore

/// One request while it is answered.
struct Exchange {
  let request: Request
  let head: Head
  let door: Door
  let rules: Rules
  let state: SiteState
  /// Nothing of a body is left on the connection.
  private var isRead: Bool
  /// Reading the body went wrong.
  private var isBroken = false
  /// The declared length; nil where it comes in chunks.
  let length: Int?

  init(_ request: Request, _ door: Door, _ state: SiteState) {
    self.request = request
    self.door = door
    self.state = state
    rules = state.current
    head = Head(request.head)
    // The parser has refused what is no number or stands twice.
    length = head.isChunked ? nil : head.contentLength.map { Int($0) ?? .max } ?? 0
    isRead = length == 0
  }

  /// What is left of the body cannot or need not be skipped to get at the next request.
  var isLast: Bool { isBroken || (!isRead && ((length ?? .max) > Self.skipped || head.expectsContinue)) }

  /// Bodies up to this size are skipped when they are not wanted, so that the connection lives on.
  private static let skipped = 65_536

  /// Reads the body, as far as it is within the limit. Larger bodies come out of one purse that all connections share.
  mutating func body(limit: Int, _ writer: borrowing ResponseWriter) async throws(ProblemDocument) -> HeldBody {
    if let length, length > limit { throw tooLarge(limit) }
    if let encoding = head.contentEncoding, encoding.lowercased() != "identity" {
      throw ProblemDocument(415, "bodies with a Content-Encoding are not taken", "send it uncompressed")
    }
    if isRead { return HeldBody(bytes: [], held: 0, state: state) }
    isBroken = true
    do {
      if head.expectsContinue {
        try await writer.writeInformationalHead(HTTPResponse(status: .continue))
      }
      var iterator = request.body.makeAsyncIterator()
      let first = try await iterator.next()
      let second = first == nil ? nil : try await iterator.next()
      let body =
        if let first, let second {
          try await gather(first, second, &iterator, limit: limit)
        } else {
          HeldBody(bytes: first.map { Array($0.readableBytesView) } ?? [], held: 0, state: state)
        }
      guard length == nil || length == body.bytes.count, body.bytes.count <= limit else {
        throw body.bytes.count > limit ? tooLarge(limit) : ProblemDocument(400, "the body is shorter than its Content-Length")
      }
      isRead = true
      isBroken = false
      return body
    } catch let problem as ProblemDocument {
      throw problem
    } catch is SlowRequest {
      throw ProblemDocument(408, "the body took longer than \(rules.limits.bodyTime.short) to arrive")
    } catch {
      throw ProblemDocument(400, "the body broke off or is not well-formed HTTP", "nothing of it was kept")
    }
  }

  /// A body that came in pieces.
  private func gather(
    _ first: ByteBuffer, _ second: ByteBuffer, _ iterator: inout RequestBody.AsyncIterator, limit: Int
  ) async throws -> HeldBody {
    var body = HeldBody(bytes: [], held: 0, state: state)
    var next: ByteBuffer? = first
    var after: ByteBuffer? = second
    while let piece = next {
      if body.bytes.count + piece.readableBytes > limit { throw tooLarge(limit) }
      guard body.append(piece, of: rules.limits.memory) else {
        throw ProblemDocument(503, "too many large bodies at a time", "send it again, or send smaller ones", retryAfter: 1)
      }
      if let piece = after {
        next = piece
        after = nil
      } else {
        next = try await iterator.next()
      }
    }
    return body
  }

  private func tooLarge(_ limit: Int) -> ProblemDocument {
    ProblemDocument(413, "the body is larger than \(limit) bytes", "nothing of it was kept")
  }
}

/// A body in memory. Gives its share of the purse back when it goes.
struct HeldBody: ~Copyable {
  private(set) var bytes: [UInt8]
  private var held: Int
  private let state: SiteState

  /// So much of a body is free: what every connection may hold at a time.
  private static let free = 65_536

  init(bytes: [UInt8], held: Int, state: SiteState) {
    self.bytes = bytes
    self.held = held
    self.state = state
  }

  deinit { state.release(held) }

  /// False when the purse is empty.
  mutating func append(_ piece: ByteBuffer, of purse: Int) -> Bool {
    let count = bytes.count + piece.readableBytes
    let due = max(0, count - Self.free)
    if due > held {
      guard state.hold(due - held, of: purse) else { return false }
      held = due
    }
    bytes.append(contentsOf: piece.readableBytesView)
    return true
  }
}
