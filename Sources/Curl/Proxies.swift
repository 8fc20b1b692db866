import Glibc

/// The proxies that the environment asks for. Decided here and told to libcurl, request by request, with libcurl's own rules
/// (https://curl.se/libcurl/c/libcurl-env.html): who connects to a proxy must be known where addresses are judged.
struct Proxies: Sendable {
  private var http: String?
  private var https: String?
  private var exceptions: [Substring]

  /// `http_proxy` (lower case only, as CGI owns `HTTP_PROXY`), `https_proxy`, `all_proxy`, `no_proxy`, the latter three in either case.
  init(_ environment: [String: String]) {
    func read(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
    let all = read("all_proxy", "ALL_PROXY")
    http = read("http_proxy") ?? all
    https = read("https_proxy", "HTTPS_PROXY") ?? all
    exceptions = (read("no_proxy", "NO_PROXY") ?? "").split { $0 == "," || $0 == " " }
  }

  /// The process's own environment, as it is now.
  static func fromEnvironment() -> Proxies {
    let names = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"]
    return Proxies(names.reduce(into: [:]) { found, name in getenv(name).map { found[name] = String(cString: $0) } })
  }

  /// The proxy's URL, nil where the way is direct.
  func proxy(for origin: Origin) -> String? {
    guard let proxy = origin.scheme == "https" ? https : http, !isExcepted(origin.host) else { return nil }
    return proxy
  }

  private func isExcepted(_ host: String) -> Bool {
    guard !exceptions.isEmpty else { return false }
    let address = NetworkAddress(host)
    let name = host.hasSuffix(".") ? host.dropLast() : host[...]
    return exceptions.contains { entry in
      if entry == "*" { return true }
      if let address { return address.isIn(entry.drop { $0 == "[" }.prefix { $0 != "]" }) }
      let bare = (entry.hasPrefix(".") ? entry.dropFirst() : entry).lowercased()
      let tail = bare.hasSuffix(".") ? bare.dropLast() : bare[...]
      return !tail.isEmpty && (name == tail || name.hasSuffix(".\(tail)"))
    }
  }
}
