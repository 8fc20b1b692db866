import Bellhop
import Senders
import YAML

/// Secrets that are not what they seem. No sentence here shows one.
enum SecretWords {
  /// What can be no secret at all.
  /// - Parameter written: without quotes in the file.
  static func mistake(_ text: Reader.ResolvedText, written isPlain: Bool) -> Doubt? {
    if text.text.allSatisfy(\.isWhitespace) { return Doubt("the secret is blank", "check where it comes from") }
    let words = ["yes", "no", "on", "off", "true", "false", "none", "nothing"]
    guard isPlain, !text.isExpanded, words.contains(text.text.lowercased()) else { return nil }
    return Doubt("the secret is the word `\(text.text)`", "write ${NAME} or ${file:/path}, or remove the key")
  }

  /// What is taken as it is and was hardly meant so.
  static func doubt(_ text: Reader.ResolvedText) -> Doubt? {
    let value = text.text
    let isQuoted = value.count > 1 && value.first == value.last && value.first.map { "\"'`".contains($0) } == true
    if isQuoted { return Doubt("it has quotes around it", "remove them where it comes from") }
    if value.first?.isWhitespace == true || value.last?.isWhitespace == true {
      return Doubt("it has a blank at its \(value.first?.isWhitespace == true ? "start" : "end")", "remove it where it comes from")
    }
    if value.unicodeScalars.contains(where: Lookalike.isUnseen) { return Doubt("it holds a character that nobody sees", "type it anew") }
    if text.isExpanded { return nil }
    return reference(value)
  }

  /// Ways in which other programs name a secret that is kept elsewhere.
  private static func reference(_ value: String) -> Doubt? {
    let name = value.hasPrefix("$") ? value.dropFirst() : ""
    let isName =
      name.first.map { $0.isLetter || $0 == "_" } == true && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    if isName || ["$(", "${", "%{", "{{", "<%"].contains(where: value.contains) || value.hasPrefix("%") && value.hasSuffix("%") {
      return Doubt("it is taken as it is written here", "write ${NAME} for a variable of the environment")
    }
    if value.hasPrefix("<"), value.hasSuffix(">") { return Doubt("it looks like a place to fill in", "write ${NAME} or ${file:/path}") }
    if ["env:", "env.", "vault:", "op://", "arn:", "ENV["].contains(where: value.hasPrefix) {
      return Doubt("it is taken as it is written here", "write ${NAME} or ${file:/path}")
    }
    if value.hasPrefix("file:") || value.hasPrefix("/") && value.dropFirst().contains("/") && !value.contains(" ") {
      return Doubt("it looks like the path of a file and is taken as it is", "write ${file:/path} for what stands in a file")
    }
    return nil
  }

  /// Of who posts, reads or calls in from elsewhere.
  static let shortest = 12
  /// Below this it is doubted.
  static let wanted = 16

  /// A secret that opens a door: too short is a mistake where others can knock.
  static func tell(_ secret: Secret, _ reader: Reader, isOpen: Bool) {
    // Of a digest nobody can tell how long its token is, and a broken one is told elsewhere.
    if Token.isDigest(secret.reveal()) { return }
    let length = secret.reveal().count
    let hint = "make a long one: openssl rand -hex 16"
    if isOpen, length < shortest {
      reader.mistake("the secret is shorter than \(shortest) characters: it can be guessed", hint: hint)
    } else if length < wanted {
      reader.warning("the secret is shorter than \(wanted) characters: it may be guessed", hint: hint)
    }
  }

  /// `!secret x`, `!env X`: tags of other programs.
  static func hint(for flaw: Flaw) -> String? {
    let known = ["secret", "env", "env_var", "ENV", "vault", "file", "include", "var", "ref", "sops"]
    guard known.contains(where: { flaw.problem.hasPrefix("the tag !\($0) is not known") }) else { return nil }
    return "write ${NAME} for a variable of the environment, or ${file:/path} for what stands in a file"
  }
}
