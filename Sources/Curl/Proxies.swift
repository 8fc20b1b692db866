import Glibc

/// The proxies that the environment asks for. Decided here and told to libcurl, request by request, with libcurl's own rules
/// (https://curl.se/libcurl/c/libcurl-env.html): who connects to a proxy must be known where addresses are judged.
struct Proxies: Sendable {
  private var http: String?
  private var https: String?
  private var exceptions: [ProxyException]

  /// `http_proxy` (lower case only, as CGI owns `HTTP_PROXY`), `https_proxy`, `all_proxy`, `no_proxy`, the latter three in either case.
  init(_ environment: [String: String]) {
    func read(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
    let all = read("all_proxy", "ALL_PROXY")
    http = read("http_proxy") ?? all
    https = read("https_proxy", "HTTPS_PROXY") ?? all
    exceptions = (read("no_proxy", "NO_PROXY") ?? "").split { $0 == "," || $0 == " " }.map(ProxyException.init)
  }

  /// The process's own environment, as it is now.
  static func fromEnvironment() -> Proxies {
    let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"]
    return Proxies(names.reduce(into: [:]) { found, name in getenv(name).map { found[name] = String(cString: $0) } })
  }

  /// The proxy's URL, nil where the way is direct.
  func proxy(for origin: Origin) -> String? {
    guard let proxy = origin.scheme == "https" ? https : http, !exceptions.contains(where: { $0.covers(origin) }) else { return nil }
    return proxy
  }
}

/// A word of `no_proxy`: `*`, a host and all below it, an address or a network; with a port, as Go and Python read it, for that port only.
private struct ProxyException: Sendable {
  private let host: String
  private let port: Int?

  init(_ word: Substring) {
    var host = word
    port = Self.port(of: &host)
    host = host.drop { $0 == "[" }.prefix { $0 != "]" }
    if host.hasPrefix(".") { host = host.dropFirst() }
    if host.hasSuffix(".") { host = host.dropLast() }
    self.host = (HostName.ascii(host) ?? String(host)).lowercased()
  }

  /// Takes it off `host:8443` and `[::1]:8443`; the colons of a bare `::1` are its own.
  private static func port(of host: inout Substring) -> Int? {
    guard let colon = host.lastIndex(of: ":"), host[..<colon].hasSuffix("]") || !host[..<colon].contains(":"),
      let port = Int(host[host.index(after: colon)...])
    else { return nil }
    host = host[..<colon]
    return port
  }

  func covers(_ origin: Origin) -> Bool {
    if let port, port != origin.port { return false }
    if host == "*" { return true }
    if let address = NetworkAddress(origin.host) { return address.isIn(host) }
    let name = origin.host.hasSuffix(".") ? origin.host.dropLast() : origin.host[...]
    return !host.isEmpty && (name == host || name.hasSuffix(".\(host)"))
  }
}
