import Bellhop
import Matching
import Templates

/// A target with `{{…}}`, compiled.
struct TargetProgram: Sendable {
  private indirect enum TemplateShape: Sendable {
    case literal(JSON)
    case template(Template)
    case list([TemplateShape])
    case object([(key: String, shape: TemplateShape)])
    case broken(String)
  }

  private let members: [(key: String, shape: TemplateShape)]
  private let only: [Glob]
  /// As it was written: what stands in the history where it could not be filled.
  let written: Target

  /// Nil where nothing is templated. `partly`: takes the templated values alone, and that of `kept`.
  init?(_ target: Target, only: [Glob], partly: Bool, keeping kept: String? = nil) {
    guard target.values.members.contains(where: { $0.value.holdsTemplate }) else { return nil }
    let taken = partly ? target.values.members.filter { $0.key == kept || $0.value.holdsTemplate } : target.values.members
    members = taken.map { ($0.key, Self.compile($0.value)) }
    written = Target(JSON.Object(taken))
    self.only = only
  }

  /// The values for this event, or why they may not be used.
  func fill(_ event: Event) -> Result<Target, Refusal> {
    do throws(Refusal) {
      var values: [JSON.Object.Member] = []
      for (key, shape) in members { values.append(.init(key, try fill(shape, key, event))) }
      return .success(Target(JSON.Object(values)))
    } catch {
      return .failure(error)
    }
  }

  /// Why a delivery could not be planned, in one line.
  struct Refusal: Error {
    let note: String
  }

  private func fill(_ shape: TemplateShape, _ key: String, _ event: Event) throws(Refusal) -> JSON {
    switch shape {
    case .literal(let json): return json
    case .broken(let why): throw Refusal(note: "\(key): \(why)")
    case .list(let shapes):
      var values: [JSON] = []
      for shape in shapes { values.append(try fill(shape, key, event)) }
      return .array(values)
    case .object(let shapes):
      var values: [JSON.Object.Member] = []
      for (name, shape) in shapes { values.append(.init(name, try fill(shape, "\(key).\(name)", event))) }
      return .object(JSON.Object(values))
    case .template(let template):
      if let missing = template.missing(in: event) { throw Refusal(note: "\(key): the event has no \(missing)") }
      guard let value = template.whole(event) else {
        throw Refusal(note: "\(key): \(template.source) is longer than \(TemplateLimits.text >> 10) KiB for this event")
      }
      if value.isEmpty { throw Refusal(note: "\(key): \(template.source) is empty for this event") }
      if value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
        throw Refusal(note: "\(key): \(Match.show(value)) holds a control character")
      }
      let field = String(key.prefix { $0 != "." })
      guard only.contains(where: { $0.allows(value, in: field) }) else {
        throw Refusal(note: "\(key): \(Match.show(value)) is not in only: \(only.map(\.pattern).joined(separator: ", "))")
      }
      return .string(value)
    }
  }

  private static func compile(_ json: JSON) -> TemplateShape {
    guard json.holdsTemplate else { return .literal(json) }
    switch json {
    case .string(let text):
      do throws(TemplateError) {
        return .template(try Template(text))
      } catch {
        return .broken(error.description)
      }
    case .array(let elements): return .list(elements.map(compile))
    case .object(let object): return .object(object.members.map { ($0.key, compile($0.value)) })
    default: return .literal(json)
    }
  }
}
