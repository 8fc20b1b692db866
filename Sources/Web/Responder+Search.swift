import Bellhop
import Store

// Finding what happened: a page of it, or all of it in a file.
extension Responder {
  func search(_ call: Call) async throws(ProblemDocument) -> Reply {
    let query = try Query(
      call.head.query, known: ["q", "type", "subject", "role", "fate", "since", "until", "cursor", "limit", "format"])
    let form = try form(query, call.head)
    let question = try question(query, isExport: form != nil)
    if let form { return try await export(question, form, call) }
    let page = try await found(question, call.visitor)
    var answer: JSON.Object = ["events": .array(page.events.map { .object($0.view(whole: false)) })]
    answer["next"] = page.next.map { .string(String($0)) }
    answer["searched_back_to"] = page.searchedBackTo.map { .string($0.rfc3339) }
    return .json(.object(answer))
  }

  private func question(_ query: Query, isExport: Bool) throws(ProblemDocument) -> SearchQuestion {
    let now = state.now()
    var question = SearchQuestion()
    question.text = try query.text("q", bytes: Query.filter) ?? ""
    question.type = try query.text("type")
    question.subject = try query.text("subject")
    question.role = try query.text("role")
    if let word = query["fate"] {
      guard let fate = Fate.allCases.first(where: { $0.word == word }) else {
        throw .field("fate", "must be one of \(Fate.allCases.map(\.word).joined(separator: ", "))")
      }
      question.fate = fate
    }
    question.since = try query.time("since", now: now)
    question.until = try query.time("until", now: now)
    question.cursor = try query.number("cursor", in: 0...Int64.max)
    let limit = try query.number("limit", in: 1...(isExport ? Int64(Int32.max) : 1_000)).map(Int.init)
    question.limit = limit ?? (isExport ? .max : 50)
    return question
  }

  /// A page; what is wrong with the question is told with its place.
  func found(_ question: SearchQuestion, _ visitor: Visitor) async throws(ProblemDocument) -> SearchPage {
    switch await insight.search(question, for: visitor) {
    case .success(let page): return page
    case .failure(.mistake(let line, let offset, let caret)): throw .field("q", line, offset: offset, caret: caret)
    case .failure(.store(let error)): throw trouble(error)
    }
  }

  /// What the query says, else what the caller would take, where it names one of ours first; nil is a page in JSON.
  private func form(_ query: Query, _ head: Head) throws(ProblemDocument) -> ExportForm? {
    if let word = query["format"] {
      if word == "json" { return nil }
      guard let form = ExportForm(rawValue: word) else { throw .field("format", "must be one of json, csv, ndjson") }
      return form
    }
    let first = head.headers.first(name: "accept").map { $0.prefix { $0 != "," && $0 != ";" }.lowercased() }
    return ExportForm.allCases.first { $0.mediaType == first }
  }

  /// Page by page, as the reader takes it; never more of it at a time than a page.
  private func export(_ question: SearchQuestion, _ form: ExportForm, _ call: Call) async throws(ProblemDocument) -> Reply {
    let share = PurseShare(state)
    guard share.cover(Export.mostBytes, of: call.rules.limits.memory) else {
      throw ProblemDocument(503, "too many exports at a time", "ask again later", retryAfter: 5)
    }
    let visitor = call.visitor
    let insight = insight
    let export = Export(question, form) { await insight.search($0, for: visitor) }
    let beginning: [UInt8]
    do throws(SearchRefusal) { beginning = try await export.begin() } catch {
      switch error {
      case .mistake(let line, let offset, let caret): throw .field("q", line, offset: offset, caret: caret)
      case .store(let error): throw trouble(error)
      }
    }
    var reply = Reply(status: 200, contentType: form.contentType, body: [])
    reply.headers = [("Cache-Control", "no-store"), ("Content-Disposition", "attachment; filename=\"events.\(form.rawValue)\"")]
    reply.pages = ReplyPages(beginning: beginning) {
      defer { withExtendedLifetime(share) {} }
      return await export.next()
    }
    return reply
  }
}
