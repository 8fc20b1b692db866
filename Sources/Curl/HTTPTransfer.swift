import Bellhop
import CCurl

/// One request on its way, over redirects.
///
/// Unchecked: ``Engine`` makes it and gives it to the loop through the queue's lock; from then on only the loop's thread touches it, and
/// callers keep no more than the reference that names it in a cancellation.
final class HTTPTransfer: Transfer, @unchecked Sendable {
  var stage = Stage.new
  var seat = -1
  let place: (host: String, limit: Int)
  let errand: ErrandName?
  /// Nil once it was called.
  private var answered: ((Answer) -> Void)?

  /// The answer's head is read up to this many bytes, interim answers included.
  static let maximumHead = 128 << 10

  private let isPrivate: @Sendable (NetworkAddress) -> Bool
  private let proxies: Proxies
  /// What is being sent now: redirects change it.
  private var request: Request
  private var origin: Origin
  private var hops = 0
  private var proxy: String?
  private var deadline: ContinuousClock.Instant?

  private var head: [UInt8] = []
  private var headCount = 0
  private var headEnded = true
  private var body: [UInt8] = []
  private var overflow: Fault?
  /// The body was longer than it may be: libcurl was told to stop.
  private var isCut = false
  private var denied: NetworkAddress?
  /// A byte of a request may have reached a server that did not wave it on unread.
  private var sent = false

  /// - Parameter answered: called once, on the loop's thread, or before where the loop takes nothing any more.
  init(
    _ request: Request, to origin: Origin, errand: ErrandName? = nil, _ proxies: Proxies,
    _ isPrivate: @escaping @Sendable (NetworkAddress) -> Bool, answered: @escaping (Answer) -> Void
  ) {
    self.errand = errand
    self.answered = answered
    self.request = request
    self.origin = origin
    self.proxies = proxies
    self.isPrivate = isPrivate
    place = (request.unixSocket ?? origin.label, request.perHost)
  }

  private var publicOnly: Bool { hops > 0 || !request.trusted }

  func prepare(_ handle: Handle) throws(Fault) {
    let now = ContinuousClock.now
    let deadline = deadline ?? now + request.timeout
    self.deadline = deadline
    proxy = request.unixSocket == nil ? proxies.proxy(for: origin) : nil
    if proxy != nil, publicOnly { try checkBehindProxy() }
    (head, headCount, headEnded, body, isCut, denied) = ([], 0, true, [], false, nil)

    // Beyond ASCII libcurl would read the host in the program's locale, which is none.
    handle.set(url: origin.isEncoded ? HostName.ascii(url: request.url) ?? request.url : request.url)
    handle.set(CURLOPT_PROXY, proxy ?? "")
    handle.set(CURLOPT_UNIX_SOCKET_PATH, request.unixSocket)
    handle.set(CURLOPT_HTTP_VERSION, request.http2 ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
    handle.set(CURLOPT_TIMEOUT_MS, (deadline - now).milliseconds)
    if let endless = request.endless {
      handle.reusable = false
      handle.set(CURLOPT_TIMEOUT_MS, 0)
      // https://curl.se/libcurl/c/CURLOPT_LOW_SPEED_LIMIT.html
      handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
      handle.set(CURLOPT_LOW_SPEED_TIME, Int(endless.silence.components.seconds))
    }
    handle.set(CURLOPT_FRESH_CONNECT, request.once ? 1 : 0)
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.milliseconds)
    if let caFile = request.caFile {
      handle.reusable = false
      handle.set(CURLOPT_CAINFO, caFile)
      handle.set(CURLOPT_CAPATH, nil)
    }
    handle.set(CURLOPT_NOBODY, request.method == "HEAD" ? 1 : 0)
    let hasBody = !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
    if hasBody {
      handle.set(CURLOPT_POST, 1)
      handle.set(body: request.body)
    } else if request.method != "HEAD" {
      handle.set(CURLOPT_HTTPGET, 1)
    }
    handle.set(CURLOPT_CUSTOMREQUEST, request.method == "HEAD" ? nil : request.method)
    var without: [String] = []
    if hasBody {
      // It never asks to be waved on with a short body.
      if request.body.count > 1_024 { without.append("Expect") }
      if !request.headers.contains(where: { $0.isNamed("content-type") }) { without.append("Content-Type") }
    }
    handle.set(headers: request.headers, without: without)
  }

  /// The proxy resolves names, so what they lead to is its to judge; but a private address written out is plain to see.
  private func checkBehindProxy() throws(Fault) {
    let named = origin.host == "localhost" || origin.host.hasSuffix(".localhost")
    if named || NetworkAddress(origin.host).map(isPrivate) ?? false { throw deniedFault(origin.host) }
  }

  func permits(_ address: @autoclosure () -> NetworkAddress?) -> Bool {
    guard publicOnly, proxy == nil, request.unixSocket == nil else { return true }
    let address = address()
    guard let address, !isPrivate(address) else {
      denied = address
      return false
    }
    return true
  }

  func begin() { sent = true }

