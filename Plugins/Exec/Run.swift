import Bellhop
import Glibc
import Subprocess
import SystemPackage

/// One run of a command: its input goes in, the end of its output is kept, and it has ended when this comes back.
struct Run: Sendable {
  let command: [String]
  let environment: [String: Secret]
  let folder: String?

  enum RunEnd: Sendable {
    case exited(Int, output: [UInt8])
    /// Ended by a signal.
    case killed(Int, output: [UInt8])
    case notStarted(String)
  }

  /// Bytes of its output that are kept, from its end.
  static let kept = 4_096

  /// What of Bellhop's own environment a command sees: never the secrets that Bellhop was given.
  static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"]

  /// A command that closes its input would end the process by a signal; what it starts has the signal back as it was.
  private static let ignoresBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

  /// - Parameter variables: Bellhop's environment.
  func end(input: [UInt8], variables: [String: String]) async -> RunEnd {
    _ = Self.ignoresBrokenPipes
    var platform = PlatformOptions()
    // A group of its own: what it started ends with it.
    platform.processGroupID = 0
    platform.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(1))]
    do {
      let result = try await Subprocess.run(
        Executable(command), arguments: Arguments(Array(command.dropFirst())), environment: .custom(values(variables)),
        workingDirectory: folder.map { FilePath($0) }, platformOptions: platform, input: .inputWriter, output: .sequence,
        error: .combinedWithOutput
      ) { execution in
        // A command that does not read its input is none the worse for it.
        async let written: Void = Self.write(input, to: execution.standardInputWriter)
        let output = try await Self.tail(of: execution.standardOutput)
        await written
        return output
      }
      let output = result.closureResult
      return switch result.terminationStatus {
      case .exited(let code): .exited(Int(code), output: output)
      case .signaled(let code): .killed(Int(code), output: output)
      }
    } catch let error as SubprocessError where error.code == .executableNotFound {
      return .notStarted("there is no program \(command.first ?? "")")
    } catch let error as SubprocessError where error.code == .failedToChangeWorkingDirectory {
      return .notStarted("its folder \(folder ?? "") cannot be entered")
    } catch {
      return .notStarted("it could not be run: \(error)")
    }
  }

  private func values(_ variables: [String: String]) -> [Environment.Key: String] {
    var values: [Environment.Key: String] = [:]
    for name in Self.inherited { if let value = variables[name], let key = Environment.Key(rawValue: name) { values[key] = value } }
    for (name, value) in environment { if let key = Environment.Key(rawValue: name) { values[key] = value.reveal() } }
    return values
  }

  private static func write(_ input: [UInt8], to writer: StandardInputWriter) async {
    _ = try? await writer.write(input)
    try? await writer.finish()
  }

  private static func tail(of output: SubprocessOutputSequence) async throws -> [UInt8] {
    var tail: [UInt8] = []
    for try await buffer in output {
      buffer.withUnsafeBytes { tail.append(contentsOf: $0.suffix(kept)) }
      if tail.count > 2 * kept { tail.removeFirst(tail.count - kept) }
    }
    return tail.suffix(kept)
  }
}

extension Executable {
  /// A path, or a name that PATH knows.
  fileprivate init(_ command: [String]) {
    let program = command.first ?? ""
    self = program.contains("/") ? .path(FilePath(program)) : .name(program)
  }
}
