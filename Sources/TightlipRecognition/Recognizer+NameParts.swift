package import TightlipCore

extension Recognizer {
  /// How many words of one person's name a finding tells.
  ///
  /// One for "Dana", "Ms. Whitfield", "Ji-woo", "the Okonedo-Smythes" and "Aunt Lani"; two for "Dana
  /// Whitfield", "J. Alvarez" and "Dana-Whitfield". Two people named by a word each ("Lourdes and
  /// Fátima") are one word each: the most that is told of any of them counts. Where none of the text's words stands,
  /// since the name is written in dots and dashes or in characters that nobody sees, it counts as two.
  ///
  /// - Complexity: O(*n*) in the words of the finding.
  package func nameWords(
    of candidate: Candidate, _ text: Span<UInt8>, _ message: borrowing TokenizedText
  ) -> Int {
    let first = message.firstToken(endingAfter: Int(candidate.start))
    guard first < message.tokens.count, message.tokens[first].start < UInt32(candidate.end) else { return 2 }
    let end = min(message.firstToken(endingAfter: Int(candidate.end - 1)) + 1, message.tokens.count)
    var most = 0
    var words = 0
    var beginsWithInitial = false
    for index in first..<max(first, end) {
      let token = message.tokens[index]
      if words > 0, isJoiner(token, text, message) || index + 1 < end && joinsGivenNames(index, message) {
        most = max(most, words)
        words = 0
        beginsWithInitial = false
        continue
      }
      guard token.count >= 2 else {
        // "J. Alvarez" tells the surname, as a full name does; "Anna S." does not.
        if words == 0, !beginsWithInitial {
          beginsWithInitial = true
        }
        continue
      }
      if isAddress(token), words == 0 || index == end - 1 { continue }
      if words > 0, token.before == .hyphen, !isGivenWithSurname(message.tokens[index - 1], token) { continue }
      words += 1
      if beginsWithInitial, words == 1 { words = 2 }
    }
    return max(most, words)
  }

  /// A word between two people. "y" and "e" stand between names only in text with capitals, where an
  /// initial would have one.
  private func isJoiner(_ token: Token, _ text: Span<UInt8>, _ message: borrowing TokenizedText) -> Bool {
    guard token.kind == .word, token.shape == .lower, token.count <= 3 else { return false }
    let word = text.extracting(Int(token.start)..<Int(token.end))
    if Self.equals(word, "and") || Self.equals(word, "und") { return true }
    guard message.hasMeaningfulCase else { return false }
    return Self.equals(word, "y") || Self.equals(word, "e") || Self.equals(word, "et") || Self.equals(word, "n")
  }

  /// "jasmine n jayden": a letter between two given names, which no surname follows.
  private func joinsGivenNames(_ index: Int, _ message: borrowing TokenizedText) -> Bool {
    guard message.tokens[index].count == 1, message.tokens[index].shape == .lower else { return false }
    return isPlainGiven(message.tokens[index - 1]) && isPlainGiven(message.tokens[index + 1])
  }

  /// A usual given name that is a surname less often.
  private func isPlainGiven(_ token: Token) -> Bool {
    let word = info(token)
    return word.classes & TermClass.givenName.bit != 0 && word.weakClasses & TermClass.givenName.bit == 0
      && word.givenName > word.surname
  }

  /// A title or what a relative is called, and no usual given name.
  private func isAddress(_ token: Token) -> Bool {
    let word = info(token)
    let isStrongGiven =
      word.classes & TermClass.givenName.bit != 0 && word.weakClasses & TermClass.givenName.bit == 0
    return !isStrongGiven
      && word.classes & (TermClass.cueTitle.bit | TermClass.cueProviderTitle.bit | TermClass.cueRelation.bit) != 0
  }

  /// "Dana-Whitfield", where somebody wrote a given name and a surname as one; not "Kim-Ly" and
  /// "Okonedo-Smythe".
  private func isGivenWithSurname(_ left: Token, _ right: Token) -> Bool {
    let given = info(left)
    let surname = info(right)
    return given.givenName >= given.surname && given.givenName > 0 && right.count >= 4
      && surname.surname > surname.givenName
  }
}
