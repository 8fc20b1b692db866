import Bellhop
import Dashboard

@testable import Senders
@testable import Web

extension Entry {
  /// What a page's form sends, or asks for behind the question mark.
  static let pageForm: @Sendable ([UInt8]) throws -> Void = { bytes in
    let form = PageForm(bytes)
    if let next = LocalPath(form["next"]) {
      let isOurs = next.text.hasPrefix("/") && !next.text.dropFirst().hasPrefix("/")
      try demand(isOurs && !next.text.contains { "\\ \r\n\t".contains($0) }, "one is led to \(next.text.debugDescription)")
    }
    for (name, value) in form.values {
      if let word = form[name] { try demand(value.contains(word) && word.first?.isWhitespace == false, "\(name) is another") }
    }
    try demand(form.numbers("ids").count <= bytes.count, "more numbers than bytes")
    for view in DashboardView.allCases {
      guard let wish = FormWish(form["do"] ?? "", view, form) else { continue }
      try demand(view.takesForms, "\(view) takes \(form["do"] ?? "")")
      guard case .reader(let need) = wish.operation.endpoint.authority(reading: false) else {
        throw Broken(description: "anybody may \(wish.said)")
      }
      try demand(need.role == .operator, "a viewer may \(wish.said)")
    }
    if let body = try? ExplainFields(form.values).body { try demand(body["event"]?.object != nil, "no event is explained") }
    func sign(_ text: String) -> String { String(fingerprint("of the store\n\(text)"), radix: 16) }
    for value in LoginCookie(isSecure: false).values(in: [String(decoding: bytes, as: UTF8.self)]) {
      if let session = LoginSession(value, sign) {
        try demand(LoginSession(session.token(sign)[...], sign) == session, "a session is another when it is written again")
      }
    }
  }
}
