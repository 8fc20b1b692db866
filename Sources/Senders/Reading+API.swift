import Bellhop

// The dialect `api`: which form a request has.
extension Reading {
  mutating func api(_ body: [UInt8]) -> Result<[Event], Rejection> {
    if let key = envelope.idempotencyKey {
      // Room is left for the index that a batch adds.
      let fits = key.utf8.count <= limits.id - IdempotencyKey.room && !key.isEmpty && key.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
      if !fits { add(FieldProblem(field: "Idempotency-Key", detail: "must be 1 to \(limits.id - IdempotencyKey.room) printable bytes")) }
    }
    if !envelope.cloudEvent.isEmpty { return binary(body) }
    guard let header = envelope.contentType else { return ownJSON(body) }
    // The usual ones need no taking apart.
    switch header {
    case "application/json": return ownJSON(body)
    case "application/x-ndjson": return lines(body)
    default: break
    }
    let media = MediaType(header)
    guard media.isUTF8 else {
      return .failure(Rejection(status: 415, title: "only UTF-8 is taken, not the charset \(quoted(media.charset ?? ""))"))
    }
    switch media.name {
    case "application/json", "text/json": return ownJSON(body)
    case "application/x-ndjson", "application/ndjson", "application/jsonl": return lines(body)
    case "application/cloudevents+json": return parse(body).flatMap { value in single { $0.cloudEvent(value, EventPlace()) } }
    case "application/cloudevents-batch+json": return parse(body).flatMap { cloudEvents($0) }
    case "text/plain": return plain(body)
    default: return .failure(Self.unknown(media))
    }
  }

  private static func unknown(_ media: MediaType) -> Rejection {
    let hint =
      media.name == "application/x-www-form-urlencoded" ? "; with curl, say -H 'Content-Type: application/json' beside -d" : ""
    return Rejection(
      status: 415,
      title: "the content type \(quoted(media.name)) is not taken here: send application/json, application/x-ndjson, "
        + "application/cloudevents+json, application/cloudevents-batch+json or text/plain\(hint)")
  }

  func parse(_ body: [UInt8]) -> Result<JSON, Rejection> {
    do throws(JSONError) {
      return .success(try JSON(parsing: body))
    } catch {
      return .failure(Rejection(status: 400, title: "the body is not JSON: \(error.description)"))
    }
  }

  mutating func single(_ one: (inout Reading) -> Event?) -> Result<[Event], Rejection> {
    let event = one(&self)
    return verdict(event.map { [$0] } ?? [])
  }

  private mutating func ownJSON(_ body: [UInt8]) -> Result<[Event], Rejection> {
    switch parse(body) {
    case .failure(let rejection): .failure(rejection)
    case .success(.array(let values)): batch(values) { $0.own($1, $2) }
    case .success(let value): single { $0.own(value, EventPlace()) }
    }
  }

  private mutating func cloudEvents(_ value: JSON) -> Result<[Event], Rejection> {
    guard case .array(let values) = value else {
      return .failure(Rejection(status: 422, title: "a batch of CloudEvents is a JSON array, not \(value.kindWord)"))
    }
    return batch(values) { $0.cloudEvent($1, $2) }
  }

  /// The body is the text.
  private mutating func plain(_ body: [UInt8]) -> Result<[Event], Rejection> {
    guard var text = Self.text(body) else { return .failure(Rejection(status: 400, title: "the text is not valid UTF-8")) }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    guard !text.isEmpty else { return .failure(Rejection(status: 422, title: "the text is empty")) }
    var draft = Draft(text: text)
    return single { $0.finish(&draft, at: EventPlace()) }
  }

  /// Text without the byte order mark before it; nil where it is not UTF-8.
  static func text(_ body: [UInt8]) -> String? {
    String(validating: body.starts(with: Self.mark) ? body[3...] : body[...], as: UTF8.self)
  }

  /// The byte order mark in UTF-8.
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// One event a line; lines without anything are skipped. https://github.com/ndjson/ndjson-spec
  private mutating func lines(_ body: [UInt8]) -> Result<[Event], Rejection> {
    var events: [Event] = []
    var place = EventPlace(index: 0, line: 0, only: false)
    var number = 0
    for line in body.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
      if place.index == limits.batch { return .failure(tooMany("more than \(limits.batch)")) }
      if line.count > limits.line {
        return .failure(
          Rejection(status: 413, title: "line \(number) is longer than \(limits.line) bytes, which is what one event may have"))
      }
      place.line = number
      do throws(JSONError) {
        if let event = own(try JSON(parsing: line), place) { events.append(event) }
      } catch {
        report(place, nil, "line \(number) is not JSON: \(error.description)")
      }
      place.index += 1
    }
    return verdict(events)
  }
}
