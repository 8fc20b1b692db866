import Senders

extension Gateway {
  /// A token for the sender or reader of that name, and the digest that stands for it in the configuration.
  public static func newToken(for name: String) -> (token: String, digest: String) {
    var luck = SystemRandomNumberGenerator()
    let token = Token.make(for: name, luck: &luck)
    return (token, Token.digest(of: token))
  }
}
