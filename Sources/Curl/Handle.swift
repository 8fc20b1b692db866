import CCurl
import Glibc

/// An easy handle with what must live as long as it is in use. Reused from transfer to transfer; belongs to the loop's thread.
/// https://curl.se/libcurl/c/libcurl-easy.html
final class Handle {
  let easy: UnsafeMutableRawPointer
  /// Who is under way on it; set while libcurl has it.
  var transfer: (any Transfer)?
  /// False where it was given settings that the next transfer must not inherit.
  var reusable = true
  private let errors = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var url = ""
  /// The address in its parts, as libcurl is lent it.
  private let parts: OpaquePointer
  private var headers: UnsafeMutablePointer<curl_slist>?
  private var body: UnsafeMutableRawBufferPointer?

  /// Nil if libcurl has no memory left.
  init?(userAgent: String) {
    guard let easy = curl_easy_init() else { return nil }
    guard let parts = curl_url() else {
      curl_easy_cleanup(easy)
      return nil
    }
    self.easy = easy
    self.parts = parts
    errors[0] = 0
    let me = Unmanaged.passUnretained(self).toOpaque()
    bh_easy_set_pointer(easy, CURLOPT_PRIVATE, me)
    bh_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errors)
    bh_easy_set_write(easy, takeBody, me)
    bh_easy_set_header(easy, takeHead, me)
    bh_easy_set_prereq(easy, connected, me)
    bh_easy_set_opensocket(easy, openSocket, me)
    set(CURLOPT_NOSIGNAL, 1)
    // Or removing a handle would wait for the name server: one dead name would delay every destination.
    set(CURLOPT_QUICK_EXIT, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_PIPEWAIT, 1)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
    set(CURLOPT_USERAGENT, userAgent)
    // Not nil, which would have libcurl read the environment: ``Proxies`` has done that.
    set(CURLOPT_NOPROXY, "")
  }

  deinit {
    // libcurl would tell of its last steps: to nobody, by now.
    set(CURLOPT_VERBOSE, 0)
    curl_easy_cleanup(easy)
    curl_url_cleanup(parts)
    clear()
    errors.deallocate()
  }

  func set(_ option: CURLoption, _ value: Int) { bh_easy_set_long(easy, option, value) }

  func set(_ option: CURLoption, _ value: String?) {
    // Lent as it lies there: handing a string to C as an argument would copy it first, and libcurl copies it anyway.
    if let value { _ = value.withCString { bh_easy_set_string(easy, option, $0) } } else { bh_easy_set_string(easy, option, nil) }
  }

  /// Where the request goes. Handles are used again for the same address as a rule: it stays taken apart, where libcurl would do it and print it
  /// anew for each request. https://curl.se/libcurl/c/CURLOPT_CURLU.html
  /// - Parameter isHTTP: other addresses are libcurl's to take apart, with all options that change what it makes of them.
  func set(url: String, isHTTP: Bool = true) {
    guard !isSet(url) else { return }
    self.url = url
    set(CURLOPT_URL, url)
    let isTaken = isHTTP && curl_url_set(parts, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
    bh_easy_set_pointer(easy, CURLOPT_CURLU, isTaken ? UnsafeMutableRawPointer(parts) : nil)
  }

  /// By its bytes: to Swift texts are equal that are not the same to a server.
  private func isSet(_ url: String) -> Bool {
    var (url, own) = (url, self.url)
    return url.withUTF8 { url in
      own.withUTF8 { own in
        guard url.count == own.count, let new = url.baseAddress, let old = own.baseAddress else { return false }
        return memcmp(new, old, url.count) == 0
      }
    }
  }

  /// What goes into the head of the request; libcurl is only lent the list.
  /// - Parameter without: names of headers that libcurl would add by itself.
  func set(headers fields: [Request.Header], without: [String]) {
    curl_slist_free_all(headers)
    headers = nil
    for field in fields { add(header: field.name.utf8, field.value.utf8) }
    // A bare colon leaves a header out.
    for name in without { headers = curl_slist_append(headers, "\(name):") ?? headers }
    bh_easy_set_list(easy, headers)
  }

  private func add(header name: String.UTF8View, _ value: String.UTF8View) {
    // libcurl's syntax for an empty value is a semicolon.
    let between = (value.isEmpty ? ";" : ": ").utf8
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count + between.count + value.count + 1) { line in
      // Each piece begins where the one before it ends, and the room is as long as all of them.
      var end = line.initialize(fromContentsOf: name)
      end = line[end...].initialize(fromContentsOf: between)
      end = line[end...].initialize(fromContentsOf: value)
      line.initializeElement(at: end, to: 0)
      line.withMemoryRebound(to: CChar.self) { headers = curl_slist_append(headers, $0.baseAddress) ?? headers }
    }
  }

  /// libcurl reads the body where it lies, and again if it must repeat it: hence a copy that does not move.
  func set(body bytes: [UInt8]) {
    if (body?.count ?? 0) < bytes.count {
      body?.deallocate()
      body = .allocate(byteCount: max(bytes.count, 4096), alignment: 1)
    }
    body?.copyBytes(from: bytes)
    bh_easy_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
    bh_easy_set_pointer(easy, CURLOPT_POSTFIELDS, bytes.isEmpty ? nil : body?.baseAddress)
  }

  /// Tells the transfer what passes over the wire. Of HTTP this would be every header, hence not always.
  func listen() {
    bh_easy_set_debug(easy, overheard, Unmanaged.passUnretained(self).toOpaque())
    set(CURLOPT_VERBOSE, 1)
  }

  func number(_ info: CURLINFO) -> Int {
    var value = 0
    return bh_easy_get_long(easy, info, &value) == CURLE_OK ? value : 0
  }

  func size(_ info: CURLINFO) -> Int64 {
    var value: curl_off_t = 0
    return bh_easy_get_size(easy, info, &value) == CURLE_OK ? Int64(value) : 0
  }

  func text(_ info: CURLINFO) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard bh_easy_get_string(easy, info, &value) == CURLE_OK, let value else { return nil }
    return String(cString: value)
  }

  /// libcurl's own words about the last failure. They may name parts of a URL: show them for TLS only.
  var detail: String { String(cString: errors) }

  func start(_ transfer: any Transfer) {
    self.transfer = transfer
    errors[0] = 0
  }

  /// Forgets the transfer, and what was large or secret about it.
  func clear() {
    transfer = nil
    curl_slist_free_all(headers)
    headers = nil
    if let body, body.count > 64 << 10 {
      body.deallocate()
      self.body = nil
    }
  }

  /// The handle behind a pointer that libcurl gives back.
  static func from(_ context: UnsafeMutableRawPointer?) -> Handle? {
    context.map { Unmanaged<Handle>.fromOpaque($0).takeUnretainedValue() }
  }
}

