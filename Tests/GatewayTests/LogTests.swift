import Bellhop
import Glibc
import Logging
import Settings
import Testing

@testable import Gateway

/// The log tells; it never ends or holds up the gateway.
@Suite(.serialized) struct LogTests {
  init() { signal(SIGPIPE, SIG_IGN) }

  private func logged(_ form: ServerSettings.LogSettings, _ act: (Logger) -> Void) -> [String] {
    let pipe = Ends()
    act(Log.logger(form, to: LogOutlet(fileDescriptor: pipe.input)))
    return pipe.read().split(separator: "\n").map(String.init)
  }

  @Test func linesForPeople() throws {
    let lines = logged(.text) { logger in
      logger.warning("a lane is broken", metadata: ["lane": "chat #ops", "fault": "said \"no\"\nand left"])
      logger.info("two\nlines")
      logger.info("a carriage return\r\nand a line")
      logger.debug("unseen")
    }
    try #require(lines.count == 3)
    #expect(lines[0].hasSuffix(#"Z warning a lane is broken fault="said \"no\"\nand left" lane="chat #ops""#), "\(lines[0])")
    #expect(lines[1].hasSuffix(#"Z info two\nlines"#), "\(lines[1])")
    #expect(lines[2].hasSuffix(#"Z info a carriage return\r\nand a line"#), "\(lines[2])")
  }

  @Test func linesForMachines() throws {
    let lines = logged(.json) { $0.error("no \"room\"", metadata: ["status": "503", "text": "a\nb"]) }
    try #require(lines.count == 1)
    let json = try JSON(parsing: Array(lines[0].utf8))
    #expect(json["level"]?.string == "error" && json["message"]?.string == "no \"room\"" && json["status"]?.string == "503")
    #expect(json["text"]?.string == "a\nb" && json["time"]?.string.flatMap { Timestamp(rfc3339: $0) } != nil)
  }

  /// A refusal for each of a thousand requests is a line a minute, not a log that fills the disk.
  @Test func refusalsAreCounted() throws {
    let pipe = Ends()
    let ticks = Guarded(Duration.zero)
    let logger = Log.logger(.text, to: LogOutlet(fileDescriptor: pipe.input)) { ticks.withLock { $0 } }
    func refuse(_ what: String = "the store: no room") { logger.warning("\(what)", metadata: ["status": "503"]) }
    func lines() -> [String] { pipe.read().split(separator: "\n").map { String($0.drop { $0 != " " }.dropFirst()) } }
    for _ in 0..<1_000 { refuse() }
    refuse("the store: another")
    for _ in 0..<2 { logger.warning("a lane is broken") }
    #expect(
      lines() == [
        #"warning the store: no room status="503""#, #"warning the store: another status="503""#, "warning a lane is broken",
        "warning a lane is broken",
      ])
    ticks.withLock { $0 = .seconds(59) }
    refuse()
    #expect(lines().isEmpty)
    ticks.withLock { $0 = .seconds(60) }
    refuse()
    #expect(lines() == [#"warning the store: no room status="503" repeated="1000""#], "the one that came now is in the next minute's count")
    // Whatever is written next tells what is left.
    ticks.withLock { $0 = .seconds(120) }
    logger.info("stopped")
    #expect(lines() == [#"warning the store: no room status="503" repeated="1""#, "info stopped"])
    ticks.withLock { $0 = .seconds(180) }
    refuse()
    #expect(lines() == [#"warning the store: no room status="503""#], "after a quiet minute it is news")
  }

  /// Disk full, reader gone: each is a lost line, and the process lives.
  @Test func whatCannotBeWrittenIsCounted() throws {
    let full = open("/dev/full", O_WRONLY)
    defer { close(full) }
    let logger = Log.logger(.text, to: LogOutlet(fileDescriptor: full))
    for _ in 0..<3 { logger.error("no room") }
    let pipe = Ends()
    pipe.closeOutput()
    Log.logger(.text, to: LogOutlet(fileDescriptor: pipe.input)).error("nobody reads")
  }

  /// A reader that stands still costs one wait; when it goes on, it is told what it missed.
  @Test func aFullPipeIsNotWaitedForAndIsTold() throws {
    let pipe = Ends()
    let logger = Log.logger(.text, to: LogOutlet(fileDescriptor: pipe.input))
    let long = String(repeating: "x", count: 3_000)
    let start = ContinuousClock.now
    for number in 0..<1_000 { logger.info("\(number) \(long)") }
    // A wait for each of the 900 lines that a pipe does not hold would take a minute and a half.
    #expect(ContinuousClock.now - start < .seconds(30))
    _ = pipe.read()
    logger.info("after")
    let lines = pipe.read().split(separator: "\n").map(String.init)
    let told = try #require(lines.first { $0.contains("lines of the log were lost") })
    let lost = try #require(told.firstMatch(of: /lost="(\d+)"/)?.1)
    #expect((Int(lost) ?? 0) > 900 && lines.last?.hasSuffix("info after") == true, "\(lines)")
  }
}

/// A pipe with its two ends.
private final class Ends {
  let input: Int32
  private var output: Int32

  init() {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    output = ends[0]
    input = ends[1]
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeOutput()
    close(input)
  }

  func closeOutput() {
    if output >= 0 { close(output) }
    output = -1
  }

  /// All that is in it now.
  func read() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = Glibc.read(output, &buffer, buffer.count), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
