import Bellhop
import Curl
import Templates

/// Sends each message as one HTTP request. What the status means is told by ``Curl/Answer/outcome(id:)``.
struct WebhookTransport: RequestTransport {
  let carrier: any Carrier
  let url: Secret
  let method: String
  let headers: [(name: String, value: Secret)]
  let signature: Signature?
  let printer: Printer
  let http2: Bool
  let ca: String?
  let unixSocket: String?

  init(carrier: any Carrier, _ values: Values) {
    self.carrier = carrier
    url = values.secret("url") ?? Secret("")
    method = values.string("method") ?? "POST"
    headers = (values.map("headers") ?? []).compactMap { entry in
      if case .secret(let value) = entry.value { (entry.key, value) } else { nil }
    }
    signature = values.secret("secret").flatMap(Signature.init)
    printer = Printer(template: values.string("body"), contentType: values.string("content_type") ?? "application/json")
    http2 = values.bool("http2") ?? false
    ca = values.string("ca")
    unixSocket = values.string("unix_socket")
  }

  func outcome(of answer: Answer, to target: Target, _ attempt: Attempt) -> Outcome { answer.outcome() }

  func request(_ message: Message, to target: Target, _ attempt: Attempt) -> Result<Request, Fault> {
    guard let address = TargetAddress.append(target["path"]?.plain, to: url.reveal()) else {
      return .failure(Fault(.misconfigured, "the target's path leads out of the address of this webhook: leave out . and .."))
    }
    let body: [UInt8]
    do throws(Fault) { body = try printer.body(message, attempt: attempt) } catch { return .failure(error) }
    let timestamp = String(attempt.at.seconds)
    // The id goes out unsigned as well: receivers drop repeats by it. https://github.com/standard-webhooks/standard-webhooks
    var lines = [
      Request.Header("Content-Type", printer.contentType), Request.Header("Webhook-Id", message.id),
      Request.Header("Webhook-Timestamp", timestamp),
    ]
    if let signature {
      lines.append(Request.Header("Webhook-Signature", signature.header(id: message.id, timestamp: timestamp, body: body)))
    }
    lines += headers.map { Request.Header($0.name, $0.value.reveal()) }
    return .success(
      Request(
        method, address, headers: lines, body: body, timeout: attempt.timeout, http2: http2, unixSocket: unixSocket,
        maximumAnswer: 64 << 10, caFile: ca, once: !attempt.mayRepeat))
  }
}
