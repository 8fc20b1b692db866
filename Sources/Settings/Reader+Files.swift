import Bellhop

/// Where files are that a configuration names.
enum FilePlace {
  /// `./ours.yaml` beside `conf/bellhop.yaml` is `conf/ours.yaml`.
  static func of(_ path: String, beside file: String) -> String {
    if path.hasPrefix("/") { return path }
    let folder = file.lastIndex(of: "/").map { file[...$0] } ?? ""
    return "\(folder)\(path.hasPrefix("./") ? path.dropFirst(2) : path[...])"
  }
}

extension Reader {
  /// The path of a PEM file with certificates.
  func certificates() -> String? {
    guard let (path, bytes) = file("the path of a PEM file") else { return nil }
    if let bytes, !PEM.holds("CERTIFICATE", bytes) {
      mistake("\(Self.shown(path)) holds no certificate", hint: "it must be in PEM: -----BEGIN CERTIFICATE-----")
      return nil
    }
    return path
  }

  /// The path of a file and what it holds; nothing where only others may read it, and this is no place where it must be read.
  func file(_ what: String) -> (path: String, bytes: [UInt8]?)? {
    guard let text = text(what) else { return nil }
    let path = FilePlace.of(text.text, beside: context.file)
    do throws(FileError) { return (path, try context.readFile(path)) } catch {
      if error.isDenied, context.passesOver(path) { return (path, nil) }
      mistake("the file \(text.shown) cannot be read (\(error))", hint: "check its path and who may read it")
      return nil
    }
  }
}

/// Text around binary data. https://www.rfc-editor.org/rfc/rfc7468
enum PEM {
  /// Whether there is a block whose label ends so.
  static func holds(_ label: String, _ bytes: [UInt8]) -> Bool {
    bytes.split(separator: 0x0A).contains { line in
      let line = line.last == 0x0D ? line.dropLast() : line
      return line.starts(with: "-----BEGIN ".utf8) && line.reversed().starts(with: "\(label)-----".utf8.reversed())
    }
  }
}
