import Bellhop
import Foundation
import Loopback
import Testing

/// The built gateway keeps to its own description: the schemathesis of PyPI makes requests of the document and looks at each answer.
/// https://schemathesis.readthedocs.io
@Suite(.serialized) struct OpenAPIJourneys {
  private static let token = "n33dle-of-everybody"

  private static let configuration = """
    server: { listen: "127.0.0.1:0" }
    senders:
      shop: { secret: \(token) }
      chat: { use: slack, secret: n33dle-of-the-chat }
      website: { use: browser, key: pk_live_1, origins: ["https://shop.example.com"], types: ["ui.*"] }
    readers: { everybody: { secret: \(token), role: operator } }
    transports: { log: { use: stdout }, pi: { use: remote, secret: n33dle-of-the-pi } }
    unrouted: log
    """

  /// What passes bytes on between a port of its own, which it prints, and the unix socket, until its input ends.
  private static let passage = """
    import asyncio, sys
    async def pump(source, sink):
        try:
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
    async def serve(reader, writer):
        inner = await asyncio.open_unix_connection(sys.argv[1])
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)
    asyncio.run(main())
    """

  /// Every operation but the streams without an end, always with the same requests.
  private func check(port: String, _ more: [String]) async throws {
    let checks = [
      "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
      "response_schema_conformance",
    ]
    let ended = try await Binary.run(
      [
        "-m", "schemathesis.cli", "run", "http://127.0.0.1:\(port)/openapi.yaml", "--generation-deterministic", "--phases",
        "coverage,fuzzing",
        "-n", "25", "--checks", checks.joined(separator: ","), "--continue-on-failure", "--exclude-operation-id", "visit",
        "--exclude-operation-id", "follow",
      ] + more,
      environment: ["PYTHONPATH": "\(Tool.unpacked)/schemathesis", "PYTHONDONTWRITEBYTECODE": "1"], executable: try Tool.path("python3"))
    #expect(ended.status == 0, "\(ended.out.suffix(6_000))\(ended.err.suffix(1_000))")
    let passed = ended.out.firstMatch(of: /([0-9]+) generated, ([0-9]+) passed/)
    #expect((passed.flatMap { Int($0.1) } ?? 0) > 500 && passed?.1 == passed?.2, "\(ended.out.suffix(1_000))")
  }

  @Test func answersAreAsTheyAreDescribed() async throws {
    let folder = try Folder()
    try folder.write(Self.configuration)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    try await check(port: String(port), ["-H", "Authorization: Bearer \(Self.token)"])
    #expect(await gateway.stop() == 0)
  }

  /// Where everybody may do everything.
  @Test func soAreThoseOfTheSocket() async throws {
    let folder = try Folder()
    try folder.write(Self.configuration)
    let gateway = try await RunningGateway.start(folder)
    let passage = Process()
    let (out, input) = (Pipe(), Pipe())
    passage.executableURL = URL(filePath: try Tool.path("python3"))
    passage.arguments = ["-c", Self.passage, gateway.socket]
    passage.standardOutput = out
    passage.standardInput = input
    try passage.run()
    defer { try? input.fileHandleForWriting.close() }
    let port = String(decoding: out.fileHandleForReading.availableData, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    try await check(port: try #require(Int(port).map(String.init), "the passage did not open"), [])
    #expect(await gateway.stop() == 0)
  }
}
