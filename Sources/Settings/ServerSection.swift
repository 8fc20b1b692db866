import Senders

/// Reads `server`.
enum ServerSection {
  static let keys = ["listen", "public_url", "proxies", "tls", "limits", "log"]
  static let tls = ["certificate", "key"]
  static let limits = ["body", "batch", "ndjson", "connections"]

  static func read(_ reader: Reader?, hasSenders: Bool) -> ServerSettings {
    var settings = ServerSettings()
    guard let keys = reader?.keys(keys, of: "server") else { return settings }
    if let listen = keys["listen"], let text = listen.text("an address and a port such as 127.0.0.1:8484") {
      if let parsed = Listen(parsing: text.text) {
        settings.listen = parsed
        if !parsed.isLoopback, !hasSenders {
          listen.mistake(
            "\(text.shown) is open to other machines, and there are no senders: anybody could post",
            hint: "add senders with secrets, or listen on 127.0.0.1")
        }
      } else {
        listen.mistake(
          "\(text.shown) is not an address and a port", hint: "write 127.0.0.1:8484, 0.0.0.0:8484, \"[::1]:8484\" or localhost:8484")
      }
    }
    if let url = keys["public_url"]?.url() { settings.publicURL = String(url.reversed().drop { $0 == "/" }.reversed()) }
    settings.proxies = TrustedProxies(keys["proxies"]?.addresses() ?? [])
    settings.tls = keys["tls"].flatMap(tls)
    if let log = keys["log"]?.choice(ServerSettings.LogSettings.allCases.map(\.rawValue)).flatMap(ServerSettings.LogSettings.init) {
      settings.log = log
    }
    if let limits = keys["limits"]?.keys(limits, of: "limits") {
      if let body = limits["body"]?.size(1_024...(1 << 30)) { settings.limits.body = body }
      if let batch = limits["batch"]?.int(1...100_000) { settings.limits.batch = batch }
      if let ndjson = limits["ndjson"]?.size(1_024...(1 << 30)) { settings.limits.ndjson = ndjson }
      if let connections = limits["connections"]?.int(1...100_000) { settings.limits.connections = connections }
    }
    return settings
  }

  private static func tls(_ reader: Reader) -> ServerSettings.TLSFiles? {
    guard let keys = reader.keys(tls, of: "tls") else { return nil }
    let certificate = keys.required("certificate", example: "/etc/bellhop/tls/fullchain.pem")?.file("the path of a PEM file")
    let key = keys.required("key", example: "/etc/bellhop/tls/privkey.pem")?.file("the path of a PEM file")
    if let bytes = certificate?.bytes, key != nil {
      for problem in reader.context.checkIdentity(bytes, key?.bytes, reader.context.now) { reader.tell(problem) }
    }
    guard let certificate, let key else { return nil }
    return ServerSettings.TLSFiles(certificate: certificate.path, key: key.path)
  }
}

extension Reader {
  /// Addresses and networks: one, or a list of them.
  func addresses() -> [String] {
    elements("an address or a list of them")?.compactMap { element in
      guard let text = element.text("an address or a network") else { return nil }
      if !TrustedProxies.isRange(text.text) { element.mistake("\(text.shown) is no address", hint: TrustedProxies.hint) }
      return text.text
    } ?? []
  }
}
