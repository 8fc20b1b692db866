import ArgumentParser
import Gateway

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a starter configuration that runs as it is.", discussion: "A file that is already there stays as it is.")

  @OptionGroup var config: ConfigOption
  @Argument(help: "Where to write it. (default: where --config points)", completion: .file())
  var path: String?

  func run() throws {
    let path = path ?? config.path
    try FileAccess.create(path, Array(Gateway.example.utf8))
    try Terminal.say("Wrote \(path). Start it with: bellhop serve --config \(path)")
  }
}
