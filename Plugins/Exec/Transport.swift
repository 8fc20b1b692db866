import Bellhop
import Foundation

/// Runs the command once for each message.
struct ExecTransport: Transport {
  let command: [String]
  let environment: [String: Secret]
  let folder: String?

  init(_ values: Values) {
    command = (values.list("command") ?? []).compactMap { if case .string(let word) = $0 { word } else { nil } }
    environment = (values.map("env") ?? []).reduce(into: [:]) { all, entry in
      if case .secret(let value) = entry.value { all[entry.key] = value }
    }
    folder = values.string("folder")
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    let words = command + (target["args"]?.array?.map(\.plain) ?? target["args"].map { [$0.plain] } ?? [])
    guard !words.contains(where: { $0.contains("\0") }) else {
      return .refused(Fault(.misconfigured, "an argument holds a zero byte, which no program can be given"))
    }
    let run = Run(command: words, environment: environment, folder: folder)
    let input = Printer.input(message, to: target, attempt)
    let variables = ProcessInfo.processInfo.environment
    let end = await withTaskGroup(of: Run.RunEnd?.self) { group in
      group.addTask { await run.end(input: input, variables: variables) }
      group.addTask {
        try? await Task.sleep(for: attempt.timeout)
        return nil
      }
      // Whoever is first decides; the other is cancelled, and a command that is cancelled has ended before the group comes back.
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    return outcome(end, attempt)
  }

  private func outcome(_ end: Run.RunEnd?, _ attempt: Attempt) -> Outcome {
    let name = command.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? "the command"
    func fault(_ kind: Fault.Kind, _ what: String, _ output: [UInt8]) -> Fault {
      let said = Printer.lastLine(of: output, hiding: Array(environment.values)).map { ": \($0)" } ?? ""
      return Fault(kind, "\(name) \(what)\(said)")
    }
    switch end {
    case nil:
      if Task.isCancelled { return .unclear(Fault(.interrupted, "\(name) was ended before it had finished")) }
      return .unclear(Fault(.timeout, "\(name) had not finished after \(attempt.timeout.short) and was ended"))
    case .exited(0, let output)?:
      return .delivered(Receipt(note: Printer.lastLine(of: output, hiding: Array(environment.values)) ?? "exit status 0"))
    // EX_TEMPFAIL of sysexits.h. https://man7.org/linux/man-pages/man3/sysexits.h.3head.html
    case .exited(75, let output)?: return .postponed(fault(.unavailable, "exited with 75, try later", output))
    case .exited(let code, let output)?: return .refused(fault(.rejected, "exited with \(code)", output))
    case .killed(let signal, let output)?: return .unclear(fault(.dropped, "was ended by signal \(signal)", output))
    case .notStarted(let why)?: return .postponed(Fault(.unreachable, "\(name): \(why)"))
    }
  }
}