  func take(head line: UnsafeRawBufferPointer) -> Bool {
    headCount += line.count
    guard headCount <= Self.maximumHead else {
      overflow = Fault(.oversized, "the head of the answer of \(label) is over \(Self.maximumHead) bytes")
      return false
    }
    // An interim answer (100, 103) is followed by another head.
    if headEnded, line.starts(with: "HTTP/".utf8) { head.removeAll(keepingCapacity: true) }
    headEnded = line.count <= 2
    head.append(contentsOf: line)
    return true
  }

  func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    if let endless = request.endless, headSaysSuccess { return endless.take(Array(bytes)) }
    let room = request.maximumAnswer - body.count
    body.append(contentsOf: bytes.prefix(room))
    // The head has said what became of the request: a page of error text that is too long must not hide a 429.
    isCut = bytes.count > room
    return !isCut
  }

  /// `HTTP/1.1 2…`
  private var headSaysSuccess: Bool {
    guard let space = head.firstIndex(of: 0x20), space + 1 < head.count else { return false }
    return head[space + 1] == UInt8(ascii: "2")
  }

  func finish(_ code: CURLcode, _ handle: Handle) -> Bool {
    let status = handle.number(CURLINFO_RESPONSE_CODE)
    // With HTTP/2 a server may answer early and then reset the stream. What it said counts.
    let early =
      overflow == nil && denied == nil && status >= 200 && handle.number(CURLINFO_HTTP_VERSION) == Int(CURL_HTTP_VERSION_2_0)
    // A head that refuses or postpones has said all that counts, whatever becomes of the page of text behind it.
    let isDecided = overflow == nil && denied == nil && status >= 400 && headEnded && !head.isEmpty
    guard code == CURLE_OK || early || isDecided || (isCut && code == CURLE_WRITE_ERROR) else {
      answer(.failed(fault(code, handle, status), sent: sent))
      return false
    }
    do throws(Fault) {
      if try redirect(status, to: handle.text(CURLINFO_REDIRECT_URL)) { return true }
    } catch {
      answer(.failed(error, sent: sent))
      return false
    }
    let wait = handle.size(CURLINFO_RETRY_AFTER)
    answer(
      .response(
        Response(
          status: status, head: head, body: body, isCut: isCut,
          retryAfter: wait > 0 ? RetryAfter.length(wait) : RetryAfter.isNow(head) ? .zero : nil
        )))
    return false
  }

  func abandon(_ fault: Fault) { answer(.failed(fault, sent: sent)) }

  private func answer(_ answer: Answer) {
    answered?(answer)
    answered = nil
  }

  /// Where the answer is a redirect that is to be followed, becomes the request that it asks for.
  /// https://www.rfc-editor.org/rfc/rfc9110#section-15.4
  private func redirect(_ status: Int, to url: String?) throws(Fault) -> Bool {
    guard hops < request.redirects, let url, [301, 302, 303, 307, 308].contains(status) else { return false }
    guard let next = Origin(url) else { throw Fault(.misconfigured, "\(label) redirects to something that is neither http nor https") }
    guard origin.scheme == next.scheme || next.scheme == "https" else {
      throw Fault(.misconfigured, "\(label) redirects from https to http, to \(next.label)")
    }
    if status == 307 || status == 308 {
      // It asks for the very same elsewhere: here it was not taken.
      sent = false
    } else if request.method != "GET" && request.method != "HEAD" && (status == 303 || request.method == "POST") {
      request.method = "GET"
      request.body = []
      request.headers.removeAll { $0.name.lowercased().hasPrefix("content-") }
    }
    if next != origin {
      // Any other header may hold a credential, whatever its name.
      request.headers.removeAll {
        let name = $0.name.lowercased()
        return !name.hasPrefix("content-") && !name.hasPrefix("accept") && name != "user-agent"
      }
    }
    request.url = url
    request.unixSocket = nil
    origin = next
    hops += 1
    return true
  }

  /// Where it goes, for people.
  private var label: String { request.unixSocket.map { "the socket \($0)" } ?? origin.label }

  private func deniedFault(_ address: String) -> Fault {
    Fault(
      .misconfigured,
      hops > 0
        ? "redirected to \(origin.label), which is the private address \(address): write the final address"
        : "\(origin.label) is the private address \(address): only hosts that are written in the configuration may be private")
  }

  private func fault(_ code: CURLcode, _ handle: Handle, _ status: Int) -> Fault {
    if let overflow { return overflow }
    if let denied, code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK { return deniedFault(denied.text) }
    return Diagnosis(
      code: code, peer: label, proxy: proxy.map { Origin($0, scheme: "http")?.label ?? "in the environment" },
      proxyStatus: handle.number(CURLINFO_HTTP_CONNECTCODE), systemError: Int32(handle.number(CURLINFO_OS_ERRNO)), detail: handle.detail,
      sent: sent, status: status, timeout: request.endless?.silence ?? request.timeout,
      connectTimeout: min(request.connectTimeout, request.timeout)
    ).fault
  }
}
