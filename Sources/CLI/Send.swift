import ArgumentParser
import Bellhop
import Curl

struct Send: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell the gateway what happened.",
    discussion: """
      Prints the id of each event once it is safely kept. Goes to the gateway on this machine, or with --url to one elsewhere. \
      Ends with 75 when it is not up or wants to be left alone for a while: sending the same id again is safe. \
      Brings what `bellhop run` could not bring.
      """)

  @OptionGroup var post: PostOptions
  @OptionGroup var event: EventOptions
  @Option(help: ArgumentHelp("The event's id; the same id again is delivered no more. (default: a new one)", valueName: "id"))
  var id: String?
  @Option(
    help: ArgumentHelp("Many events from a file, a JSON object a line; - for standard input.", valueName: "file"), completion: .file())
  var file: String?

  mutating func validate() throws {
    if file != nil {
      let alone = [id, event.event, event.type, event.subject, event.severity?.word, event.source, event.text].allSatisfy { $0 == nil }
      guard alone && event.data.isEmpty else { throw ValidationError("--file brings whole events: leave out the options of a single one.") }
    }
  }

  func run() async throws {
    let file = try file.map { path throws(CommandEnd) in (path, try FileAccess.read(path)) }
    let object = file == nil ? try single() : [:]
    try await post.withPost { [place = post.place] post in
      // What jobs have left here happened before.
      if let kept = KeptNews.waiting(for: place) { _ = await NewsBearer(store: kept, post: post).bring(within: .seconds(10)) }
      guard let (path, bytes) = file else { return try await Self.one(object, post) }
      try await Self.many(bytes, from: path, post)
    }
  }

  /// The id is given here, so that a person who got no answer can send the very same event again.
  private func single() throws(CommandEnd) -> JSON.Object {
    var object = try event.object()
    if let id { object["id"] = .string(id) }
    if object["id"] == nil { object["id"] = .string(Self.newID()) }
    return object
  }

  static func one(_ object: JSON.Object, _ post: Post) async throws(CommandEnd) {
    let again = "; to be safe, send it again with --id \(object["id"]?.plain ?? "")"
    let answer = try await post.send(JSON.object(object).bytes, type: "application/json", again: again) { _, _ in nil }
    try tell(answer)
  }

  static func many(_ bytes: [UInt8], from path: String, _ post: Post) async throws(CommandEnd) {
    let pieces = LinePiece.pieces(of: bytes)
    guard !pieces.isEmpty else { throw .misuse("\(path) holds no events: write a JSON object a line") }
    for piece in pieces {
      do {
        try tell(try await post.send(piece.bytes, type: "application/x-ndjson", again: "") { piece.place(index: $0, line: $1) })
      } catch {
        guard pieces.count > 1 else { throw error }
        let before = piece.first > 1 ? "lines 1 to \(piece.first - 1) are kept; " : ""
        throw CommandEnd(code: error.code, text: "\(error.text)\n  \(before)lines from \(piece.first) on are not known to be kept")
      }
    }
  }

  private static func tell(_ answer: JSON) throws(CommandEnd) {
    for event in answer["accepted"]?.array ?? [] {
      try Terminal.say(Output.text(event["id"]))
      if event["duplicate"]?.bool == true { Terminal.complain("\(Output.text(event["id"])) was already known and is not delivered again.") }
    }
  }

  /// A random UUID, version 4: https://www.rfc-editor.org/rfc/rfc9562#section-5.4
  static func newID() -> String {
    var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes.enumerated().reduce(into: "") { text, byte in
      if [4, 6, 8, 10].contains(byte.offset) { text += "-" }
      text += String(byte.element >> 4, radix: 16) + String(byte.element & 15, radix: 16)
    }
  }
}
