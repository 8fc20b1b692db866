/// Which Bellhop this is. https://semver.org
public enum Version {
  /// Three numbers.
  public static let current = "0.1.0"
}
