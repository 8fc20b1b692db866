import Foundation
import Testing

/// What the built program takes of the C library's memory.
@Suite(.serialized) struct MemoryJourneys {
  /// Pools of memory that threads have beside the first: each takes 64 MiB of addresses, at a multiple of that, and uses their beginning.
  /// https://sourceware.org/glibc/wiki/MallocInternals
  private func pools(of gateway: RunningGateway) throws -> Int {
    let maps = try String(contentsOfFile: "/proc/\(gateway.process.processIdentifier)/maps", encoding: .utf8)
    let places = maps.split(separator: "\n").compactMap { line -> (start: UInt64, end: UInt64, rights: Substring)? in
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      let range = words[0].split(separator: "-").compactMap { UInt64($0, radix: 16) }
      return words.count == 5 && range.count == 2 ? (range[0], range[1], words[1]) : nil
    }
    let whole: UInt64 = 64 << 20
    return zip(places, places.dropFirst()).count { used, free in
      used.start % whole == 0 && used.rights == "rw-p" && free.rights == "---p" && free.start == used.end && free.end == used.start + whole
    }
  }

  /// Each thread would have its own otherwise, and keep what it had at the busiest moment.
  @Test func allThreadsShareTwoPools() async throws {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      store: { path: ./data }
      transports: { out: { use: stdout } }
      roles: { all: [ { match: {}, to: out } ] }
      """)
    let shared = try await RunningGateway.start(folder)
    #expect(await shared.post(body: #"{"type":"a","text":"heard"}"#))
    #expect(try pools(of: shared) == 1)
    #expect(await shared.stop() == 0)
    // Whoever sets the number by hand has it; and what is counted here is there to be counted.
    let own = try await RunningGateway.start(folder, environment: ["MALLOC_ARENA_MAX": "16"])
    #expect(await own.post(body: #"{"type":"a","text":"heard"}"#))
    #expect(try pools(of: own) > 1)
    #expect(await own.stop() == 0)
  }
}
