import Foundation
import Testing

/// What `make dist` makes of a built program.
@Suite(.serialized) struct DistJourneys {
  /// Packed with `scripts/dist.sh` and unpacked again.
  private struct Unpacked {
    /// Packed once for all of these tests: they leave it as it is.
    static let shared = Task { try await make() }

    let folder: Folder
    /// Where the archive's one folder is.
    let place: String

    static func make() async throws -> Unpacked {
      let folder = try Folder()
      let script = DocsJourneys.root.appending(path: "scripts/dist.sh").path(percentEncoded: false)
      // The checkouts of the build that these tests come from: beside the folder of its configuration.
      let build = URL(filePath: Binary.path).deletingLastPathComponent().resolvingSymlinksInPath()
      let checkouts = ["../checkouts", "../../checkouts"].map { build.appending(path: $0).standardizedFileURL.path(percentEncoded: false) }
        .first { FileManager.default.fileExists(atPath: $0) }
      let packed = try await Binary.run([Binary.path, try #require(checkouts), folder.path], executable: script)
      #expect(packed.status == 0, "\(packed)")
      let archive = packed.out.trimmingCharacters(in: .whitespacesAndNewlines)
      let sums = try await Binary.run(["-c", "cd \(folder.path) && sha256sum -c *.sha256"], executable: "/bin/sh")
      #expect(sums.status == 0, "\(sums)")
      let unpacked = try await Binary.run(["-xzf", archive, "-C", folder.path], executable: "/bin/tar")
      #expect(unpacked.status == 0, "\(unpacked)")
      let name = try #require(archive.split(separator: "/").last).replacing(".tar.gz", with: "")
      return Unpacked(folder: folder, place: "\(folder.path)/\(name)")
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: "\(place)/\(path)", encoding: .utf8) }
  }

