import Bellhop
import Catalogue
import Courier
import Senders

extension Gateway {
  /// What a vendor's page would send for an event, without sending it.
  public struct VendorTrial: Sendable {
    /// Everything wrong or doubtful with the page: `line:column: …`, a line each.
    public var notes: [String]
    /// Head and body of the request, every secret masked; nil where there can be none.
    public var request: (head: String, body: String)?
    /// Why there can be none, where it is not the page.
    public var problem: String?
  }

  /// Makes a page's request of an event, as the page's own examples are set up.
  /// - Parameters:
  ///   - page: the bytes of a page, or nil for one that comes with Bellhop.
  ///   - name: that one's name.
  ///   - settings: what its settings should be instead.
  ///   - target: where it should go instead.
  /// - Returns: nil where there is no page of that name; a failure with all that is wrong with the event.
  public static func tryVendor(
    _ page: [UInt8]?, name: String, settings: [String: String], target: [String: String], event: JSON.Object, alert: Alert
  ) -> Result<VendorTrial, Refused>? {
    guard let bytes = page ?? Catalogue.source(of: name) else { return nil }
    let now = Timepiece.system.wall()
    return Sender(name: "local").decode(event, at: now).map { event in
      let message = Message(id: "try-1", event: event, role: "try", alert: alert)
      let trial = Catalogue.trial(bytes, settings: settings, target: target, message: message, at: now)
      let notes = trial.mistakes.map { mistake in
        let place = "\(mistake.line):\(mistake.column): \(mistake.isWarning ? "warning: " : "")"
        return place + [mistake.path, mistake.problem].filter { !$0.isEmpty }.joined(separator: ": ")
          + (mistake.hint.map { "; \($0)" } ?? "")
      }
      return VendorTrial(notes: notes, request: trial.request, problem: trial.problem)
    }.mapError { rejection in Refused(lines: rejection.problems.map { [$0.field, $0.detail].compactMap(\.self).joined(separator: ": ") }) }
  }
}
