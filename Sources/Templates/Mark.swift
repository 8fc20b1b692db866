import Bellhop

/// A ``Bellhop/Text/Node`` whose values are still open.
indirect enum Mark: Sendable, Hashable {
  case text([Piece])
  case bold([Mark])
  case italic([Mark])
  case code([Piece])
  case codeBlock([Piece])
  case link([Mark], url: [Piece])
  case line
  case list([[Mark]])
  case emoji(String)
}
