/// Something wrong or doubtful with settings, before it has a place in a file.
public struct SettingMistake: Sendable, Hashable {
  /// The keys that lead to it inside the transport or target: `["urls", "#a"]`; empty for the whole.
  public var path: [String]
  /// What is wrong, without its place and without a value that may be secret.
  public var text: String
  /// What to do about it.
  public var hint: String?
  /// Doubtful only: shown, but it does not stop anything.
  public var isWarning: Bool

  /// A mistake, unless told otherwise.
  public init(at path: [String] = [], _ text: String, hint: String? = nil, isWarning: Bool = false) {
    self.path = path
    self.text = text
    self.hint = hint
    self.isWarning = isWarning
  }
}
