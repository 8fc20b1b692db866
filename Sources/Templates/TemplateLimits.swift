/// What templates may take up. Who writes them is trusted, who fills them is not: an event decides how often a section repeats and how
/// long a value is.
public enum TemplateLimits {
  /// Sections inside one another in one template. More is a mistake.
  public static let depth = 32
  /// Bytes of one rendered text: a title, a text, a field, an address. What is longer ends in "…".
  public static let text = 64 << 10
  /// Bytes of all texts that one row makes of one event.
  public static let rendering = 256 << 10
  /// Bytes of a request's body, or of one text in it.
  public static let body = 1 << 20
  /// Steps of one rendering: tags that are met, and keys that are looked at to find a value.
  static let steps = 1 << 20
  /// Mistakes that are told of one template.
  static let mistakes = 10
}
