import Bellhop
import Curl

/// Hands each message to the broker, over a connection of its own.
struct MQTTTransport: Transport {
  let engine: Engine
  let broker: String
  let user: String?
  let password: Secret?
  let printer: Printer

  init(engine: Engine, _ values: Values) {
    self.engine = engine
    broker = values.string("url") ?? ""
    user = values.string("user")
    password = values.secret("password")
    printer = Printer(template: values.string("body"), contentType: values.string("content_type") ?? "application/json")
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    let body: [UInt8]
    do throws(Fault) { body = try printer.body(message, attempt: attempt) } catch { return .refused(error) }
    // A mistake in the topic is the engine's to find: here too it may be made of an event.
    return await engine.send(
      Publication(
        broker: broker, user: user, password: password, topic: target["topic"]?.plain ?? "", body: body, timeout: attempt.timeout))
  }
}
