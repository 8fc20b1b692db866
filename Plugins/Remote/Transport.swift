import Bellhop
import GatewayWire

/// Hands messages to whoever has called in, and waits for what becomes of them there.
struct RemoteTransport: Visited {
  private let secrets: [(key: Secret, until: Timestamp?)]
  private let desk: Session

  init(_ values: Values) {
    secrets = values.keys("secret")
    desk = Sessions.shared.take(Sessions.SessionKey(name: values.name, secrets: secrets.map(\.key)))
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    await desk.hand(Relayed(message, age: attempt.age), within: attempt.timeout)
  }

  func close() async { Sessions.shared.give(desk) }

  func examine() async -> [String] {
    desk.isVisited
      ? ["a gateway is connected"]
      : ["no gateway is connected: is it running, does its upstream name this transport, and is its secret the same?"]
  }

  // MARK: Visited

  var isVisited: Bool { desk.isVisited }

  func admits(_ offered: some Sequence<UInt8>, at now: Timestamp) -> Bool {
    // All of them are compared, so that the time tells nothing about which came close.
    secrets.reduce(false) { found, own in (own.key.matches(offered) && own.until.map { now < $0 } ?? true) || found }
  }

  func visit() -> AsyncStream<[UInt8]> { desk.visit() }

  func hear(_ word: JSON) async -> Result<Void, Fault> {
    guard let fate = RelayedFate(json: word) else {
      return .failure(Fault(.unintelligible, "this is no fate of a message: {\"id\": …, \"state\": …} is expected"))
    }
    desk.settle(fate)
    return .success(())
  }
}
