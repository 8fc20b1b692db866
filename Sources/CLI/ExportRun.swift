import ArgumentParser
import Bellhop
import Glibc
import Store

/// Forms in which `search --export` writes.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case csv, ndjson

  var head: [UInt8] { self == .csv ? EventTable.head : [] }

  func write(_ event: JSON, to out: inout [UInt8]) {
    switch self {
    case .csv: EventTable.write(event.object ?? [:], to: &out)
    case .ndjson:
      event.write(to: &out)
      out.append(UInt8(ascii: "\n"))
    }
  }
}

/// Where an export goes.
final class ExportSink {
  private let path: String?
  private var descriptor: Int32

  /// - Parameter path: nil is standard output.
  init(_ path: String?) throws(CommandEnd) {
    self.path = path
    descriptor = path.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) } ?? STDOUT_FILENO
    guard descriptor < 0, let path else { return }
    if errno == EEXIST { throw .wanting("\(path) is already there and stays as it is: name another file, or move it away first") }
    throw .wanting("cannot write \(path): \(FileAccess.reason()); name a place that you may write to")
  }

  /// Nobody sees the lines themselves go by.
  var isQuiet: Bool { path != nil || Terminal.width == nil }

  var name: String { path.map { " to \($0)" } ?? "" }

  func write(_ bytes: [UInt8]) throws(CommandEnd) {
    guard !FileAccess.write(bytes, to: descriptor) else { return }
    let why = errno
    // Who closed the pipe has seen enough.
    throw .wanting(path == nil && why == EPIPE ? "" : "\(path ?? "standard output") did not take it all: \(String(cString: strerror(why)))")
  }

  func close() throws(CommandEnd) {
    guard let path else { return }
    let failed = fsync(descriptor) != 0
    Glibc.close(descriptor)
    descriptor = -1
    if failed { throw .wanting("cannot write \(path): \(FileAccess.reason())") }
  }

  /// Half an export must not pass for a whole one.
  func abandon() {
    guard let path else { return }
    if descriptor >= 0 { Glibc.close(descriptor) }
    unlink(path)
  }
}

/// Writes all that a search finds, a page at a time.
struct ExportRun {
  private static let pageLimit = 500
  private static let barWidth = 24
  private let client: Client
  private let query: [(String, String?)]
  private let form: ExportFormat
  private let limit: Int

  init(_ client: Client, _ query: [(String, String?)], _ form: ExportFormat, limit: Int?) {
    self.client = client
    self.query = query
    self.form = form
    self.limit = limit ?? .max
  }

  /// - Returns: what was done, for people.
  func run(to sink: ExportSink) async throws(CommandEnd) -> String {
    var pages = SearchPages(client, query)
    var count = 0
    var top: Int64?
    defer { Progress.clear() }
    try sink.write(form.head)
    while count < limit, let page = try await pages.next(limit: min(Self.pageLimit, limit - count)) {
      var out: [UInt8] = []
      for event in page { form.write(event, to: &out) }
      try sink.write(out)
      count += page.count
      top = top ?? page.first?["sequence"]?.int
      guard sink.isQuiet, let back = pages.searchedBackTo else { continue }
      Progress.show(Self.bar(Self.share(count, of: limit, page.last?["sequence"]?.int, top), count, HumanTime.local(back)))
    }
    let back = pages.searchedBackTo.map { "; searched back to \(HumanTime.local($0))" } ?? "; searched all there is"
    return "Exported \(Output.count(count, "event"))\(sink.name)\(back)."
  }

  /// How much of it is done, as far as that is known: of what was asked for, or on the way from the newest event to the first. Nil: not at all.
  static func share(_ count: Int, of limit: Int, _ sequence: Int64?, _ top: Int64?) -> Double? {
    let byCount = limit == .max ? 0 : Double(count) / Double(limit)
    guard let sequence, let top, top > 1 else { return byCount > 0 ? byCount : nil }
    return min(1, max(byCount, Double(top - sequence) / Double(top - 1)))
  }

  static func bar(_ share: Double?, _ count: Int, _ back: String) -> String {
    guard let share else { return "\(Output.count(count, "event")), back to \(back)" }
    let full = Int(share * Double(barWidth))
    let bar = String(repeating: "#", count: full) + String(repeating: ".", count: barWidth - full)
    return "[\(bar)] \(Int(share * 100)) %, \(Output.count(count, "event")), back to \(back)"
  }
}
