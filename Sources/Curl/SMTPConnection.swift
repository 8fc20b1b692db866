import Bellhop
import CCurl
import Glibc

/// One connection to one mail server, and the mail on its way over it. https://www.rfc-editor.org/rfc/rfc5321
///
/// Sendable: ``SMTPPool`` gives a connection to one sender at a time, and the sender to one thread, which alone touches libcurl and what
/// belongs to the mail, and which has ended before the connection is given on. Only the socket is seen by others, under a lock.
final class SMTPConnection: @unchecked Sendable {
  /// What others see of it.
  private struct SocketState: Sendable {
    var socket: Int32?
    /// The mail under way; an interruption of any other comes too late.
    var number: Int?
    var isInterrupted = false
    /// Whether the attempt began on a socket that stood, and has opened none.
    var isKept = false
  }

  let key: ConnectionKey
  private let easy: UnsafeMutableRawPointer
  private let errors = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private let line = Guarded(SocketState())
  private var message: [UInt8] = []
  private var given = 0
  private var dialogue = SMTPDialogue()
  /// An address of the mail is beyond ASCII, and the server is not known to take such.
  private var needsUnicode = false
  private var lacksUnicode = false
  private(set) var isReusable = true

  /// Nil if libcurl has no memory left.
  init?(_ key: ConnectionKey) {
    guard let easy = curl_easy_init() else { return nil }
    self.easy = easy
    self.key = key
    errors[0] = 0
  }

  deinit {
    // libcurl would say goodbye and wait for an answer, however long that takes.
    hangUp()
    curl_easy_cleanup(easy)
    errors.deallocate()
  }

