import Bellhop
import Store

/// Forms in which all that a question finds is handed out.
enum ExportForm: String, CaseIterable, Sendable {
  /// https://www.rfc-editor.org/rfc/rfc4180
  case csv
  /// A JSON object a line. https://github.com/ndjson/ndjson-spec
  case ndjson

  var mediaType: String { self == .csv ? "text/csv" : "application/x-ndjson" }
  var contentType: String { self == .csv ? "text/csv; charset=utf-8; header=present" : mediaType }

  var head: [UInt8] { self == .csv ? EventTable.head : [] }

  func write(_ event: HistoryEvent, to out: inout [UInt8]) {
    let view = event.view(whole: false)
    switch self {
    case .csv: EventTable.write(view, to: &out)
    case .ndjson:
      JSON.object(view).write(to: &out)
      out.append(UInt8(ascii: "\n"))
    }
  }
}

/// All pages of a question, one after the other. Used by one task at a time.
final class Export: Sendable {
  /// Bytes that it holds at most: a page of the history, in the words of its form.
  static let mostBytes = 8 << 20
  private static let pageLimit = 500
  /// Between two tries where too many ask at a time.
  private static let pause = Duration.milliseconds(250)
  private static let tries = 40

  private struct ExportState {
    var question: SearchQuestion
    var left: Int
    var isOver = false
  }

  private let state: Guarded<ExportState>
  private let form: ExportForm
  private let find: @Sendable (SearchQuestion) async -> Result<SearchPage, SearchRefusal>

  init(
    _ question: SearchQuestion, _ form: ExportForm, find: @escaping @Sendable (SearchQuestion) async -> Result<SearchPage, SearchRefusal>
  ) {
    state = Guarded(ExportState(question: question, left: question.limit))
    self.form = form
    self.find = find
  }

  /// The head and the first page: what is wrong is known before anything is answered.
  func begin() async throws(SearchRefusal) -> [UInt8] { form.head + (try await page()) }

  /// The next lines.
  func next() async -> ReplyPages.NextPage {
    var tries = Self.tries
    while !Task.isCancelled {
      if state.withLock({ $0.isOver }) { return .end }
      do throws(SearchRefusal) {
        let lines = try await page()
        if !lines.isEmpty { return .piece(lines) }
      } catch {
        tries -= 1
        guard case .store(.slow) = error, tries > 0 else { return .broken }
        try? await Task.sleep(for: Self.pause)
      }
    }
    return .broken
  }

  private func page() async throws(SearchRefusal) -> [UInt8] {
    let question = state.withLock { state in
      var question = state.question
      question.limit = min(Self.pageLimit, state.left)
      return question
    }
    let page = try await find(question).get()
    var out: [UInt8] = []
    for event in page.events { form.write(event, to: &out) }
    state.withLock { state in
      state.left -= page.events.count
      // A cursor that stands still would be asked for without end.
      state.isOver = page.next == nil || page.next == question.cursor || state.left <= 0
      state.question.cursor = page.next
    }
    return out
  }
}
