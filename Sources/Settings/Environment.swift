import Glibc

/// The environment of this process.
public enum Environment {
  /// The value of a variable; nil when it is not set.
  public static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