// What libcurl calls. File-level functions, as closures in C's hands must belong to no actor.

private func takeBody(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
  let taken = Handle.from(context)?.transfer?.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? false
  return taken ? size * count : 0
}

private func takeHead(_ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
  let taken = Handle.from(context)?.transfer?.take(head: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? false
  return taken ? size * count : 0
}

private func connected(
  _ context: UnsafeMutableRawPointer?, _ peer: UnsafeMutablePointer<CChar>?, _ own: UnsafeMutablePointer<CChar>?, _ peerPort: Int32,
  _ ownPort: Int32
) -> Int32 {
  guard let transfer = Handle.from(context)?.transfer, transfer.permits(peer.flatMap { NetworkAddress(String(cString: $0)) }) else {
    return CURL_PREREQFUNC_ABORT
  }
  transfer.begin()
  return CURL_PREREQFUNC_OK
}

private func overheard(
  _ easy: UnsafeMutableRawPointer?, _ kind: curl_infotype, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int,
  _ context: UnsafeMutableRawPointer?
) -> Int32 {
  guard kind == CURLINFO_HEADER_IN || kind == CURLINFO_HEADER_OUT else { return 0 }
  Handle.from(context)?.transfer?.overhear(UnsafeRawBufferPointer(start: bytes, count: count), outgoing: kind == CURLINFO_HEADER_OUT)
  return 0
}

/// Judges an address before a single packet goes there; ``connected`` does so again for connections that stand already.
private func openSocket(
  _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
  guard let transfer = Handle.from(context)?.transfer, let address else { return CURL_SOCKET_BAD }
  let peer: NetworkAddress? = withUnsafePointer(to: &address.pointee.addr) {
    NetworkAddress(UnsafeRawPointer($0), family: address.pointee.family)
  }
  guard transfer.permits(peer) else { return CURL_SOCKET_BAD }
  let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
  let descriptor = socket(address.pointee.family, kind, address.pointee.protocol)
  if descriptor >= 0, transfer.burst > 0 {
    var size = Int32(clamping: transfer.burst)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
  }
  return descriptor
}