  /// What must not stand in a command of SMTP; whether the address exists is the server's to say.
  static func isAddress(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 254
      && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "<" && $0 != ">" }
  }

  /// From now on a mail of that number is under way.
  func begin(_ number: Int) { line.withLock { line in (line.number, line.isInterrupted) = (number, false) } }

  /// It is no more: who interrupts it now is too late. False where somebody has done so before, and the socket is no more either.
  private func end() -> Bool {
    line.withLock { line in
      line.number = nil
      return !line.isInterrupted
    }
  }

  /// Sends one mail, on a thread of its own, after ``begin(_:)``.
  func perform(_ mail: Mail) async -> MailAnswer {
    await withCheckedContinuation { continuation in
      let job = Unmanaged.passRetained(MailJob { [self] in continuation.resume(returning: run(mail)) })
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { context in
          if let context { Unmanaged<MailJob>.fromOpaque(context).takeRetainedValue().work() }
          return nil
        }, job.toOpaque())
      if code == 0 {
        pthread_detach(thread)
      } else {
        job.release()
        continuation.resume(returning: .failed(Fault(.internal, "there is no thread left for a mail"), sent: false))
      }
    }
  }

  /// Ends that mail at once, from any thread, if it is under way.
  func interrupt(_ number: Int) {
    line.withLock { line in
      guard line.number == number else { return }
      line.isInterrupted = true
      if let socket = line.socket { shutdown(socket, Int32(SHUT_RDWR)) }
    }
  }

  private func hangUp() { line.withLock { line in if let socket = line.socket { _ = shutdown(socket, Int32(SHUT_RDWR)) } } }

  private func run(_ mail: Mail) -> MailAnswer {
    message = mail.message
    needsUnicode = !HostName.isASCII(mail.from) || !HostName.isASCII(mail.to)
    let recipients = curl_slist_append(nil, "<\(mail.to)>")
    defer { curl_slist_free_all(recipients) }
    let start = ContinuousClock.now
    var code = attempt(mail, recipients, timeout: mail.timeout, isFresh: false)
    let left = mail.timeout - (.now - start)
    if hasGone(code), left > .zero { code = attempt(mail, recipients, timeout: left, isFresh: true) }
    let answer = answer(code, mail)
    // After a no or a silence nobody knows what the server waits for.
    if case .accepted = answer {} else { isReusable = false }
    if !end() { isReusable = false }
    message = []
    return answer
  }

  private func attempt(_ mail: Mail, _ recipients: UnsafeMutablePointer<curl_slist>?, timeout: Duration, isFresh: Bool) -> CURLcode {
    (given, lacksUnicode) = (0, false)
    dialogue.begin()
    line.withLock { $0.isKept = $0.socket != nil }
    prepare(mail, recipients, timeout: timeout)
    set(CURLOPT_FRESH_CONNECT, isFresh ? 1 : 0)
    return curl_easy_perform(easy)
  }

  /// Whether it was a connection kept from an earlier mail that the server has left meanwhile, with a 421 or without a word. That is not
  /// this mail's fault, of which the server has seen nothing. https://www.rfc-editor.org/rfc/rfc5321#section-3.8
  private func hasGone(_ code: CURLcode) -> Bool {
    guard code != CURLE_OK, given == 0, line.withLock({ $0.isKept && !$0.isInterrupted }) else { return false }
    return dialogue.refusal.map { $0.hasPrefix("421") } ?? (code != CURLE_OPERATION_TIMEDOUT && !lacksUnicode)
  }

  private func prepare(_ mail: Mail, _ recipients: UnsafeMutablePointer<curl_slist>?, timeout: Duration) {
    let me = Unmanaged.passUnretained(self).toOpaque()
    // Options only: connections and names stay.
    curl_easy_reset(easy)
    bh_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errors)
    bh_easy_set_header(easy, takeReply, me)
    bh_easy_set_write(easy, takeReply, me)
    bh_easy_set_read(easy, giveMail, me)
    bh_easy_set_opensocket(easy, openMailSocket, me)
    bh_easy_set_closesocket(easy, closeMailSocket, me)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    let host = key.origin.host.contains(":") ? "[\(key.origin.host)]" : key.origin.host
    // libcurl takes what stands behind the server for our own name. https://curl.se/libcurl/c/CURLOPT_URL.html
    let hello = key.hello ?? HelloName.own(towards: key.origin.host)
    set(CURLOPT_URL, "\(key.origin.scheme)://\(host):\(key.origin.port)/\(hello.percentEncoded())")
    set(CURLOPT_PROXY, "")
    set(CURLOPT_USE_SSL, Int(key.plaintext ? CURLUSESSL_TRY.rawValue : CURLUSESSL_ALL.rawValue))
    set(CURLOPT_TIMEOUT_MS, timeout.milliseconds)
    set(CURLOPT_CONNECTTIMEOUT_MS, Duration.seconds(10).milliseconds)
    if let caFile = key.caFile {
      set(CURLOPT_CAINFO, caFile)
      set(CURLOPT_CAPATH, nil)
    }
    if let secret = key.secret {
      set(CURLOPT_USERNAME, key.user)
      set(key.isToken ? CURLOPT_XOAUTH2_BEARER : CURLOPT_PASSWORD, secret.reveal())
    }
    set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
    bh_easy_set_recipients(easy, recipients)
    set(CURLOPT_UPLOAD, 1)
    bh_easy_set_size(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(message.count))
  }

  private func set(_ option: CURLoption, _ value: Int) { bh_easy_set_long(easy, option, value) }
  private func set(_ option: CURLoption, _ value: String?) { bh_easy_set_string(easy, option, value) }

  // MARK: What libcurl asks, on the mail's thread

  fileprivate func give(_ memory: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(memory.count, message.count - given)
    message.withUnsafeBytes { memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[given..<given + count])) }
    given += count
    return count
  }

  /// A line of the server's. False ends the attempt, before a recipient is named.
  fileprivate func take(_ line: UnsafeRawBufferPointer) -> Bool {
    let isSenderTaken = dialogue.hears(String(decoding: line.prefix(512), as: UTF8.self))
    if isSenderTaken, given == 0, needsUnicode, !dialogue.offersUnicode { lacksUnicode = true }
    return !lacksUnicode
  }

  /// Keeps the number of the connection's socket, so that an interruption can reach it. False where there was one already.
  fileprivate func opened(_ socket: Int32) -> Bool {
    line.withLock { line in
      (line.socket, line.isKept) = (socket, false)
      return !line.isInterrupted
    }
  }

  /// Closes under the lock: a number that is free may be somebody else's a moment later.
  fileprivate func closes(_ socket: Int32) -> Int32 {
    line.withLock { line in
      if line.socket == socket { line.socket = nil }
      return close(socket)
    }
  }

  // MARK: What came of it

  private func answer(_ code: CURLcode, _ mail: Mail) -> MailAnswer {
    // All of it was handed over: what the server made of the end, only its answer tells.
    let sent = !message.isEmpty && given == message.count
    if code == CURLE_OK { return .accepted(words(dialogue.last)) }
    if line.withLock({ $0.isInterrupted }) {
      return .failed(Fault(.interrupted, "cancelled before \(key.origin.label) had answered"), sent: sent)
    }
    if lacksUnicode {
      let line = "\(key.origin.label) offers no SMTPUTF8, without which an address beyond ASCII cannot be named: use another address"
      return .declined(code: 553, Fault(.unknownTarget, line))
    }
    if code != CURLE_OPERATION_TIMEDOUT, let refusal = dialogue.refusal, let status = Int(refusal.prefix(3)) {
      return .declined(code: status, Fault(kind(status, code), "\(key.origin.label) said \(words(refusal))\(advice(status, code))"))
    }
    return .failed(fault(code, mail, sent: sent), sent: sent)
  }

  /// A line of the server's without control characters.
  private func words(_ line: String) -> String {
    let scalars = line.unicodeScalars.filter { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
    return String(String(String.UnicodeScalarView(scalars)).prefix(200))
  }

  /// https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3 and https://www.rfc-editor.org/rfc/rfc4954#section-6
  private func kind(_ status: Int, _ code: CURLcode) -> Fault.Kind {
    switch status {
    case 530, 534, 535, 538: .unauthorized
    case _ where code == CURLE_LOGIN_DENIED: .unauthorized
    case 550, 551, 553, 556: .unknownTarget
    case 552: .oversized
    case 400..<500: .unavailable
    default: .rejected
    }
  }

  private func advice(_ status: Int, _ code: CURLcode) -> String {
    if code == CURLE_LOGIN_DENIED { return ": check user and password" }
    return status == 530 ? ": it wants a login, or STARTTLS" : ""
  }

  private func fault(_ code: CURLcode, _ mail: Mail, sent: Bool) -> Fault {
    let detail = String(cString: errors)
    switch code {
    case CURLE_USE_SSL_FAILED where !detail.lowercased().contains("certificate"):
      return Fault(.tls, "\(key.origin.label) offers no STARTTLS: use smtps://, or say plaintext: true where nobody can listen in")
    case CURLE_LOGIN_DENIED: return Fault(.unauthorized, "\(key.origin.label) took no login: check user and password")
    default:
      var system = 0
      bh_easy_get_long(easy, CURLINFO_OS_ERRNO, &system)
      return Diagnosis(
        code: code, peer: key.origin.label, systemError: Int32(system), detail: detail, sent: !dialogue.last.isEmpty, timeout: mail.timeout,
        connectTimeout: min(.seconds(10), mail.timeout)
      ).fault
    }
  }

  /// Work for a thread.
  private final class MailJob {
    let work: () -> Void
    init(_ work: @escaping () -> Void) { self.work = work }
  }
}

// What libcurl calls. File-level functions, as closures in C's hands must belong to no actor.

private func desk(_ context: UnsafeMutableRawPointer?) -> SMTPConnection? {
  context.map { Unmanaged<SMTPConnection>.fromOpaque($0).takeUnretainedValue() }
}

private func takeReply(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
  let taken = desk(context)?.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? false
  return taken ? size * count : 0
}

private func giveMail(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
  desk(context)?.give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
}

private func openMailSocket(
  _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
  guard let desk = desk(context), let address else { return CURL_SOCKET_BAD }
  let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
  let descriptor = socket(address.pointee.family, kind, address.pointee.protocol)
  guard descriptor >= 0, desk.opened(descriptor) else {
    if descriptor >= 0 { close(descriptor) }
    return CURL_SOCKET_BAD
  }
  return descriptor
}

private func closeMailSocket(_ context: UnsafeMutableRawPointer?, _ socket: curl_socket_t) -> Int32 {
  desk(context)?.closes(socket) ?? close(socket)
}
