import Bellhop
import Mustache

/// A compiled source. Text and variables alone need no engine; everything else is swift-mustache's work.
struct Program: Sendable {
  enum Body: Sendable {
    /// Slot `n` is the value at `paths[n]`.
    case direct([Piece], paths: [[String]])
    case mustache(MustacheTemplate)
  }

  let body: Body

  /// `forceMustache` is for the test that holds both ways to one behaviour.
  init(_ tags: [Tag], forceMustache: Bool = false) throws(TemplateError) {
    let bare = Self.bareness(of: tags)
    if !forceMustache, let direct = Self.direct(tags, bare: bare) {
      body = direct
      return
    }
    var source = ""
    for (tag, bare) in zip(tags, bare) {
      switch tag {
      case .text(let text): source += text
      case .variable(let name, _): source += "\(bare ? Marker.openBare : Marker.open){{\(name.encoded)}}\(Marker.close)"
      case .open(let name, let inverted, _): source += "{{\(inverted ? "^" : "#")\(name.encoded)}}"
      case .close(let name): source += "{{/\(name.encoded)}}"
      case .comment: source += "{{! }}"
      }
    }
    // swift-mustache drops blanks that end a source on a line of their own; the mark keeps them.
    source.unicodeScalars.append(Marker.end)
    do {
      body = .mustache(try MustacheTemplate(string: source))
    } catch {
      throw TemplateError("the template cannot be read", hint: "look for an accent or joiner right behind a }}")
    }
  }

  private static func direct(_ tags: [Tag], bare: [Bool]) -> Body? {
    var pieces: [Piece] = []
    var paths: [[String]] = []
    for (tag, bare) in zip(tags, bare) {
      switch tag {
      case .text(let text): pieces.append(.text(text))
      case .variable(let name, _) where !name.isRelative:
        pieces.append(.slot(paths.count, bare: bare))
        paths.append(name.segments)
      default: return nil
      }
    }
    return .direct(pieces, paths: paths)
  }

  /// For each tag whether it stands outside the quotes of a JSON text.
  private static func bareness(of tags: [Tag]) -> [Bool] {
    var isInside = false
    return tags.map { tag in
      guard case .text(let text) = tag else { return !isInside }
      var isEscaped = false
      for byte in text.utf8 {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = isInside
        } else if byte == UInt8(ascii: "\"") {
          isInside.toggle()
        }
      }
      return !isInside
    }
  }

  /// Renders over `root` with swift-mustache; slot `n` is the value `n`, -1 a missing one.
  static func run(_ template: MustacheTemplate, _ root: Any, _ slots: Slots) -> [Piece] {
    var pieces: [Piece] = []
    var text = String.UnicodeScalarView()
    var number: Int?
    var isBare = false
    for scalar in template.render(root).unicodeScalars {
      switch scalar {
      case Marker.open, Marker.openBare:
        if !text.isEmpty { pieces.append(.text(String(text))) }
        text = String.UnicodeScalarView()
        isBare = scalar == Marker.openBare
        number = -1
      case Marker.close:
        pieces.append(.slot(number ?? -1, bare: isBare))
        number = nil
      case Marker.end: break
      default:
        if let so = number, let digit = Int(String(scalar)) {
          number = max(so, 0) * 10 + digit
        } else {
          text.append(scalar)
        }
      }
    }
    if !text.isEmpty { pieces.append(.text(String(text))) }
    return pieces
  }
}
