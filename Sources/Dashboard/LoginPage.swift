/// The page that asks for a reader's token.
public struct LoginPage: Sendable {
  private let next: String?
  private let flaw: FormFlaw?
  private let hasReaders: Bool
  private let hasProxy: Bool

  /// - Parameters:
  ///   - next: the path that was asked for.
  ///   - flaw: why the last token was not taken.
  ///   - hasReaders: somebody could log in here.
  ///   - hasProxy: a proxy logs people in.
  public init(next: String?, flaw: FormFlaw? = nil, hasReaders: Bool, hasProxy: Bool = false) {
    self.next = next
    self.flaw = flaw
    self.hasReaders = hasReaders
    self.hasProxy = hasProxy
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let proxy: SafeHTML =
      hasProxy
      ? "<p>People are logged in by a proxy before the gateway: come through its address, and you are known by your name.</p>" : .none
    guard hasReaders else { return "\(SafeHTML.flaw(flaw, besides: []))\(hasProxy ? proxy : Self.howTo)" }
    let token = SafeHTML.field(
      "Your token", "token", type: "password", flaw: flaw, more: " required autofocus autocomplete=\"current-password\" maxlength=\"4096\"")
    return """
      \(SafeHTML.flaw(flaw, besides: ["token"]))<form method="post" action="/login">\(SafeHTML.hidden("next", next))\(token)\
      <p><button>Log in</button></p></form>
      <p>Those who run the gateway give tokens to readers. You stay logged in on this browser for 30 days at most, or until your token ends.</p>\(proxy)
      """
  }

  private static let howTo: SafeHTML = """
    <p>No readers are configured, so nobody can log in. Until there are some, only callers on the gateway's own machine read here, and only where
    nobody else is expected; nobody changes anything here.</p>
    <ol><li><code>bellhop token new ann</code> prints a token and its digest.</li>
    <li>Write the digest into the configuration: <pre>readers:
      ann: { secret: "sha256:…", role: operator }</pre></li>
    <li><code>bellhop reload</code>, and log in here with the token.</li></ol>
    <p><code>docs/readers.md</code> tells the rest: viewers and operators, readers of some roles, and logging in through a proxy.</p>
    """
}
