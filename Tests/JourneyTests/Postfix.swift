import Bellhop
import Foundation
import Glibc
import Loopback

/// Debian's Postfix (https://www.postfix.org), whole, with a folder of its own: mail for `example.com` ends in maildirs there.
///
/// It wants to be started by root and to have users of its own. Its list of users is a file here (https://cwrap.org/nss_wrapper.html);
/// where the tests are not root it believes that it is (https://cwrap.org/uid_wrapper.html), and stays whoever runs the tests.
final class Postfix: Sendable {
  let folder: String
  let port: Int
  private let process: Guarded<pid_t?> = Guarded(nil)

  var address: String { "smtp://localhost:\(port)" }
  var ca: String { "\(folder)/cert.pem" }
  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

  private static let isRoot = geteuid() == 0
  /// Who owns its queue and its maildirs: somebody who is nobody else, or whoever runs the tests.
  private static let owner = isRoot ? 30_001 : geteuid()

  /// Does not start it.
  /// - Parameters:
  ///   - mailboxes: the local parts of the addresses that there are.
  ///   - restrictions: what it looks at before it takes a recipient, with a comma behind each.
  ///   - tls: `may`, or `encrypt`, where nothing else will do.
  init(mailboxes: [String], restrictions: String = "", tls: String = "may") async throws {
    folder = NSTemporaryDirectory() + "bellhop-postfix-\(UInt32.random(in: 0...UInt32.max))"
    port = try LoopbackServer.start { _ in .ok }.port
    let queues = [
      "active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "public", "maildrop", "saved", "trace",
    ]
    for name in ["etc", "queue/pid"] { try make(name, owned: false) }
    for name in ["data", "mail"] + queues.map({ "queue/\($0)" }) { try make(name, owned: true) }
    // What has shed its rights must still be able to come here.
    for name in ["", "/queue"] { chmod(folder + name, 0o755) }
    let users = "root:x:0:0::/:/bin/sh\npostfix:x:\(Self.owner):30001::/:/bin/false\nnobody:x:30002:30002::/:/bin/false\n"
    let groups = "root:x:0:\npostfix:x:30001:\npostdrop:x:30003:\nnogroup:x:30002:\n"
    for (name, text) in [
      ("users", users), ("groups", groups), ("etc/main.cf", main(mailboxes, restrictions, tls)), ("etc/master.cf", master),
    ] {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    let certificate = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "\(folder)/key.pem", "-out", ca,
      "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    ]
    let made = try await Binary.run(certificate, executable: try Tool.path("openssl"))
    guard made.status == 0 else { throw JourneyError("no certificate: \(made.err)") }
  }

  deinit {
    end()
    try? FileManager.default.removeItem(atPath: folder)
  }

  private func make(_ name: String, owned: Bool) throws {
    try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    if owned { chown("\(folder)/\(name)", uid_t(Self.owner), Self.isRoot ? 30_001 : getegid()) }
  }

  /// https://www.postfix.org/postconf.5.html
  private func main(_ mailboxes: [String], _ restrictions: String, _ tls: String) -> String {
    let tools = "\(Tool.unpacked)/usr"
    return """
      compatibility_level = 3.6
      queue_directory = \(folder)/queue
      data_directory = \(folder)/data
      meta_directory = \(folder)/etc
      command_directory = \(tools)/sbin
      daemon_directory = \(tools)/lib/postfix/sbin
      shlib_directory = \(tools)/lib/postfix
      import_environment = LD_LIBRARY_PATH LD_PRELOAD NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP UID_WRAPPER UID_WRAPPER_ROOT MAIL_CONFIG
      maillog_file = \(folder)/log
      maillog_file_prefixes = \(folder)
      inet_interfaces = 127.0.0.1
      inet_protocols = ipv4
      myhostname = mail.example.com
      mydestination =
      alias_maps =
      virtual_mailbox_domains = example.com
      virtual_mailbox_base = \(folder)/mail
      virtual_mailbox_maps = inline:{ \(mailboxes.map { "{\($0)@example.com = \($0)/}" }.joined(separator: ", ")) }
      virtual_minimum_uid = 1
      virtual_uid_maps = static:\(Self.owner)
      virtual_gid_maps = static:\(Self.isRoot ? 30_001 : max(1, getegid()))
      local_recipient_maps =
      smtpd_recipient_restrictions = \(restrictions)reject_unauth_destination
      smtpd_tls_security_level = \(tls)
      smtpd_tls_cert_file = \(ca)
      smtpd_tls_key_file = \(folder)/key.pem
      smtpd_tls_received_header = yes
      message_size_limit = 20000

      """
  }

  /// Debian's, without what sends mail elsewhere. https://www.postfix.org/master.5.html
  private var master: String {
    let services = [
      "127.0.0.1:\(port) inet n - n - - smtpd", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
      "tlsmgr unix - - n 1000? 1 tlsmgr", "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce",
      "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce", "error unix - - n - - error", "retry unix - - n - - error",
      "virtual unix - n n - - virtual", "anvil unix - - n - 1 anvil", "proxymap unix - - n - - proxymap",
      "postlog unix-dgram n - n - 1 postlogd",
    ]
    return services.joined(separator: "\n") + "\n"
  }

  /// Comes back when it takes mail.
  func start() async throws {
    let tools = "\(Tool.unpacked)/usr/lib"
    let starts = log.components(separatedBy: "daemon started").count
    var environment = [
      "LD_LIBRARY_PATH": "\(tools)/postfix:\(Tool.libraries)", "LD_PRELOAD": "libnss_wrapper.so",
      "NSS_WRAPPER_PASSWD": "\(folder)/users", "NSS_WRAPPER_GROUP": "\(folder)/groups", "MAIL_CONFIG": "\(folder)/etc",
    ]
    if !Self.isRoot {
      environment.merge(["LD_PRELOAD": "libnss_wrapper.so libuid_wrapper.so", "UID_WRAPPER": "1", "UID_WRAPPER_ROOT": "1"]) { $1 }
    }
    let master = "\(tools)/postfix/sbin/master"
    guard FileManager.default.isExecutableFile(atPath: master) else { throw ToolError(name: "postfix") }
    let pid = try Tool.spawn(master, ["-c", "\(folder)/etc", "-d"], environment: environment, output: "\(folder)/out", leads: true)
    process.withLock { $0 = pid }
    guard await eventually(within: .seconds(60), { log.components(separatedBy: "daemon started").count > starts }) else {
      throw JourneyError("Postfix did not start: \(log)\((try? String(contentsOfFile: "\(folder)/out", encoding: .utf8)) ?? "")")
    }
  }

  /// Ends it with all its processes; what it has taken stays in its queue.
  func end() {
    guard let pid = process.withLock({ $0.take() }) else { return }
    kill(pid, SIGTERM)
    waitpid(pid, nil, 0)
    kill(-pid, SIGKILL)
  }

  /// The mails in one mailbox, as Python's `email` package reads them: `headers` as pairs, `plain` and `html`.
  func mails(_ mailbox: String) async throws -> [JSON] {
    let script = """
      import email, email.policy, glob, json, sys
      for path in sorted(glob.glob(sys.argv[1] + "/new/*")):
          mail = email.message_from_binary_file(open(path, "rb"), policy=email.policy.default)
          parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
          defects = [repr(defect) for part in mail.walk() for defect in part.defects]
          print(json.dumps({"headers": {k.lower(): str(v) for k, v in mail.items()}, "defects": defects,
                            "plain": parts.get("text/plain"), "html": parts.get("text/html")}))
      """
    let read = try await Binary.run(["-c", script, "\(folder)/mail/\(mailbox)"], executable: try Tool.path("python3"))
    guard read.status == 0 else { throw JourneyError("the mails of \(mailbox) cannot be read: \(read.err)") }
    return try read.out.split(separator: "\n").map { try JSON(parsing: String($0)) }
  }

  /// How many there are in it.
  func count(_ mailbox: String) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/mail/\(mailbox)/new"))?.count ?? 0
  }
}
