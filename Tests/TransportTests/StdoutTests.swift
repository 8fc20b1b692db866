import Bellhop
import Glibc
import Testing

@testable import Stdout

@Suite struct StdoutTests {
  private func transport(_ pipe: Pipe, _ values: Values = Values()) -> any Transport {
    StdoutKind.kind(Sink(fileDescriptor: pipe.write)).make(values)
  }

  private func message(_ text: String) -> Message { Samples.message(.normal, .warning, text: text) }

  @Test func aLineForPeople() async {
    let pipe = Pipe()
    let outcome = await transport(pipe).send(message("first\nsecond"), to: Target(), Attempt(at: Samples.time))
    #expect(pipe.drain() == "2025-10-09T08:53:20.000Z !  warning  devops: first\n    second\n")
    #expect(outcome == .delivered(Receipt(note: "62 bytes")))
  }

  @Test func hostileTextCannotReachTheTerminal() {
    let visible = Printer.visible("\u{1b}[31m\u{7}\u{9b}1m\u{202e}a\u{7f}\t\u{0}")
    #expect(visible == "␛[31m␇\\u{9b}1m\\u{202e}a␡    ␀")
    var message = Samples.loud
    message.role = "\u{1b}]0;x\u{7}"
    for text in [Printer(coloured: false).lines(message), String(decoding: Printer.json(message, attempt: 1), as: UTF8.self)] {
      let controls = text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control || $0 == "\u{202e}" }
      #expect(controls.isEmpty)
    }
  }

  /// https://no-color.org: set and not empty.
  @Test func coloursAreForThoseWhoWantThem() throws {
    func may(_ variables: [String: String]) -> Bool { StdoutKind.mayColour { variables[$0] } }
    #expect(may([:]) && may(["NO_COLOR": "", "TERM": "xterm-256color"]))
    #expect(!may(["NO_COLOR": "1"]) && !may(["NO_COLOR": "0"]) && !may(["TERM": "dumb"]))
    var controller: Int32 = -1
    var terminal: Int32 = -1
    try #require(openpty(&controller, &terminal, nil, nil, nil) == 0, "there is no terminal to try")
    defer {
      close(controller)
      close(terminal)
    }
    let pipe = Pipe()
    for (descriptor, variables, color, isColoured) in [
      (terminal, [:], "auto", true), (terminal, ["NO_COLOR": "1"], "auto", false), (terminal, ["TERM": "dumb"], "auto", false),
      (terminal, ["NO_COLOR": "1"], "yes", true), (terminal, [:], "no", false), (pipe.write, [:], "auto", false),
      (pipe.write, [:], "yes", true),
    ] as [(Int32, [String: String], String, Bool)] {
      let transport = StdoutKind.kind(Sink(fileDescriptor: descriptor)) { variables[$0] }.make(Values(["color": .string(color)]))
      #expect((transport as? StdoutTransport)?.coloured == isColoured, "\(variables) \(color)")
    }
  }

  @Test func jsonIsOneLineThatParses() throws {
    let bytes = Printer.json(Samples.loud, attempt: 3)
    #expect(bytes.last == 10 && bytes.count(where: { $0 == 10 }) == 1)
    #expect(try JSON(parsing: bytes) == .object(Samples.loud.json(attempt: 3)))
  }

  @Test func aClosedPipeIsAnOutcome() async {
    let pipe = Pipe()
    pipe.closeRead()
    defer { pipe.closeWrite() }
    let outcome = await transport(pipe).send(message("x"), to: Target(), Attempt(at: Samples.time))
    #expect(outcome == .postponed(Fault(.unreachable, "standard output: its reader is gone")))
  }

  @Test func aClosedDescriptorIsAnOutcome() async {
    let transport = StdoutKind.kind(Sink(fileDescriptor: 1_000_000)).make(Values())
    let outcome = await transport.send(message("x"), to: Target(), Attempt(at: Samples.time))
    #expect(outcome.word == "postponed" && outcome.fault?.kind == .unreachable)
  }

  @Test func aFullDiskIsAnOutcome() async {
    let fd = open("/dev/full", O_WRONLY)
    defer { close(fd) }
    let transport = StdoutKind.kind(Sink(fileDescriptor: fd)).make(Values())
    let outcome = await transport.send(message("x"), to: Target(), Attempt(at: Samples.time))
    #expect(outcome == .postponed(Fault(.unreachable, "standard output: No space left on device")))
  }

  @Test func aFullPipeEndsInTimeAndTheNextMessageStartsALine() async {
    let pipe = Pipe()
    defer { pipe.closeWrite() }
    let transport = transport(pipe)
    let long = message(String(repeating: "x", count: 6_000))
    let short = Attempt(at: Samples.time, timeout: .milliseconds(30))
    let first = await transport.send(long, to: Target(), short)
    #expect(first.word == "unclear" && first.fault?.kind == .timeout)
    let second = await transport.send(message("y"), to: Target(), short)
    #expect(second.word == "postponed" && second.fault?.kind == .unavailable)
    let before = pipe.drain()
    #expect(before.count == 4_096)
    #expect(await transport.send(message("z"), to: Target(), short).word == "delivered")
    #expect(pipe.drain() == "\n2025-10-09T08:53:20.000Z !  warning  devops: z\n")
  }

  @Test func cancellationIsPrompt() async {
    let pipe = Pipe()
    defer { pipe.closeWrite() }
    let transport = transport(pipe)
    let task = Task {
      await transport.send(message(String(repeating: "x", count: 9_000)), to: Target(), Attempt(at: Samples.time, timeout: .seconds(60)))
    }
    let start = ContinuousClock.now
    task.cancel()
    #expect(["unclear", "postponed"].contains(await task.value.word))
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func manyWritersKeepLinesWhole() async {
    let pipe = Pipe()
    let transport = transport(pipe)
    let reader = Task {
      var all = ""
      while all.count(where: { $0 == "\n" }) < 40 {
        all += pipe.drain()
        await Task.yield()
      }
      return all
    }
    await withTaskGroup(of: Outcome.self) { group in
      for letter in "abcdefghijklmnopqrst" {
        group.addTask {
          await transport.send(
            message(String(repeating: letter, count: 3_000) + "\nend"), to: Target(), Attempt(at: Samples.time, timeout: .seconds(30)))
        }
      }
      for await outcome in group { #expect(outcome.word == "delivered") }
    }
    pipe.closeWrite()
    let lines = await reader.value.split(separator: "\n")
    #expect(lines.count == 40)
    for pair in stride(from: 0, to: lines.count, by: 2) {
      #expect(lines[pair].hasPrefix("2025") && Set(lines[pair].suffix(3_000)).count == 1 && lines[pair + 1] == "    end")
    }
  }
}
