import Bellhop

/// Reads `vendors`: pages of YAML that ops wrote, each a kind of its own. Their paths are relative to the configuration's folder.
enum VendorsSection {
  static func read(_ reader: Reader?) {
    guard let reader, let elements = reader.elements("the path of a page, or a list of them") else { return }
    for element in elements {
      guard let path = element.string("the path of a page, such as ./ours.yaml") else { continue }
      page(at: FilePlace.of(path, beside: reader.context.file), element)
    }
  }

  private static func page(at file: String, _ reader: Reader) {
    let context = reader.context
    let bytes: [UInt8]
    do throws(FileError) { bytes = try context.readFile(file) } catch {
      reader.mistake("the page \(Reader.shown(file)) cannot be read (\(error))", hint: "check its path: it is relative to this file")
      return
    }
    let page = context.vendor(bytes)
    for mistake in page.mistakes { context.tell(mistake, in: file) }
    guard var kind = page.kind else {
      // Its mistakes are told; that transports use it is none.
      context.brokenKinds.insert(page.name)
      return
    }
    kind.version = fingerprint(bytes)
    if context.kinds.contains(where: { $0.name == kind.name }) {
      reader.mistake("there is a kind \"\(kind.name)\" already", hint: "give the page another name")
    } else {
      context.add(kind)
    }
  }
}
