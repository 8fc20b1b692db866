import ArgumentParser
import Bellhop
import Gateway

struct TokenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Make tokens for senders and readers.", subcommands: [New.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a token, and the digest of it that goes into the configuration.",
      discussion: """
        The token is printed once and kept nowhere: give it to the sender or reader. Who reads the configuration finds only its digest.
        While rotating, let `secret:` be a list of the new digest and the old one, and reload.
        """)

    @OptionGroup var config: UnreadConfigOption
    @Argument(help: "The sender or reader that it is for; it becomes a part of the token.")
    var name: String

    func validate() throws {
      guard (1...64).contains(name.count) else { throw ValidationError("a name has 1 to 64 characters") }
    }

    func run() throws {
      let made = Gateway.newToken(for: name)
      try Terminal.say(
        """
        token   \(made.token)
        digest  \(made.digest)

        In the configuration:  \(Output.printable(name)): { secret: "\(made.digest)" }
        To try it:             curl -H 'Authorization: Bearer \(made.token)' …
        """)
    }
  }
}
