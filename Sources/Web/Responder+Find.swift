import Bellhop
import Dashboard
import Store

// The page of a search.
extension Responder {
  func find(_ call: Call) async throws(ProblemDocument) -> Reply {
    var page = FindPage(text: "")
    do throws(ProblemDocument) {
      let query = try Query(call.head.query, known: ["q", "cursor"])
      page.text = query["q"] ?? ""
      var question = SearchQuestion()
      question.text = try query.text("q", bytes: Query.filter) ?? ""
      question.cursor = try query.number("cursor", in: 0...Int64.max)
      question.withDeliveries = true
      if !page.text.isEmpty {
        let found = try await found(question, call.visitor)
        (page.events, page.next, page.back) = (found.events, found.next, found.searchedBackTo)
      }
    } catch {
      guard let flaw = FormFlaw(inAddress: error) else { throw error }
      page.flaw = flaw
    }
    return sent(page.title, in: .search, page.content, to: call, status: page.flaw == nil ? 200 : 422)
  }
}
