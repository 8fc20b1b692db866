import Foundation
import Glibc
import Testing

@testable import Gateway

@Suite struct ServiceManagerTests {
  /// By a name in the file system, as systemd gives it to a service, and by an abstract one, as containers do.
  @Test(arguments: ["", "@"]) func tellsWhoeverListens(mark: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bellhop-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let address = mark + folder.appendingPathComponent("notify").path
    let descriptor = try listening(at: address)
    defer { close(descriptor) }

    ServiceManager.tell("READY=1", "STATUS=takes events on port 8484", address: address)

    var buffer = [UInt8](repeating: 0, count: 256)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    try #require(count > 0)
    #expect(String(decoding: buffer.prefix(count), as: UTF8.self) == "READY=1\nSTATUS=takes events on port 8484")
  }

  /// Without a service manager, or with one that went away, the gateway runs as ever.
  @Test func nobodyNeedListen() {
    for address in [nil, "", "/nowhere/notify", "relative", String(repeating: "a", count: 4_000)] {
      ServiceManager.tell("READY=1", address: address)
    }
  }

  private func listening(at address: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    var path = Array(address.utf8)
    if address.hasPrefix("@") { path[0] = 0 }
    withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let bound = withUnsafePointer(to: place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(bound == 0)
    return descriptor
  }
}
