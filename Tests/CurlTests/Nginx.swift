import Foundation

/// An nginx of our own with TLS and HTTP/2 on a unix socket, and a certificate that nobody but ``caFile`` vouches for.
final class Nginx {
  static let path: String? = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].first { FileManager.default.isExecutableFile(atPath: $0) }

  let folder: URL
  var socket: String { folder.appending(path: "s").path }
  var caFile: String { folder.appending(path: "cert.pem").path }
  private var process: Process?

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "bellhop-nginx-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Self.run(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
        "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
      ], in: folder
    ).waitUntilExit()
    let configuration = """
      daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/log;
      events { worker_connections 256; }
      http {
        access_log off; client_max_body_size 1m;
        client_body_temp_path \(folder.path)/body; proxy_temp_path \(folder.path)/proxy; fastcgi_temp_path \(folder.path)/fcgi;
        uwsgi_temp_path \(folder.path)/uwsgi; scgi_temp_path \(folder.path)/scgi;
        server {
          listen unix:\(socket) ssl http2; server_name localhost;
          ssl_certificate \(folder.path)/cert.pem; ssl_certificate_key \(folder.path)/key.pem;
          location / { add_header X-Connection $connection always; return 200 "$server_protocol"; }
        }
      }
      """
    try Data(configuration.utf8).write(to: folder.appending(path: "conf"))
    process = try Self.run(Self.path ?? "nginx", ["-p", folder.path, "-c", folder.appending(path: "conf").path, "-e", "log"], in: folder)
  }

  deinit {
    process?.terminate()
    process?.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  @discardableResult
  private static func run(_ path: String, _ arguments: [String], in folder: URL) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }
}
