import Bellhop
import CCurl

/// One message on its way to a broker, over a connection of its own: CONNECT, the broker's CONNACK, PUBLISH, DISCONNECT.
///
/// Of quality of service 0 nobody says that it arrived, and libcurl takes a message for sent when only a part of it went out, or none
/// because the broker answered with another packet. So what passes over the wire is overheard: delivered is what went out whole after
/// the broker had said yes.
///
/// Unchecked: ``Engine/send(_:)`` makes it and stores the continuation, then gives it to the loop through the queue's lock; from then
/// on only the loop's thread touches it, and callers keep no more than the reference that names it in a cancellation.
final class PublicationTransfer: Transfer, @unchecked Sendable {
  var stage = Stage.new
  var seat = -1
  let place: (host: String, limit: Int)
  var continuation: CheckedContinuation<Outcome, Never>?

  private let publication: Publication
  private let origin: Origin
  private var connected = false
  /// The broker's answer: a byte that says CONNACK, the length 2, whether it knows us, its code.
  private var acknowledgement: [UInt8] = []
  /// Bytes of the message that went out.
  private var published = 0

  init(_ publication: Publication) throws(Fault) {
    guard let origin = Origin.broker(publication.broker) else {
      throw Fault(.misconfigured, "the broker is no address like mqtt://broker.example.com:1883")
    }
    if let mistake = Publication.mistake(inTopic: publication.topic) { throw Fault(.misconfigured, "the topic \(mistake)") }
    guard publication.topic.utf8.count + publication.body.count <= Publication.maximum else {
      throw Fault(.oversized, "the message is over \(Publication.maximum) bytes")
    }
    self.publication = publication
    self.origin = origin
    place = (origin.label, 64)
  }

  /// The system doubles this for its own needs.
  var burst: Int { 2 * Publication.maximum }

  func prepare(_ handle: Handle) throws(Fault) {
    handle.reusable = false
    handle.listen()
    let host = origin.host.contains(":") ? "[\(origin.host)]" : origin.host
    handle.set(CURLOPT_PROTOCOLS_STR, "mqtt")
    handle.set(url: "mqtt://\(host):\(origin.port)/\(publication.path)", isHTTP: false)
    handle.set(CURLOPT_PATH_AS_IS, 1)
    handle.set(CURLOPT_PROXY, "")
    handle.set(CURLOPT_FRESH_CONNECT, 1)
    handle.set(CURLOPT_FORBID_REUSE, 1)
    handle.set(CURLOPT_TIMEOUT_MS, publication.timeout.milliseconds)
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
    handle.set(CURLOPT_USERNAME, publication.user)
    handle.set(CURLOPT_PASSWORD, publication.password?.reveal())
    handle.set(CURLOPT_POST, 1)
    handle.set(body: publication.body)
    // Without a body at all libcurl would subscribe, or refuse.
    if publication.body.isEmpty { handle.set(CURLOPT_COPYPOSTFIELDS, "") }
  }

  private var connectTimeout: Duration { min(.seconds(5), publication.timeout) }

  func take(head line: UnsafeRawBufferPointer) -> Bool { true }
  func take(body bytes: UnsafeRawBufferPointer) -> Bool { true }
  /// Ops wrote the broker's address, and most brokers are private.
  func permits(_ address: @autoclosure () -> NetworkAddress?) -> Bool { true }
  func begin() { connected = true }

  func overhear(_ bytes: UnsafeRawBufferPointer, outgoing: Bool) {
    guard outgoing else { return acknowledgement.append(contentsOf: bytes.prefix(8)) }
    // PUBLISH, quality of service 0.
    if bytes.first == 0x30 { published = bytes.count }
  }

  private var isWhole: Bool { published == publication.size }

  func finish(_ code: CURLcode, _ handle: Handle) -> Bool {
    if code == CURLE_OK, isWhole {
      answer(.delivered(Receipt(note: "handed to \(origin.label)")))
    } else if acknowledgement.count == 4, acknowledgement[0] == 0x20, acknowledgement[1] == 2, acknowledgement[3] != 0 {
      answer(declined(acknowledgement[3]))
    } else if code == CURLE_OK {
      answer(
        .postponed(
          published > 0
            ? Fault(.dropped, "only a part of the message went out to \(origin.label)")
            : Fault(.unintelligible, "what \(origin.label) answered makes no sense")))
    } else {
      answer(.failed(fault(code, handle), sent: isWhole))
    }
    return false
  }

  func abandon(_ fault: Fault) { answer(.failed(fault, sent: isWhole)) }

  private func answer(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    continuation = nil
  }

  /// https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc385349256
  private func declined(_ code: UInt8) -> Outcome {
    let line = "\(origin.label) does not let us in (\(code))"
    return switch code {
    case 1: .refused(Fault(.misconfigured, "\(line): it does not speak MQTT 3.1.1"))
    case 3: .postponed(Fault(.unavailable, "\(line): it is not available"))
    case 4, 5: .refused(Fault(.unauthorized, "\(line): check user and password"))
    default: .refused(Fault(.rejected, line))
    }
  }

  private func fault(_ code: CURLcode, _ handle: Handle) -> Fault {
    Diagnosis(
      code: code, peer: origin.label, systemError: Int32(handle.number(CURLINFO_OS_ERRNO)), sent: connected, timeout: publication.timeout,
      connectTimeout: connectTimeout
    ).fault
  }
}

extension Outcome {
  fileprivate static func failed(_ fault: Fault, sent: Bool) -> Outcome { sent ? .unclear(fault) : .postponed(fault) }
}
