import Bellhop
import NIOCore

/// A request whose body is arriving.
final class Intake {
  let head: Head
  let rules: Rules
  let admission: Admission
  let purpose: Purpose
  /// What has come, where it came in more than one piece.
  private var bytes: [UInt8] = []
  /// A body that came whole.
  private var whole: ByteBuffer?
  private(set) var share: PurseShare?

  init(_ head: Head, _ rules: Rules, _ admission: Admission, _ purpose: Purpose) {
    self.head = head
    self.rules = rules
    self.admission = admission
    self.purpose = purpose
  }

  /// Adds a piece; throws where the body becomes larger than it may.
  func add(_ piece: ByteBuffer, _ state: SiteState) throws(ProblemDocument) {
    let count = bytes.count + piece.readableBytes
    if let limit = admission.limit, count > limit { throw Responder.tooLarge(limit) }
    // Nothing else is to come: it need not be copied until it is read.
    if count == head.length, bytes.isEmpty, count <= PurseShare.free {
      whole = piece
      return
    }
    if count > PurseShare.free {
      let share = share ?? PurseShare(state)
      self.share = share
      guard share.cover(count, of: admission.memory ?? rules.limits.memory) else {
        throw ProblemDocument(503, "too many large bodies at a time", "send it again, or send smaller ones", retryAfter: 1)
      }
    }
    if bytes.isEmpty, let length = head.length { bytes.reserveCapacity(min(length, PurseShare.free)) }
    bytes.append(contentsOf: piece.readableBytesView)
  }

  /// Bytes that have come.
  var count: Int { whole?.readableBytes ?? bytes.count }

  /// The body in one piece: the one copy that is made of a body that came whole.
  func body() -> [UInt8] {
    guard let whole else { return bytes }
    return whole.getBytes(at: whole.readerIndex, length: whole.readableBytes) ?? []
  }
}
