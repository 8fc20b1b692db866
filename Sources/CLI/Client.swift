import Bellhop
import Curl

/// The running gateway, through the unix socket in its data folder: there the file's permission is the authority.
struct Client: Sendable {
  /// The configuration file, for advice.
  let path: String
  let socket: String
  /// Of the file as it stands now. The running gateway may have a better one in force, but the socket's place may be wrong then.
  let mistakes: [String]
  let send: @Sendable (Request) async -> Answer

  /// Asks, and takes nothing but a success for an answer.
  func call(_ method: String = "GET", _ path: String, query: [(String, String?)] = [], body: JSON? = nil, timeout: Duration = .seconds(30))
    async throws(CommandEnd) -> JSON
  {
    let response = try await exchange(method, path, query: query, body: body, timeout: timeout)
    guard (200..<300).contains(response.status) else { throw Self.ending(for: response) }
    return try Self.json(response)
  }

  /// Asks, and hands back whatever the gateway answers.
  func exchange(_ method: String, _ path: String, query: [(String, String?)] = [], body: JSON? = nil, timeout: Duration = .seconds(30))
    async throws(CommandEnd) -> Response
  {
    var request = Request(
      method, "http://localhost\(path)\(Self.query(query))", timeout: timeout, unixSocket: socket, maximumAnswer: 64 << 20)
    if let body {
      request.headers = [.init("content-type", "application/json")]
      request.body = body.bytes
    }
    switch await send(request) {
    case .response(let response): return response
    case .failed(let fault, let sent): throw absent(fault, sent: sent)
    }
  }

  /// The gateway did not answer: not there, not ours to ask, or gone in the middle.
  func absent(_ fault: Fault, sent: Bool) -> CommandEnd {
    if let owner = FileAccess.owner(barring: socket) {
      return .wanting("you may not use the gateway's socket \(socket): say it as its owner, for example with `sudo -u \(owner)`")
    }
    if sent { return .later("the gateway at \(socket) gave no whole answer (\(fault.line)): look at its log and try again") }
    var text = "the gateway is not running at \(socket): start it with `bellhop serve --config \(path)`"
    if !mistakes.isEmpty { text += "\n  \(path) has mistakes, with which it does not start; `bellhop check --config \(path)` lists them" }
    return .later(text)
  }

  static func json(_ response: Response) throws(CommandEnd) -> JSON {
    do { return try JSON(parsing: response.body) } catch {
      throw .wanting("the gateway's answer is not JSON (\(error)): is it of the same version as this command?")
    }
  }

  /// `?a=b&c=d` of the values that are there. https://www.rfc-editor.org/rfc/rfc3986#section-3.4
  static func query(_ pairs: [(String, String?)]) -> String {
    let parts = pairs.compactMap { key, value in value.map { "\(key)=\($0.percentEncoded())" } }
    return parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))"
  }
}
