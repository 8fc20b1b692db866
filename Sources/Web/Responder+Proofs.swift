import Bellhop
import Logging
import Senders

/// What a request lacks that is refused for want of a proof.
enum ProofLack: Sendable {
  /// It brings nothing.
  case missing
  /// What it brings is a token, a key or a signature that is nobody's: it may be a guess.
  case wrong

  /// Who brings what was right once, or is signed rightly at another time, guesses nothing.
  init?(_ fault: ProofFault) {
    switch fault {
    case .missing: self = .missing
    case .wrong: self = .wrong
    case .stale, .expired: return nil
    }
  }
}

// Wrong tokens, keys and signatures: counted, slowed by address, and told to the log without any of them.
extension Responder {
  /// The refusal as it is told: where too much that is wrong came from an address, that it must wait.
  func weighed(_ problem: ProblemDocument, _ purpose: Purpose, from client: PeerAddress?) -> ProblemDocument {
    guard let lack = problem.lack, let client else { return problem }
    var wait: Duration?
    switch lack {
    case .wrong:
      let (told, entry) = state.noteWrongProof(from: client)
      wait = told
      acceptor.unproved(route: purpose.route, isSlowed: wait != nil)
      if let entry { tell(entry) }
    // Who is asked for a password must be asked, or he could prove nothing.
    case .missing: wait = problem.asksForPassword ? nil : state.wait(of: client)
    }
    guard let wait else { return problem }
    let seconds = max(1, Int((wait.microseconds + 999_999) / 1_000_000))
    var slowed = ProblemDocument(
      429, "too many wrong tokens, keys or signatures came from this address",
      "of this one: \(problem.title). A right one is taken at any time",
      retryAfter: seconds)
    slowed.audience = problem.audience
    return slowed
  }

  /// Tells the log what came within the last minute.
  func tellWrongProofs() {
    for entry in state.dueWrongProofs() { tell(entry) }
  }

  private func tell(_ entry: WrongProofLog.ProofTally) {
    logger.warning(
      "wrong tokens, keys or signatures",
      metadata: ["from": .string(entry.address?.description ?? "many more addresses"), "count": .string(String(entry.count))])
  }
}
