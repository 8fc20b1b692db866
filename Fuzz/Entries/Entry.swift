/// A reader of text from outside, and what must hold whatever it is given.
struct Entry: Sendable {
  /// The folder of its corpus, and the word for `FUZZ_ENTRY`.
  let name: String
  /// Reads the bytes; throws ``Broken`` where something does not hold.
  let run: @Sendable ([UInt8]) throws -> Void

  /// Every one of them: who reads something new from outside has a line here.
  static let all: [Entry] =
    dialects + [
      Entry(name: "api", run: ownEvents), Entry(name: "markup", run: markup), Entry(name: "slack-message", run: slackMessage),
      Entry(name: "json", run: json), Entry(name: "yaml", run: yaml), Entry(name: "configuration", run: configuration),
      Entry(name: "environment-file", run: environmentFile), Entry(name: "vendor-page", run: vendorPage),
      Entry(name: "template", run: template), Entry(name: "body-template", run: bodyTemplate), Entry(name: "request", run: request),
      Entry(name: "answer", run: answer), Entry(name: "stream", run: stream), Entry(name: "filter", run: filter),
      Entry(name: "page-form", run: pageForm),
    ]
}

/// Something that must hold does not.
struct Broken: Error, CustomStringConvertible { let description: String }

/// Throws unless it holds.
func demand(_ holds: Bool, _ what: @autoclosure () -> String) throws { if !holds { throw Broken(description: what()) } }
