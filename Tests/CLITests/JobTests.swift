import Bellhop
import Curl
import Testing

@testable import CLI

@Suite struct LastLinesTests {
  private func text(_ output: String, lines: Int = 3) -> String {
    var last = LastLines(lines)
    last.add(Array(output.utf8)[...])
    return last.text
  }

  @Test(arguments: [
    ("", ""), ("a\n", "a"), ("a\nb\nc\nd\n", "b\nc\nd"), ("a\n\n\n", "a"), ("10%\r50%\r100%\ndone\n", "100%\ndone"), ("a\r\nb\r\n", "a\nb"),
    ("\u{1B}[1;31mred\u{1B}[0m\n", "red"), ("\u{1B}]0;title\u{07}x\u{1B}(By\n", "xy"), ("\u{1B}]8;;http://a\u{1B}\\link\n", "link"),
    ("a\0b\u{202E}c\n", "abc"), ("\u{1B}", ""), ("\u{1B}[", ""),
  ])
  func peopleReadWhatTheyWouldSee(output: String, shown: String) { #expect(text(output) == shown) }

  @Test func noneMeansNone() { #expect(text("a\n", lines: 0) == "") }

  /// However much comes, in whatever pieces, little is kept, and characters stay whole.
  @Test func memoryIsBounded() {
    var last = LastLines(1_000)
    let piece = Array(String(repeating: "é", count: 5_000).utf8)
    for _ in 0..<200 { last.add(piece[...]) }
    #expect(last.total == 2_000_000)
    #expect(last.text.utf8.count <= LastLines.limit + 3 && last.text.hasPrefix("…é") && !last.text.contains("\u{FFFD}"))
    last.add([0xC3])
    last.add([])
    #expect(last.text.hasSuffix("\u{FFFD}"), "what the job itself has cut is shown as such")
  }

  @Test func whatIsNoTextIsShownAllTheSame() {
    var last = LastLines(2)
    last.add([0xFF, 0xFE, 0x0A, 0x61])
    #expect(last.text == "\u{FFFD}\u{FFFD}\na")
  }
}

@Suite struct NewsLinesTests {
  private func line(_ number: Int, size: Int = 60) -> [UInt8] {
    let start = "{\"n\":\(number),\"pad\":\""
    return Array((start + String(repeating: "x", count: max(0, size - start.utf8.count - 2)) + "\"}").utf8)
  }
  private func told(_ count: Int) -> [UInt8] { NewsLines.told(count, on: "db1", now: Timestamp(seconds: 0)) }

  @Test func theOldestGoAndAreCounted() throws {
    var lines = NewsLines()
    for number in 0..<50 { lines.add(line(number), limit: 1_500, told: told) }
    #expect(lines.bytes.count <= 1_500)
    let first = try JSON(parsing: lines.lines[0])
    let kept = lines.lines.count - 1
    #expect(kept > 5 && first["type"] == "job.news_dropped" && first["data"]?["dropped"] == .int(Int64(50 - kept)), "\(first.text)")
    #expect(lines.lines.dropFirst().map { $0 } == (50 - kept..<50).map { line($0) }, "the newest are kept, in order")
    #expect(NewsLines(lines.bytes) == lines)
  }

  @Test func oneThatIsTooLongStaysAlone() {
    var lines = NewsLines()
    lines.add(line(0), limit: 500, told: told)
    lines.add(line(1, size: 2_000), limit: 500, told: told)
    #expect(lines.lines.count == 2 && lines.lines[1] == line(1, size: 2_000))
  }

  @Test func whatWasHalfWrittenIsLeftOut() {
    let lines = NewsLines(line(1) + Array("\n{\"n\":2,\n\n".utf8) + line(3) + [10])
    #expect(lines.lines == [line(1), line(3)])
  }

  @Test func aRequestTakesTheOldest() {
    var lines = NewsLines()
    for number in 0..<10 { lines.add(line(number), told: told) }
    #expect(lines.oldest(count: 3) == [line(0), line(1), line(2)])
    #expect(lines.oldest(bytes: 130) == [line(0), line(1)])
    #expect(lines.oldest(bytes: 1) == [line(0)], "one goes in any case")
    lines.remove([line(0), line(5)])
    #expect(lines.lines.count == 8 && lines.lines[0] == line(1))
  }
}

@Suite struct JobReportTests {
  private let report = JobReport(
    type: "backup", subject: "shop", source: "cron", host: "db1", severity: .critical, command: "pg_dump shop", data: ["team": "db"])
  private func ended(_ end: JobEnd, limit: Duration? = nil) -> JSON.Object {
    var output = LastLines(2)
    output.add(Array("a\nb\nc\n".utf8)[...])
    return report.ended(end, at: Timestamp(seconds: 0), took: .milliseconds(200_500), output: output, limit: limit)
  }

  @Test func aStart() {
    let event = report.started(at: Timestamp(seconds: 0))
    #expect(event["type"] == "backup.started" && event["severity"] == "debug" && event["time"] == "1970-01-01T00:00:00.000Z")
    #expect(event["source"] == "cron" && event["subject"] == "shop" && event["text"] == "shop started on db1")
  }

  @Test func aSuccess() {
    let event = ended(.exited(0))
    #expect(event["type"] == "backup.succeeded" && event["severity"] == "info" && event["text"] == "shop succeeded after 3m 20s on db1")
    let data = event["data"]
    #expect(data?["duration_ms"] == 200_500 && data?["exit_status"] == 0 && data?["team"] == "db" && data?["command"] == "pg_dump shop")
    #expect(data?["output"] == "b\nc" && data?["output_bytes"] == 6 && data?["run"]?.string == report.run)
  }

  @Test(arguments: [
    (JobEnd.exited(3), "shop ended with exit status 3 after 3m 20s on db1\nb\nc"),
    (.signalled(9), "shop was ended by signal KILL after 3m 20s on db1\nb\nc"),
    (.notStarted(2), "shop could not be started: No such file or directory after 3m 20s on db1\nb\nc"),
  ])
  func aFailure(end: JobEnd, text: String) {
    let event = ended(end)
    #expect(event["type"] == "backup.failed" && event["severity"] == "critical" && event["text"] == .string(text))
  }

  /// A job that ends well when it is told to stop has failed all the same.
  @Test func tooLong() {
    let event = ended(.exited(0), limit: .seconds(60))
    #expect(event["type"] == "backup.failed" && event["data"]?["timed_out"] == true)
    #expect(event["text"]?.string?.hasPrefix("shop ran longer than 1m and was ended after 3m 20s") == true)
  }

  @Test func statusesAreThoseOfAShell() {
    #expect(JobEnd(waited: 3 << 8) == .exited(3) && JobEnd(waited: 15) == .signalled(15) && JobEnd(waited: 0x80 | 11) == .signalled(11))
    let ends: [JobEnd] = [.exited(0), .exited(255), .signalled(15), .notStarted(2), .notStarted(13)]
    #expect(ends.map(\.status) == [0, 255, 143, 127, 126])
  }

  @Test func aCommandIsShownAsItIsTyped() {
    #expect(JobReport.line(["pg_dump", "-Fc", "my db", "it's", ""]) == "pg_dump -Fc 'my db' 'it'\\''s' ''")
    #expect(JobReport.line(["sh", "-c", "a\nb"]) == "sh -c 'a b'")
    // With a combining mark behind it the quote is a quote to the shell all the same.
    #expect(JobReport.line(["'\u{301};ls"]).utf8.elementsEqual("''\\''\u{301};ls'".utf8))
    #expect(JobReport.line([String(repeating: "é", count: 2_000)]).utf8.count <= 1_000)
    #expect(JobReport.name(of: ["/usr/bin/pg_dump", "x"]) == "pg_dump" && JobReport.name(of: ["/"]) == "job")
  }
}

@Suite struct NewsBearerTests {
  /// Answers requests one after the other, and remembers what came.
  private final class Office: Sendable {
    let answers: Guarded<[Answer]>
    let bodies = Guarded<[String]>([])
    init(_ answers: [Answer]) { self.answers = Guarded(answers) }
    var bearer: NewsBearer { NewsBearer(store: store, post: post) }
    let store = FleetingNews(host: "db1")
    private var post: Post {
      Post(Request("POST", "http://h/v1/events"), host: "h") { [self] request in
        bodies.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
        return answers.withLock { $0.removeFirst() }
      }
    }
  }
  private static func answer(_ status: Int, retryAfter: Duration? = nil) -> Answer {
    .response(Response(status: status, retryAfter: retryAfter))
  }

  @Test func whatIsTakenGoes() async {
    let office = Office([Self.answer(202)])
    office.store.add(["n": 1])
    office.store.add(["n": 2])
    #expect(await office.bearer.bring(within: .seconds(5)) == nil)
    #expect(office.bodies.withLock { $0 } == ["{\"n\":1}\n{\"n\":2}\n"] && office.store.oldest().isEmpty)
    #expect(await office.bearer.bring(within: .seconds(5)) == nil, "nothing left is nothing sent")
  }

  @Test(arguments: [429, 503, 500, 401, 403, 404, 200]) func anObstacleKeepsAll(status: Int) async {
    let office = Office([Self.answer(status, retryAfter: .seconds(7))])
    office.store.add(["n": 1])
    #expect(await office.bearer.bring(within: .seconds(5))?.retryAfter == .seconds(7))
    #expect(office.store.oldest().count == 1)
  }

  /// One that is no event must not keep the others back.
  @Test func oneBadOneIsTakenOutAlone() async {
    let office = Office([Self.answer(422), Self.answer(202), Self.answer(422), Self.answer(503)])
    for number in 1...3 { office.store.add(["n": .int(Int64(number))]) }
    #expect(await office.bearer.bring(within: .seconds(5)) != nil)
    #expect(office.store.oldest().map { String(decoding: $0, as: UTF8.self) } == ["{\"n\":3}"])
    #expect(office.bodies.withLock { $0.count } == 4)
  }

  @Test func noTimeIsNoRequest() async {
    let office = Office([])
    office.store.add(["n": 1])
    #expect(await office.bearer.bring(within: .zero) != nil)
    #expect(office.bodies.withLock { $0.isEmpty })
  }
}

@Suite struct StateFolderTests {
  @Test(arguments: [
    (["BELLHOP_STATE": "/s", "HOME": "/h"], "/s"), (["XDG_STATE_HOME": "/x", "HOME": "/h"], "/x/bellhop"),
    (["HOME": "/h"], "/h/.local/state/bellhop"), ([:], "/p/.local/state/bellhop"),
    (["BELLHOP_STATE": "s", "HOME": ""], "/p/.local/state/bellhop"),
  ])
  func theUsersOwn(environment: [String: String], path: String) { #expect(StateFolder.path({ environment[$0] }, home: "/p") == path) }

  @Test func nobodyHasNone() { #expect(StateFolder.path({ _ in nil }, home: nil) == nil) }
}
