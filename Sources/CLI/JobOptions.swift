import ArgumentParser
import Bellhop

/// What is told of a job, in which words.
struct JobOptions: ParsableArguments {
  @Option(help: ArgumentHelp("What kind of thing it is: the first word of job.started, job.succeeded and job.failed.", valueName: "name"))
  var type = "job"
  @Option(help: ArgumentHelp("Which job it is. (default: the program's name)", valueName: "name"))
  var subject: String?
  @Option(help: ArgumentHelp("How bad a failure is: \(Severity.allCases.map(\.word).joined(separator: ", ")).", valueName: "word"))
  var severity: Severity = .error
  @Option(help: ArgumentHelp("Where it runs. (default: this machine's name)", valueName: "name"))
  var source: String?
  @Option(help: ArgumentHelp("A member of data; again for more, as for `bellhop send`.", valueName: "key=value"))
  var data: [String] = []
  @Option(help: ArgumentHelp("How many of the last lines that it prints are told; 0 for none.", valueName: "lines"))
  var tail = 20
  @Flag(help: "Tell of failures alone. A watch that expects job.succeeded then waits in vain.")
  var onlyFailures = false

  mutating func validate() throws {
    guard (0...1_000).contains(tail) else { throw ValidationError("--tail \(tail): write a number from 0 to 1000.") }
    guard Self.isType(type) else {
      throw ValidationError("--type \(type): write letters, digits and _ - / : between dots, such as backup; bellhop is Bellhop's own.")
    }
    for (name, value, limit) in [("--subject", subject, 512), ("--source", source, 512)] {
      guard let value else { continue }
      guard !value.isEmpty, value.utf8.count <= limit, Output.printable(value) == value else {
        throw ValidationError("\(name): write 1 to \(limit) bytes without line breaks.")
      }
    }
    do { _ = try DataPairs.object(data) } catch { throw ValidationError(error.text) }
  }

  func report(of command: [String]) throws(CommandEnd) -> JobReport {
    let host = StateFolder.host
    return JobReport(
      type: type, subject: subject ?? JobReport.name(of: command), source: source ?? host, host: host, severity: severity,
      command: JobReport.line(command), data: try DataPairs.object(data))
  }

  /// As the gateway takes it, with `.succeeded` behind it.
  private static func isType(_ type: String) -> Bool {
    let segments = type.split(separator: ".", omittingEmptySubsequences: false)
    return type.utf8.count <= 110 && segments[0].lowercased() != "bellhop"
      && segments.allSatisfy { segment in
        !segment.isEmpty && segment.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || "_-/:".contains($0) }
      }
  }
}
