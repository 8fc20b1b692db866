import Bellhop
import Foundation
import Testing

/// The tests of a configuration that say what came before.
@Suite(.serialized) struct SequenceJourneys {
  @Test func testsOfWhatCameBefore() async throws {
    let folder = try Folder()
    func test(_ rest: String) async throws -> Binary.Ended {
      try folder.write(BacktestJourneys.yaml(", settle: 2m, dedupe: { within: 1h }", rest: "tests:\n" + rest))
      return try await Binary.run(["test", "--config", folder.config])
    }
    let passed = try await test(
      """
        - { name: it may heal, event: { type: db.firing, subject: a }, within: 0s, expect: {} }
        - { name: it does not, event: { type: db.firing, subject: a }, within: 2m, expect: { devops: [chat] } }
        - { name: it did, after: [{ event: { type: db.firing, subject: a }, ago: 1m }], event: { type: db.resolved, subject: a }, within: 1d, expect: {} }
        - name: a repeat
          after:
            - { event: { type: db.firing, subject: a }, ago: 10m }
            - { event: { type: db.resolved, subject: a }, ago: 70s }
          event: { type: db.firing, subject: a }
          within: 1m
          expect: {}
        - { name: others are none, after: [{ event: { type: user.left }, ago: 1s }], event: { type: user.left }, expect: { devops: [chat] } }
        - { name: as rows say, event: { type: db.firing }, expect: { devops: [chat] } }
      """)
    #expect(passed.status == 0 && passed.out.hasSuffix("6 passed, 0 failed\n"), "\(passed)")
    let failed = try await test("  - { event: { type: db.firing, subject: a }, within: 1m, expect: { devops: [chat] } }")
    #expect(failed.status == 1 && failed.out.contains("devops, problems: not told: settle: waits 2m to see whether it heals"), "\(failed)")
  }
}
