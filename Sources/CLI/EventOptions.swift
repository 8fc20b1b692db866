import ArgumentParser
import Bellhop

/// An event in options, or in a file with options on top of it.
struct EventOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What kind of thing happened, such as user.registered.", valueName: "name"))
  var type: String?
  @Option(help: ArgumentHelp("Whom or what it is about.", valueName: "name"))
  var subject: String?
  @Option(help: ArgumentHelp("How bad it is: \(Severity.allCases.map(\.word).joined(separator: ", ")).", valueName: "word"))
  var severity: Severity?
  @Option(help: ArgumentHelp("Where it happened.", valueName: "name"))
  var source: String?
  @Option(help: ArgumentHelp("What people read when no row says otherwise.", valueName: "text"))
  var text: String?
  @Option(
    help: ArgumentHelp(
      "A member of data; again for more. Dots nest; numbers, true and false are taken as such, \"7\" in quotes is text.",
      valueName: "key=value"))
  var data: [String] = []
  @Option(
    help: ArgumentHelp("A JSON file with the event, or - for standard input; other options override it.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var event: String?

  mutating func validate() throws {
    do { _ = try DataPairs.object(data) } catch { throw ValidationError(error.text) }
  }

  /// Nothing was said of an event.
  var isEmpty: Bool { [type, subject, severity?.word, source, text, event].allSatisfy { $0 == nil } && data.isEmpty }

  /// The event in the shape of `POST /v1/events`.
  func object() throws(CommandEnd) -> JSON.Object {
    var base = JSON.Object()
    if let event { base = try Self.parse(try FileAccess.read(event), from: event) }
    return try overlay(on: base)
  }

  static func parse(_ bytes: [UInt8], from file: String) throws(CommandEnd) -> JSON.Object {
    let parsed: JSON
    do { parsed = try JSON(parsing: bytes) } catch { throw .misuse("\(file): \(error): give one event as a JSON object") }
    guard let object = parsed.object else {
      throw .misuse("\(file): give one event as a JSON object; `bellhop send --file` takes many, one a line")
    }
    return object
  }

  func overlay(on base: JSON.Object) throws(CommandEnd) -> JSON.Object {
    var object = base
    for (key, value) in [("type", type), ("subject", subject), ("severity", severity?.word), ("source", source), ("text", text)] {
      if let value { object[key] = .string(value) }
    }
    if !data.isEmpty { object["data"] = .object(try DataPairs.object(data, into: object["data"]?.object ?? [:])) }
    guard object["type"] != nil || object["text"] != nil else { throw .misuse("an event needs a type or a text: add --type or --text") }
    return object
  }
}

extension Severity: ExpressibleByArgument {
  /// The words of the configuration and the API.
  public init?(argument: String) { self.init(word: argument) }
  /// For completion and for the message about a wrong one.
  public static var allValueStrings: [String] { allCases.map(\.word) }
}
