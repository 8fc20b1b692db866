import Foundation
import Glibc
import Loopback

/// An nginx of our own with TLS and HTTP/2 on a unix socket, and a certificate that nobody but ``caFile`` vouches for.
final class Nginx {
  let folder: URL
  var socket: String { folder.appending(path: "s").path }
  var caFile: String { folder.appending(path: "cert.pem").path }
  private let process: pid_t

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "bellhop-nginx-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder.path + "/key.pem", "-out",
      folder.path + "/cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    waitpid(try Tool.spawn(try Tool.path("openssl"), arguments), nil, 0)
    let configuration = """
      daemon off; master_process off; pid \(folder.path)/pid; error_log \(folder.path)/log;
      events { worker_connections 256; }
      http {
        access_log off; client_max_body_size 1m;
        client_body_temp_path \(folder.path)/body; proxy_temp_path \(folder.path)/proxy; fastcgi_temp_path \(folder.path)/fcgi;
        uwsgi_temp_path \(folder.path)/uwsgi; scgi_temp_path \(folder.path)/scgi;
        server {
          listen unix:\(folder.path)/s ssl http2; server_name localhost;
          ssl_certificate \(folder.path)/cert.pem; ssl_certificate_key \(folder.path)/key.pem;
          location / { add_header X-Connection $connection always; return 200 "$server_protocol"; }
        }
      }
      """
    try Data(configuration.utf8).write(to: folder.appending(path: "conf"))
    process = try Tool.spawn(try Tool.path("nginx"), ["-p", folder.path, "-c", folder.path + "/conf", "-e", folder.path + "/log"])
  }

  deinit {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
    try? FileManager.default.removeItem(at: folder)
  }
}
