import Bellhop
import Curl

/// Where events are posted: the gateway on this machine, or one elsewhere.
struct Post: Sendable {
  private let request: Request
  private let deliver: @Sendable (Request) async -> Answer
  private let absent: @Sendable (Fault, Bool) -> CommandEnd

  init(client: Client) {
    request = Request("POST", "http://localhost/v1/events", timeout: .seconds(60), unixSocket: client.socket, maximumAnswer: 16 << 20)
    deliver = client.send
    absent = { client.absent($0, sent: $1) }
  }

  init(_ request: Request, host: String, _ deliver: @escaping @Sendable (Request) async -> Answer) {
    self.request = request
    self.deliver = deliver
    absent = { fault, _ in
      switch fault.kind {
      case .unreachable, .timeout, .dropped, .unavailable: .later("\(host) gave no answer (\(fault.line)): check --url, or try again")
      default: .wanting("\(host): \(fault.line)")
      }
    }
  }

  /// A request to a gateway elsewhere; nil when the URL is none.
  static func remote(_ url: String, token: String?) -> Request? {
    let lower = url.lowercased()
    guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix), lower.count > scheme.count,
      !url.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace })
    else { return nil }
    var base = url[...]
    while base.last == "/" { base = base.dropLast() }
    let path = base.hasSuffix("/v1/events") ? "" : "/v1/events"
    let headers = token.flatMap { $0.isEmpty ? nil : [Request.Header("authorization", "Bearer \($0)")] } ?? []
    return Request("POST", "\(base)\(path)", headers: headers, timeout: .seconds(60), maximumAnswer: 16 << 20)
  }

  /// Posts lines of events, and hands back whatever comes of it.
  func answer(to lines: [UInt8], within limit: Duration) async -> Answer {
    var request = request
    request.headers.append(.init("content-type", "application/x-ndjson"))
    request.body = lines
    request.timeout = limit
    return await deliver(request)
  }

  /// What no answer means for who waits for one.
  func ending(without answer: Fault, sent: Bool) -> CommandEnd { absent(answer, sent) }

  /// Posts, and answers what was accepted.
  /// - Parameter again: what to do when the event may have arrived.
  func send(_ body: [UInt8], type: String, again: String, place: (Int?, Int?) -> String?) async throws(CommandEnd) -> JSON {
    var request = request
    request.headers.append(.init("content-type", type))
    request.body = body
    switch await deliver(request) {
    case .failed(let fault, let sent):
      var ending = absent(fault, sent)
      if sent { ending.text += again }
      throw ending
    case .response(let response):
      guard response.status == 202 else { throw Client.ending(for: response, place: place) }
      return try Client.json(response)
    }
  }
}
