import Bellhop
import Logging
import NIOHTTP1
import Store

/// What is to be changed by hand, whether a program said it in JSON or a page in a form.
struct HandOperation: Sendable {
  var endpoint: Endpoint
  var method = HTTPMethod.POST
  var body: JSON.Object = [:]
}

// What is changed by hand, and who did it.
extension Responder {
  /// As a program says it.
  func change(_ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    try await perform(
      HandOperation(endpoint: call.endpoint, method: call.head.method, body: try object(call)), by: call.visitor, history)
  }

  /// Does it, and tells log and trail who wished it and what came of it.
  func perform(_ operation: HandOperation, by visitor: Visitor, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    do throws(ProblemDocument) {
      let reply = try await changed(operation, by: visitor, history)
      await note(operation, by: visitor, "done")
      return reply
    } catch {
      await note(operation, by: visitor, error.title)
      throw error
    }
  }

  private func changed(
    _ operation: HandOperation, by visitor: Visitor, _ history: ReaderHistory
  ) async throws(ProblemDocument) -> Reply {
    let body = operation.body
    return switch operation.endpoint {
    case .retryOne(let id): try await retry(id, history)
    case .retryMany: try await retryMany(body, history)
    case .redirect: try await redirectMany(body, history)
    case .lane(let word): try await lane(word, body)
    case .silences: try await addSilence(body, by: visitor)
    case .silence(let id): try await changeSilence(id, operation.method, body)
    case .acks: try await acknowledge(body, by: visitor)
    case .ring: try await ring(body)
    case .forget: try await forget(body)
    default: try done(await hands.reload())
    }
  }

  /// What is named is what the caller said. Whom to forget is not: log and trail would remember.
  private func note(_ operation: HandOperation, by visitor: Visitor, _ result: String) async {
    let body = operation.body
    let (what, object): (String, String?) =
      switch operation.endpoint {
      case .retryOne(let id): ("retry", "delivery \(id)")
      case .retryMany: ("retry", Self.many(body))
      case .redirect: ("redirect", Self.many(body).map { "\($0) to \(body["to"]?.string ?? "nowhere")" })
      case .lane(let word): (word, body["lane"]?.string)
      case .silences: ("silence", body["filter"]?.string)
      case .silence(let id): (operation.method == .DELETE ? "end silence" : "change silence", "silence \(id)")
      case .acks: ("acknowledge", (body["event"]?.int.map(String.init) ?? body["event"]?.string).map { "event \($0)" })
      case .ring: ("ring", body["name"]?.string)
      case .forget: ("forget", nil)
      default: ("reload", nil)
      }
    await audit(
      AuditEntry(
        who: visitor.name, by: visitor.way.rawValue, what: what, of: object.map { String($0.prefix(200)) }, result: result))
  }

  private static func many(_ body: JSON.Object) -> String? {
    if let ids = body["ids"]?.array { return ids.count == 1 ? "delivery \(ids[0].text)" : "\(ids.count) deliveries" }
    let words = [body["state"]?.string, body["destination"]?.string.map { "for \($0)" }, body["role"]?.string.map { "of \($0)" }]
      .compactMap(\.self)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// Tells it to the log, and keeps it.
  func audit(_ entry: AuditEntry) async {
    var metadata: Logger.Metadata = [
      "who": .string(entry.who), "by": .string(entry.by), "what": .string(entry.what), "result": .string(entry.result),
    ]
    if let object = entry.of { metadata["of"] = .string(object) }
    logger.notice("changed by hand", metadata: metadata)
    await hands.note(entry)
  }
}
