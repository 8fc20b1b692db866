import Bellhop
import Foundation
import Glibc
import Loopback

/// aiosmtpd, a real SMTP server (https://aiosmtpd.aio-libs.org), in a process of its own.
final class MailServer: Sendable {
  let folder: String
  let port: Int
  private let process: pid_t

  var ca: String { "\(folder)/cert.pem" }
  func address(_ scheme: String = "smtp", host: String = "localhost") -> String { "\(scheme)://\(host):\(port)" }

  init(_ arguments: String...) async throws {
    folder = NSTemporaryDirectory() + "bellhop-mail-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let certificate = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(folder)/key.pem", "-out",
      "\(folder)/cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    waitpid(try Tool.spawn(try Tool.path("openssl"), certificate), nil, 0)
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Server/server.py").path
    process = try Tool.spawn(
      try Tool.path("python3"),
      [script, "--out", "\(folder)/mails", "--ready", "\(folder)/port", "--cert", "\(folder)/cert.pem", "--key", "\(folder)/key.pem"]
        + arguments, environment: ["PYTHONPATH": Tool.python], output: "\(folder)/log")
    var found: Int?
    for _ in 0..<3_000 {
      found = (try? String(contentsOfFile: "\(folder)/port", encoding: .utf8)).flatMap { Int($0) }
      if found != nil { break }
      try await Task.sleep(for: .milliseconds(10))
    }
    guard let found else {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw Fault(.internal, "the mail server does not start: \((try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "")")
    }
    port = found
  }

  deinit {
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// What it took, as Python's `email` package reads it.
  var mails: [JSON] {
    ((try? String(contentsOfFile: "\(folder)/mails", encoding: .utf8)) ?? "").split(separator: "\n").compactMap {
      try? JSON(parsing: String($0))
    }
  }
}

extension JSON {
  /// The values of a header of a mail.
  func headers(_ name: String) -> [String] {
    (self["headers"]?.array ?? []).compactMap { pair in
      pair.array?.first?.string?.lowercased() == name.lowercased() ? pair.array?.last?.string : nil
    }
  }
}
