import Bellhop
import Logging
import Store

// What is changed by hand, and who did it.
extension Responder {
  /// Does it, and tells the log who wished it and what came of it.
  func change(_ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    let body = try object(call)
    do throws(ProblemDocument) {
      let reply = try await changed(call, body, history)
      note(call, body, "done")
      return reply
    } catch {
      note(call, body, error.title)
      throw error
    }
  }

  private func changed(_ call: Call, _ body: JSON.Object, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    switch call.endpoint {
    case .retryOne(let id): try await retry(id, history)
    case .retryMany: try await retryMany(body, history)
    case .lane(let word): try await lane(word, body)
    case .silences: try await addSilence(body, by: call.visitor)
    case .silence(let id): try await changeSilence(id, call.head.method, body)
    case .acks: try await acknowledge(body, by: call.visitor)
    case .ring: try await ring(body)
    case .forget: try await forget(body)
    default: try done(await hands.reload())
    }
  }

  /// What is named is what the caller said. Whom to forget is not: the log would remember.
  private func note(_ call: Call, _ body: JSON.Object, _ result: String) {
    let (what, object): (String, String?) =
      switch call.endpoint {
      case .retryOne(let id): ("retry", "delivery \(id)")
      case .retryMany: ("retry", body["ids"]?.array.map { "\($0.count) deliveries" } ?? body["state"]?.string)
      case .lane(let word): (word, body["lane"]?.string)
      case .silences: ("silence", body["filter"]?.string)
      case .silence(let id): (call.head.method == .DELETE ? "end silence" : "change silence", "silence \(id)")
      case .acks: ("acknowledge", (body["event"]?.int.map(String.init) ?? body["event"]?.string).map { "event \($0)" })
      case .ring: ("ring", body["name"]?.string)
      case .forget: ("forget", nil)
      default: ("reload", nil)
      }
    var metadata: Logger.Metadata = [
      "who": .string(call.visitor.name), "by": .string(call.visitor.way.rawValue), "what": .string(what), "result": .string(result),
    ]
    if let object { metadata["of"] = .string(String(object.prefix(200))) }
    logger.notice("changed by hand", metadata: metadata)
  }
}
