import Bellhop
import CCurl

/// What the loop carries: it knows queues, handles and time, and nothing of protocols. HTTP is the first, MQTT the second.
///
/// After ``Loop`` has been given a transfer, nobody else touches it.
protocol Transfer: AnyObject, Sendable {
  /// Where the loop has it.
  var stage: Stage { get set }
  /// Its place among those who are owed an answer; the loop's alone.
  var seat: Int { get set }
  /// Under which name its errand can be broken off; nil where a reference does that.
  var errand: ErrandName? { get }
  /// The queue it waits in, and how many of that queue may be under way.
  var place: (host: String, limit: Int) { get }

  /// Dresses the handle for one way to the server and back.
  func prepare(_ handle: Handle) throws(Fault)
  /// libcurl is done with that way. True if there is another to go: the loop prepares again, in the same place.
  func finish(_ code: CURLcode, _ handle: Handle) -> Bool
  /// Answers with a fault, whatever was under way.
  func abandon(_ fault: Fault)

  /// Called by libcurl, on the loop's thread, with each line of the answer's head. False ends the transfer.
  func take(head line: UnsafeRawBufferPointer) -> Bool
  /// The same, with pieces of the answer's body.
  func take(body bytes: UnsafeRawBufferPointer) -> Bool
  /// Whether that address may be talked to. Most transfers may go anywhere: it is read only for those that may not.
  func permits(_ address: @autoclosure () -> NetworkAddress?) -> Bool
  /// The connection stands; the next byte is the request's.
  func begin()

  /// Bytes that the system is to take at once; 0 leaves that to it.
  var burst: Int { get }
  /// What libcurl has sent or read of a protocol's own packets, where ``Handle/listen()`` was called.
  func overhear(_ bytes: UnsafeRawBufferPointer, outgoing: Bool)
}

extension Transfer {
  var errand: ErrandName? { nil }
  var burst: Int { 0 }
  func overhear(_ bytes: UnsafeRawBufferPointer, outgoing: Bool) {}
}

/// The way of a transfer through the loop.
enum Stage {
  case new
  /// Cancelled by a message that overtook the transfer itself.
  case cancelled
  case waiting(Gate<any Transfer>.Ticket)
  case running(Handle)
  case done
}

/// Whose errand, and which of his.
struct ErrandName: Sendable, Hashable {
  var owner: ObjectIdentifier
  var number: Int
}
