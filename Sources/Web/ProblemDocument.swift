import Bellhop
import Senders
import Store

/// Why a request is not done: a problem document. https://www.rfc-editor.org/rfc/rfc9457
struct ProblemDocument: Error {
  var status: Int
  var title: String
  var detail: String?
  /// What is wrong in the request, each with its place.
  var errors: [JSON] = []
  /// Seconds.
  var retryAfter: Int?
  var allow: String?
  /// The caller should say who it is.
  var challenge: Bool
  /// What it lacks that would prove who asks; nil where that is not why.
  var lack: ProofLack?
  /// What is wrong with its proof, where a dialect has one.
  var fault: ProofFault?
  /// It may say so in a browser's own window. https://www.rfc-editor.org/rfc/rfc7617
  var asksForPassword = false
  /// The log has it already, in more words.
  var isLogged = false
  /// Who looks on has seen the request.
  var isShown = false
  /// It is told as a page to somebody; nil is as JSON.
  var audience: PageAudience?

  init(
    _ status: Int, _ title: String, _ detail: String? = nil, errors: [JSON] = [], retryAfter: Int? = nil, allow: String? = nil,
    challenge: Bool = false, lack: ProofLack? = nil
  ) {
    self.status = status
    self.title = title
    self.detail = detail
    self.errors = errors
    self.retryAfter = retryAfter
    self.allow = allow
    self.challenge = challenge
    self.lack = lack
  }

  /// What a sender got wrong.
  init(_ rejection: Rejection) {
    self.init(
      rejection.status, rejection.title,
      rejection.total > rejection.problems.count ? "the first \(rejection.problems.count) of \(rejection.total) are listed" : nil,
      errors: rejection.problems.map { problem in
        var object = JSON.Object()
        object["index"] = problem.index.map { .int(Int64($0)) }
        object["line"] = problem.line.map { .int(Int64($0)) }
        object["field"] = problem.field.map(JSON.string)
        object["detail"] = .string(problem.detail)
        return .object(object)
      })
  }

  /// Why the store did not take it. Its own words are for the log where they tell about the inside.
  init(_ error: SpoolError) {
    switch error {
    case .full: self.init(503, "the disk is full", "nothing of the request was kept; send it again later", retryAfter: 30)
    case .failing: self.init(503, "the disk of the store fails", "nothing of the request was kept; send it again later", retryAfter: 30)
    case .overLimit:
      self.init(503, "the store is at its limit (store.max)", "nothing of the request was kept; send it again later", retryAfter: 60)
    case .busy: self.init(503, "more is queued than the disk takes", "nothing of the request was kept; send it again", retryAfter: 1)
    case .slow(let line): self.init(503, line, "nothing else waited for it", retryAfter: 1)
    case .broken: self.init(500, "the store is in trouble", "the gateway's log tells more")
    }
  }

  /// Why ops' wish was not done.
  init(_ fault: OperationFault) {
    let status =
      switch fault.kind {
      case .unknown: 404
      case .conflict: 409
      case .wrong: 422
      case .failed: 502
      case .later: 503
      }
    if let place = fault.place {
      self = .field(place.field, fault.line, offset: place.offset, caret: place.caret)
      self.status = status
      return
    }
    self.init(
      status, fault.line, errors: fault.mistakes.map { ["detail": .string($0)] }, retryAfter: fault.kind == .later ? 1 : nil)
  }

  /// A wrong field of a body or query.
  /// - Parameters:
  ///   - offset: where in the field's text, in Unicode scalars.
  ///   - caret: the text, and below it a mark under the place.
  static func field(_ field: String, _ detail: String, offset: Int? = nil, caret: String? = nil) -> ProblemDocument {
    var error: JSON.Object = ["field": .string(field), "detail": .string(detail)]
    error["offset"] = offset.map { .int(Int64($0)) }
    error["caret"] = caret.map(JSON.string)
    return ProblemDocument(422, "the request has a mistake", errors: [.object(error)])
  }

  var json: JSON {
    var object: JSON.Object = ["type": "about:blank", "title": .string(title), "status": .int(Int64(status))]
    object["detail"] = detail.map(JSON.string)
    if !errors.isEmpty { object["errors"] = .array(errors) }
    return .object(object)
  }
}