  @Test func theArchiveHoldsWhatAMachineNeeds() async throws {
    let dist = try await Unpacked.shared.value
    let version = try await Binary.run(["--version"], executable: "\(dist.place)/bin/bellhop").out.trimmingCharacters(in: .newlines)
    #expect(dist.place.hasSuffix("/bellhop-\(version)-linux-\(Self.machine)"), "\(dist.place)")
    let sections = try await Binary.run(["-SW", "\(dist.place)/bin/bellhop"], executable: "/usr/bin/readelf").out
    #expect(!sections.contains(".symtab"), "it is not stripped")
    #expect(sections.contains(".relr.dyn"), "each of 130,000 addresses takes 24 bytes of what the start reads")
    #expect(try dist.text("packages") == "libcurl4 libsimdjson14 libsqlite3-0 libyaml-0-2")
    // Every package that ours names has its licence in there, and so has Swift, whose runtime is in the program.
    let manifest = try String(contentsOf: DocsJourneys.root.appending(path: "Package.swift"), encoding: .utf8)
    let packages = manifest.matches(of: /url: "https:\/\/github\.com\/[^\/"]+\/([^"]+)"/).map { String($0.1) }
    #expect(packages.count > 5)
    let licences = try Set(FileManager.default.contentsOfDirectory(atPath: "\(dist.place)/licences"))
    for package in packages + ["swift", "swift-nio"] { #expect(licences.contains(package), "\(package) has no licence in there") }
  }

  /// What the service names is there once it is installed, with the modes that it needs.
  @Test func whatIsInstalledIsWhatTheServiceNames() async throws {
    let dist = try await Unpacked.shared.value
    let folder = try Folder()
    let root = "\(folder.path)/root"
    for _ in 0..<2 {
      let installed = try await Binary.run([], environment: ["DESTDIR": root], executable: "\(dist.place)/install.sh")
      #expect(installed.status == 0 && installed.out.contains("Next: write /etc/bellhop/bellhop.yaml"), "\(installed)")
    }
    let unit = try String(contentsOfFile: "\(root)/usr/local/lib/systemd/system/bellhop.service", encoding: .utf8)
    let commands = unit.matches(of: /Exec[A-Za-z]+=(\/[^ ]+)/).map { String($0.1) }
    #expect(commands.count == 2)
    for command in commands { #expect(FileManager.default.isExecutableFile(atPath: root + command), "\(command)") }
    let pages = unit.matches(of: /=file:(\/[^ \n]+)/).map { String($0.1) }
    for page in pages + ["/usr/local/lib/sysusers.d/bellhop.conf", "/etc/udev/rules.d/60-bellhop-gpio.rules"] {
      #expect(FileManager.default.fileExists(atPath: root + page), "\(page)")
    }
    #expect(unit.contains("\nAfter=network.target time-sync.target\n"))
    for path in ["/sys/class/gpio", "/sys/devices"] { #expect(unit.contains("-\(path)"), "sysfs is read-only to it") }
  }

  /// An archive of another architecture, or a machine without the libraries, is told before anything is changed.
  @Test func aMachineThatCannotRunItIsToldSo() async throws {
    let dist = try await Unpacked.shared.value
    let folder = try Folder()
    let root = "\(folder.path)/root"
    try FileManager.default.createDirectory(atPath: "\(folder.path)/bin", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(dist.place)/install.sh", toPath: "\(folder.path)/install.sh")
    try Data("not a program".utf8).write(to: URL(filePath: "\(folder.path)/bin/bellhop"))
    let refused = try await Binary.run([], environment: ["DESTDIR": root], executable: "\(folder.path)/install.sh")
    #expect(refused.status == 1 && refused.err.contains("this archive is for another machine"), "\(refused)")
    #expect(!FileManager.default.fileExists(atPath: root))
  }

  /// The loader of an older system names the versions that it does not have, and ldd ends well all the same.
  @Test func anOlderSystemIsToldSo() async throws {
    let dist = try await Unpacked.shared.value
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: "\(folder.path)/bin", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(dist.place)/install.sh", toPath: "\(folder.path)/install.sh")
    // Our own program, as if it were made for a C library that nobody has yet.
    var program = try Data(contentsOf: URL(filePath: "\(dist.place)/bin/bellhop"))
    let version = try #require(program.range(of: Data("\0GLIBC_2.34\0".utf8)))
    program.replaceSubrange(version, with: Data("\0GLIBC_2.99\0".utf8))
    try program.write(to: URL(filePath: "\(folder.path)/bin/bellhop"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/bin/bellhop")
    let root = "\(folder.path)/root"
    let refused = try await Binary.run([], environment: ["DESTDIR": root], executable: "\(folder.path)/install.sh")
    #expect(refused.status == 1 && refused.err.contains("it takes Debian 12 (glibc 2.36) or later"), "\(refused)")
    #expect(!FileManager.default.fileExists(atPath: root))
  }

  /// `systemd-analyze verify` ends with 0 even for keys that it does not know, and says so: it may say nothing.
  @Test func theUnitIsOne() async throws {
    let folder = try Folder()
    let source = DocsJourneys.root.appending(path: "packaging/bellhop.service")
    let unit = try String(contentsOf: source, encoding: .utf8)
    func verified(_ text: String) async throws -> String {
      // It looks for the programs too, which are not installed here.
      let here = text.replacing("/usr/local/bin/bellhop", with: Binary.path)
        .replacing("file:/usr/local/share/doc/bellhop/operating.md", with: "https://example.com")
      try Data(here.utf8).write(to: URL(filePath: "\(folder.path)/bellhop.service"))
      let ended = try await Binary.run(
        ["verify", "--man=no", "\(folder.path)/bellhop.service"], environment: ["SYSTEMD_LOG_LEVEL": "notice"],
        executable: "/usr/bin/systemd-analyze")
      return ended.err + ended.out
    }
    #expect(try await verified(unit) == "")
    #expect(try await verified(unit.replacing("ProtectClock=", with: "ProtectClok=")).contains("ProtectClok"))
  }

  /// The page of the Raspberry Pi shows the configuration that comes with it, and that is one.
  @Test func theOfficeIsSound() async throws {
    let folder = try Folder()
    let office = try String(contentsOf: DocsJourneys.root.appending(path: "packaging/office.yaml"), encoding: .utf8)
    let page = try String(contentsOf: DocsJourneys.root.appending(path: "docs/raspberry-pi.md"), encoding: .utf8)
    #expect(page.contains("```yaml\n\(office)```") && office.split(separator: "\n").count == 6)
    try Data("0123456789abcdef\n".utf8).write(to: URL(filePath: "\(folder.path)/secret"))
    try folder.write(office.replacing("/etc/bellhop/secret", with: "\(folder.path)/secret"))
    let checked = try await Binary.run(["check", "--config", folder.config])
    #expect(checked.status == 0 && checked.out.contains("upstream https://bellhop.example.com: bell to bell"), "\(checked)")
  }

  private static var machine: String {
    #if arch(arm64)
      "aarch64"
    #else
      "x86_64"
    #endif
  }
}
