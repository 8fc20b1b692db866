import Foundation
import Testing

/// What `make fuzz` searches with luck, over what stands in the corpus: the same entries, and the same mutations each time.
@Suite struct CorpusRunTests {
  static let corpus = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Corpus").standardized

  static func files(_ entry: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = corpus.appending(path: entry)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
      ($0, try [UInt8](Data(contentsOf: folder.appending(path: $0))))
    }
  }

  @Test func everyEntryHasACorpus() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
    #expect(Set(folders) == Set(Entry.all.map(\.name)))
    for folder in folders { #expect(try !Self.files(folder).isEmpty, "\(folder)") }
  }

  /// A file that the entry cannot even read says nothing of what it holds.
  @Test(arguments: Entry.all.map(\.name)) func whateverComesIsRead(name: String) throws {
    let entry = try #require(Entry.all.first { $0.name == name })
    let files = try Self.files(name)
    var mutator = Mutator(seed: 20_261_126, words: files.map(\.bytes))
    for (file, bytes) in files {
      #expect(throws: Never.self, "\(file)") { try entry.run(bytes) }
      for round in 0..<300 {
        let changed = mutator.change(bytes)
        do { try entry.run(changed) } catch {
          Issue.record("\(file), round \(round): \(error)\n\(Data(changed).base64EncodedString())")
          return
        }
      }
    }
  }

  /// A search that cannot find anything would be quiet for ever.
  @Test func whatDoesNotHoldIsTold() throws {
    let picky = Entry(name: "picky") { try demand(!$0.contains(0xFF), "a byte of all ones") }
    var mutator = Mutator(seed: 1, words: [Array("abc".utf8)])
    #expect((0..<2_000).contains { _ in (try? picky.run(mutator.change(Array("abc".utf8)))) == nil })
  }
}
