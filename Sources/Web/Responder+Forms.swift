import Bellhop
import Dashboard
import NIOHTTP1
import Store

// Forms: what programs say in JSON, in another encoding. Nothing else is decided here.
extension Responder {
  /// Does what a page's form asks, and leads back to the page; or shows the form again, with what is wrong at its field.
  func submit(_ view: DashboardView, _ call: Call, _ history: ReaderHistory) async throws(ProblemDocument) -> Reply {
    guard call.head.envelope.contentType?.begins("application/x-www-form-urlencoded") ?? true else {
      throw ProblemDocument(415, "a page's form is application/x-www-form-urlencoded", "programs use the API below /v1")
    }
    let form = PageForm(call.body)
    guard let wish = FormWish(form["do"] ?? "", view, form) else { throw .field("do", "is none of this page's buttons") }
    if case .reader(let need) = wish.operation.endpoint.authority(reading: false), let problem = call.visitor.problem(need) {
      throw problem
    }
    do throws(ProblemDocument) {
      let reply = try await perform(wish.operation, by: call.visitor, history)
      let answer = (try? JSON(parsing: reply.body)) ?? [:]
      if let fault = Self.unheard(answer) { throw ProblemDocument(502, "the test message did not arrive", fault) }
      let count = (answer["count"] ?? answer["dropped"])?.int.map { "&count=\($0)" } ?? ""
      // An event's page has such buttons too.
      let back = LocalPath(form["back"])?.text ?? view.path
      return .led(to: "\(back)?said=\(wish.said.rawValue)\(count)")
    } catch {
      let note = PageNote(flaw: FormFlaw(error), form: form.values)
      var reply =
        if let step = wish.step { try await page(step, call, history, note) } else { try await page(view, call, history, note) }
      reply.status = error.status
      if let seconds = error.retryAfter { reply.headers.append(("Retry-After", String(seconds))) }
      return reply
    }
  }

  /// Why a test message did not arrive everywhere; nil where it did, and for what is none.
  private static func unheard(_ answer: JSON) -> String? {
    let failed = (answer["rung"]?.array ?? []).filter { $0["outcome"]?.string != "delivered" }
    if failed.isEmpty { return nil }
    return failed.map { "\($0["place"]?.string ?? ""): \($0["line"]?.string ?? "")" }.joined(separator: "; ")
  }
}

/// What a button of a page asks for.
struct FormWish: Sendable {
  let operation: HandOperation
  /// What the page says when it is done.
  let said: Said
  /// Where the form stands, where that is a page of its own.
  var step: DashboardStep?

  /// Nil for what is no button of that page.
  init?(_ word: String, _ view: DashboardView, _ form: PageForm) {
    /// The fields that are not empty, under the API's names.
    func body(_ names: String...) -> JSON.Object {
      var object: JSON.Object = [:]
      for name in names { object[name] = form[name].map(JSON.string) }
      return object
    }
    switch (view, word) {
    case (.lanes, "pause"): (operation, said) = (HandOperation(endpoint: .lane("pause"), body: body("lane", "until", "why")), .paused)
    case (.lanes, "resume"): (operation, said) = (HandOperation(endpoint: .lane("resume"), body: body("lane")), .resumed)
    case (.lanes, "drop"): (operation, said) = (HandOperation(endpoint: .lane("drop"), body: body("lane")), .dropped)
    case (.lanes, "ring"): (operation, said) = (HandOperation(endpoint: .ring, body: body("name")), .rung)
    case (.dead, "retry"): (operation, said) = (HandOperation(endpoint: .retryMany, body: Self.chosen(form)), .retried)
    case (.dead, "redirect"):
      var chosen = Self.chosen(form)
      chosen["to"] = form["to"].map(JSON.string)
      (operation, said) = (HandOperation(endpoint: .redirect, body: chosen), .redirected)
    case (.silences, "add"):
      (operation, said) = (
        HandOperation(endpoint: .silences, body: body("filter", "role", "row", "from", "until", "for", "why")), .silenced
      )
    case (.silences, "extend"), (.silences, "end"):
      guard let id = form.numbers("id").first, id > 0 else { return nil }
      operation =
        word == "end"
        ? HandOperation(endpoint: .silence(id), method: .DELETE)
        : HandOperation(endpoint: .silence(id), method: .PATCH, body: body("extend"))
      said = word == "end" ? .ended : .changed
    default: return nil
    }
    switch word {
    case "pause": step = .pauseLane
    case "drop": step = .dropLane
    case "add": step = .newSilence
    case "extend": step = .editSilence
    default: break
    }
  }

  /// So many at one press; where there are more, it is pressed again.
  private static let most: Int64 = 50_000

  /// The named ones, or all that match.
  private static func chosen(_ form: PageForm) -> JSON.Object {
    let ids = form.numbers("ids")
    if !ids.isEmpty { return ["ids": .array(ids.map(JSON.int))] }
    var object: JSON.Object = ["limit": .int(most)]
    for name in ["state", "destination", "role"] { object[name] = form[name].map(JSON.string) }
    return object
  }
}
