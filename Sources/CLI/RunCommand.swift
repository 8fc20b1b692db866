import ArgumentParser
import Bellhop
import Glibc

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a job, and tell the gateway that it started, and that it succeeded or failed.",
    discussion: """
      bellhop run --subject backup -- pg_dump shop

      Sends TYPE.started, and TYPE.succeeded or TYPE.failed with how long it took, how it ended and the last lines that it printed. \
      What it prints goes out unchanged, signals are passed on to it, and the exit status is its own: 128 and the signal's number when \
      one ended it, 127 or 126 when it could not be started.
      Whatever the gateway does, the job is not kept waiting. What could not be brought stays in $BELLHOP_STATE (or ~/.local/state/bellhop) \
      until the next `bellhop run` or `bellhop send` to the same gateway.
      """)

  @OptionGroup var post: PostOptions
  @OptionGroup var about: JobOptions
  @Option(
    help: ArgumentHelp("How long it may run; then it is ended with SIGTERM, and 10s later with SIGKILL.", valueName: "duration"),
    transform: WaitCommand.duration)
  var timeout: Duration?
  @Option(
    help: ArgumentHelp("How long to try at the end when the gateway is not up. (default: once, for 5s at most)", valueName: "duration"),
    transform: WaitCommand.duration)
  var wait: Duration?
  @Argument(parsing: .postTerminator, help: ArgumentHelp("The job: a program and its arguments, behind --.", valueName: "job"))
  var command: [String] = []

  mutating func validate() throws {
    guard !command.isEmpty else { throw ValidationError("there is no job: write it behind --, as in bellhop run -- pg_dump shop") }
  }

  func run() async throws {
    let report = try about.report(of: command)
    let (clock, startTime) = (ContinuousClock(), Timestamp.now)
    let start = clock.now
    let end: JobEnd
    let teller: NewsTeller
    do throws(SpawnError) {
      let signals = try JobSignals.hold()
      let job = try Job(command, tail: about.tail)
      JobSignals.pass(from: signals) { Self.pass($0, to: job) }
      // Only now, whatever files and networks do: the job runs.
      let limiter = timeout.map { JobLimiter(job, $0) }
      let store = news(host: report.host)
      if !about.onlyFailures { keep(report.started(at: startTime), in: store) }
      teller = NewsTeller(store, post, wait: wait)
      end = await job.ended()
      let limit = limiter?.stop() == true ? timeout : nil
      if !about.onlyFailures || end != .exited(0) || limit != nil {
        keep(report.ended(end, at: .now, took: clock.now - start, output: job.lastLines, limit: limit), in: store)
      }
    } catch {
      end = .notStarted(error.reason)
      Terminal.complain("bellhop: \(report.command) \(end.sentence)")
      let store = news(host: report.host)
      keep(report.ended(end, at: .now, took: .zero, output: LastLines(0)), in: store)
      teller = NewsTeller(store, post, wait: wait)
    }
    if let obstacle = await teller.finish() { Terminal.complain("bellhop: \(obstacle)") }
    throw CommandEnd(code: end.status, text: "")
  }

  /// To the job; behind its end, who wants this process to end is not kept waiting for its news, which are kept.
  private static func pass(_ signal: PassedSignal, to job: Job) {
    guard let end = job.end else { return job.pass(signal) }
    if signal.number != SIGUSR1, signal.number != SIGUSR2 { Terminal.exit(with: end.status) }
  }

  private func news(host: String) -> any NewsStore {
    do throws(CommandEnd) {
      guard let folder = StateFolder.path else { throw .wanting("this user has no home: name a folder in $BELLHOP_STATE") }
      try StateFolder.make(folder)
      return KeptNews(folder: folder, gateway: post.place, host: host)
    } catch {
      Terminal.complain("bellhop: news that the gateway does not take at once will be lost: \(error.text)")
      return FleetingNews(host: host)
    }
  }

  private func keep(_ event: JSON.Object, in store: any NewsStore) {
    do throws(CommandEnd) { try store.add(event) } catch {
      Terminal.complain("bellhop: \(event["type"]?.plain ?? "an event") is lost: \(error.text)")
    }
  }
}
