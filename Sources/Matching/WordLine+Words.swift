extension WordLine {
  /// The words of a text, with a space behind each.
  mutating func addWords(of text: String) {
    var text = text
    text.withUTF8 { addWords(of: $0) }
  }

  mutating func addWords(of text: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < text.count {
      index = addPlainWords(of: text, from: index)
      if index < text.count { index = addAnyWords(of: text, from: index) }
    }
  }

  /// Words of ASCII alone, which nearly all are. Answers where the first begins that is not; the end of the text where there is none.
  private mutating func addPlainWords(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    // A letter is a byte there and here, and behind each word but the last stands something that has no place here.
    makeRoom(text.count - start + 1)
    var (index, end) = (start, count)
    defer { count = end }
    return WordLetters.ascii.withUnsafeBufferPointer { letters in
      room.withUnsafeMutableBufferPointer { room in
        while true {
          while index < text.count, letters[Int(text[index])] == 0 { index &+= 1 }
          let (word, before) = (index, end)
          let limit = min(text.count, word + EventWords.maximumLength)
          while index < limit, case let letter = letters[Int(text[index])], letter > 0 {
            room[end] = UInt8(letter)
            end &+= 1
            index &+= 1
          }
          // Of a longer word no more counts.
          while index < text.count, letters[Int(text[index])] > 0 { index &+= 1 }
          if index < text.count, letters[Int(text[index])] < 0 {
            end = before
            return word
          }
          guard index > word else { return index }
          room[end] = EventWords.space
          end &+= 1
        }
      }
    }
  }

  /// Words of whatever there is, through the first of them behind which stands ASCII. Answers what comes then.
  private mutating func addAnyWords(of text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var word = OpenWord(start: count)
    var index = start
    while index < text.count {
      let byte = text[index]
      if byte < 0x80 {
        index += 1
        let letter = WordLetters.ascii[Int(byte)]
        if letter == 0 {
          word.end(&self)
          return index
        }
        word.add(UInt8(letter), to: &self)
      } else {
        // Valid UTF-8 tells in its first byte how many there are. What is kept in a store may have been damaged.
        let length = min(byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2, text.count - index)
        var scalar = UInt32(byte) & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
        for next in 1..<length { scalar = scalar << 6 | UInt32(text[index + next] & 0x3F) }
        index += length
        word.add(scalar, to: &self)
      }
    }
    word.end(&self)
    return index
  }
}

/// Where the word that is being written stands in its line.
private struct OpenWord {
  var start: Int
  /// It is as long as words get: what comes does not count.
  var isFull = false

  mutating func add(_ byte: UInt8, to line: inout WordLine) {
    guard !isFull, line.count - start < EventWords.maximumLength else {
      isFull = true
      return
    }
    line.put(byte)
  }

  mutating func add(_ scalar: UInt32, to line: inout WordLine) {
    switch WordLetters.part(scalar) {
    case .none: end(&line)
    case .dropped: break
    case .letter(let letter): put(letter, to: &line)
    case .alone(let letter): add(alone: letter, to: &line)
    case .several(let scalars):
      for scalar in scalars { if WordLetters.isAlone(scalar) { add(alone: scalar, to: &line) } else { put(scalar, to: &line) } }
    }
  }

  private mutating func add(alone scalar: UInt32, to line: inout WordLine) {
    end(&line)
    put(scalar, to: &line)
    end(&line)
  }

  private mutating func put(_ value: UInt32, to line: inout WordLine) {
    guard !isFull, let scalar = Unicode.Scalar(value) else { return }
    guard line.count - start + UTF8.width(scalar) <= EventWords.maximumLength else {
      isFull = true
      return
    }
    for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { line.put(byte) }
  }

  mutating func end(_ line: inout WordLine) {
    if line.count > start { line.put(EventWords.space) }
    start = line.count
    isFull = false
  }
}
