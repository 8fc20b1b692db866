import Glibc

/// The entry that `FUZZ_ENTRY` names, looked up once.
private let entry: Entry = {
  let name = getenv("FUZZ_ENTRY").map { String(cString: $0) } ?? ""
  guard let found = Entry.all.first(where: { $0.name == name }) else {
    complain("FUZZ_ENTRY must be one of \(Entry.all.map(\.name).joined(separator: ", "))")
    exit(2)
  }
  return found
}()

/// What libFuzzer calls with each input. https://llvm.org/docs/LibFuzzer.html#fuzz-target
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do { try entry.run(Array(UnsafeBufferPointer(start: start, count: count))) } catch {
    complain("\(entry.name): \(error)")
    abort()
  }
  return 0
}

private func complain(_ line: String) {
  let bytes = Array((line + "\n").utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}
