import TightlipCore

/// What speaks for and against one word being (part of) a person's name.
struct NameWord {
  /// Usable in a name at all: a word of letters, not a number, not covered by something else.
  var isPossible = false
  /// 0…100, weight in the lists of given names and surnames.
  var given = 0
  var surname = 0
  /// In a list without a flag that asks for context.
  var isStrongGiven = false
  var isStrongSurname = false
  /// 0…100, how common the word is in everyday language.
  var commonness = 0
  /// Has a capital where capitals mean something.
  var isCapital = false
  /// Has a capital, but every word that begins a sentence has.
  var isCapitalByPosition = false
  /// A single letter, as in "J. Alvarez".
  var isInitial = false
  var isUnknown = false

  var isListed: Bool { given > 0 || surname > 0 }
  /// An everyday word that is no usual name: needs a capital or a title.
  var isEveryday: Bool { commonness >= 60 && !isStrongGiven && !isStrongSurname }
}

extension Recognizer {
  private static let neverName: UInt64 =
    TermClass.cueMonth.bit | TermClass.cueWeekday.bit | TermClass.cueCredential.bit
  private static let titles: UInt64 = TermClass.cueTitle.bit | TermClass.cueProviderTitle.bit

  /// Names of people.
  ///
  /// Lists alone do not decide: "will", "may", "rose" are names and everyday words. What decides is
  /// the cue before the word (title, greeting, introduction, relation, label), its capital where
  /// none is due, its neighbour (given name with surname), and how common it is otherwise.
  func recognizeNames(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, direction: Direction,
    candidates: inout [Candidate], scratch: inout RecognitionScratch
  ) {
    describeNames(text, message, &scratch)
    var index = 0
    while index < message.tokens.count {
      guard scratch.names[index].isPossible else {
        index += 1
        continue
      }
      index = recognizeName(at: index, text, message, &candidates, scratch)
    }
  }

  private func describeNames(
    _ text: Span<UInt8>, _ message: borrowing TokenizedText, _ scratch: inout RecognitionScratch
  ) {
    scratch.names.removeAll(keepingCapacity: true)
    let caseCounts = message.hasMeaningfulCase
    for (index, token) in message.tokens.enumerated() {
      var name = NameWord()
      let facts = scratch.facts[index]
      let word = info(token)
      if token.kind == .word, !facts.isCovered, !facts.isHealth || word.classes & TermClass.givenName.bit != 0 {
        name.isInitial = token.count == 1
        let isMonthOrDay = facts.classes & Self.neverName != 0
        name.isPossible = !isMonthOrDay || (word.classes & TermClass.givenName.bit != 0 && token.shape == .capitalized)
        name.given = Int(word.givenName)
        name.surname = Int(word.surname)
        name.isStrongGiven =
          word.classes & TermClass.givenName.bit != 0 && word.weakClasses & TermClass.givenName.bit == 0
        name.isStrongSurname =
          word.classes & TermClass.surname.bit != 0 && word.weakClasses & TermClass.surname.bit == 0
        name.commonness = Int(word.commonness)
        name.isUnknown = token.word < 0 || word.classes & ~TermClass.patternContext.bit == 0
        let hasCapital = token.shape == .capitalized || token.shape == .mixedCase
        name.isCapital = caseCounts && hasCapital && !token.beginsSentence
        name.isCapitalByPosition = caseCounts && hasCapital && token.beginsSentence
        if facts.isHealth { name.isPossible = name.isCapital && name.isStrongGiven }
      }
      scratch.names.append(name)
    }
  }

  /// Tries a name that begins at `first`; returns the index to go on from.
  private func recognizeName(
    at first: Int, _ text: Span<UInt8>, _ message: borrowing TokenizedText,
    _ candidates: inout [Candidate], _ scratch: RecognitionScratch
  ) -> Int {
    let names = scratch.names
    let facts = scratch.facts
    let token = message.tokens[first]
    let name = names[first]

    // A title: whatever follows is a name, unless it is a little word ("doctor said").
    if first > 0, joins(token, allowingStop: isAbbreviated(message.tokens[first - 1], text)),
      facts[first - 1].ending & Self.titles != 0,
      let end = nameEnd(from: first, afterTitle: true, message, scratch),
      name.isCapital || name.isCapitalByPosition || name.isListed && !name.isEveryday
        || name.isUnknown && name.commonness == 0
    {
      // "Ms" is also multiple sclerosis, "doc" also a document; a capital or a listed name decides.
      let isSure = name.isCapital || name.isStrongGiven || name.isStrongSurname
      return accept(
        first..<end, .nameTitle, isSure ? 970 : 800, .title, cue: first - 1, message, &candidates)
    }

    // A label: "patient name: …", "attn: …".
    if first > 0, token.before.contains(.colon), facts[first - 1].ending & TermClass.cueNameLabel.bit != 0,
      let end = nameEnd(from: first, afterTitle: true, message, scratch), !name.isEveryday || name.isCapital
    {
      if let last = lastFirst(first, message, scratch) {
        return accept(first..<last, .nameLastFirst, 960, .label, cue: first - 1, message, &candidates)
      }
      return accept(first..<end, .nameLabel, 940, .label, cue: first - 1, message, &candidates)
    }

    if let last = lastFirst(first, message, scratch) {
      return accept(first..<last, .nameLastFirst, 850, evidence(name), cue: -1, message, &candidates)
    }

    // A full name: given name and surname side by side.
    if let (end, score) = fullName(first, message, scratch) {
      return accept(first..<end, .nameFull, score, evidence(name).union(.neighbour), cue: -1, message, &candidates)
    }

    // "J. Alvarez", "Anna S.", "J.T."
    if let (end, score) = initials(first, text, message, scratch) {
      return accept(first..<end, .nameInitial, score, evidence(name), cue: -1, message, &candidates)
    }

    return singleName(first, text, message, &candidates, scratch)
  }

  private func singleName(
    _ first: Int, _ text: Span<UInt8>, _ message: borrowing TokenizedText,
    _ candidates: inout [Candidate], _ scratch: RecognitionScratch
  ) -> Int {
    let name = scratch.names[first]
    let facts = scratch.facts
    let token = message.tokens[first]
    guard !name.isInitial, token.count >= 2 else { return first + 1 }
    let isNotName = facts[first].classes & TermClass.cueNotName.bit != 0

    // A greeting: "Hi Dana", "good morning mr …", but not "hi there", "hello everyone".
    if first > 0, !isNotName, !token.before.contains(.stop), !token.before.contains(.newline),
      facts[first - 1].ending & TermClass.cueGreeting.bit != 0
    {
      let follows = first + 1 < message.tokens.count ? message.tokens[first + 1] : nil
      let isSetOff = follows == nil || follows!.before.contains(.comma) || follows!.beginsSentence
        || follows!.before.contains(.other) || follows!.before.contains(.hyphen)
      let isGood =
        name.isCapital || name.isCapitalByPosition || name.isStrongGiven
        || (name.given > 0 && !name.isEveryday) || (name.isUnknown && isSetOff)
        || (name.surname > 0 && isSetOff && !name.isEveryday) || (name.given > 0 && isSetOff)
      if isGood, !(name.isEveryday && !name.isListed) {
        let isSure = name.isStrongGiven || name.isCapital && name.isListed || isSetOff && name.isListed
        let end = nameEnd(from: first, afterTitle: false, message, scratch) ?? first + 1
        return accept(
          first..<end, .nameGreeting, isSure ? 950 : 780, evidence(name).union(.greeting), cue: first - 1,
          message, &candidates)
      }
    }

    guard !isNotName || name.isCapital && name.isListed else { return first + 1 }

    // An introduction: "this is Dana", "me llamo …".
    if first > 0, token.before == .space || token.before == .colon || token.before == .colon | .space,
      facts[first - 1].ending & TermClass.cueIntroduction.bit != 0,
      name.isStrongGiven || name.isCapital && (name.isListed || name.isUnknown)
        || name.given >= 30 && !name.isEveryday
    {
      let end = nameEnd(from: first, afterTitle: false, message, scratch) ?? first + 1
      let isSure = name.isStrongGiven && name.isCapital
      return accept(
        first..<end, .nameIntroduction, isSure ? 960 : 760, evidence(name).union(.introduction),
        cue: first - 1, message, &candidates)
    }

    // A relation: "my son Mateo", "your daughter nevaeh".
    if first > 0, token.before == .space || token.before == .comma | .space,
      facts[first - 1].ending & TermClass.cueRelation.bit != 0,
      name.isStrongGiven || name.isCapital && (name.isListed || name.isUnknown)
        || (name.given > 0 || name.isUnknown) && !name.isEveryday && token.before == .space
    {
      let end = nameEnd(from: first, afterTitle: false, message, scratch) ?? first + 1
      return accept(
        first..<end, .nameRelation, name.isCapital || name.isStrongGiven ? 940 : 700,
        evidence(name).union(.relation), cue: first - 1, message, &candidates)
    }

    // A name set apart at the end or the start: "… thanks, Maria", "Dana, your ride is here".
    let isLast = first == message.tokens.count - 1
    if isLast, first > 0, name.given > 0, !name.isEveryday || name.isCapital,
      token.before.contains(.hyphen) || token.before.contains(.newline)
        || token.before.contains(.comma) && facts[first - 1].ending & TermClass.cueClosing.bit != 0
        || facts[first - 1].ending & TermClass.cueClosing.bit != 0 && name.isStrongGiven
    {
      return accept(
        first..<(first + 1), .nameSignature, name.isStrongGiven ? 900 : 720, evidence(name), cue: first - 1,
        message, &candidates)
    }
    let next = first + 1 < message.tokens.count ? message.tokens[first + 1] : nil
    if token.beginsSentence, let next, next.before.contains(.comma) || next.before.contains(.colon),
      name.isStrongGiven || name.given >= 20 && name.isCapitalByPosition && !name.isEveryday
    {
      return accept(
        first..<(first + 1), .nameGreeting, name.isStrongGiven ? 880 : 700, evidence(name), cue: -1,
        message, &candidates)
    }

    // On its own: listed, with a capital where none is due, or a name that is little else.
    var score = 0
    if name.isStrongGiven {
      score = name.isCapital ? 860 : name.isCapitalByPosition ? 700 : 560
    } else if name.isStrongSurname {
      score = name.isCapital ? 720 : name.isCapitalByPosition ? 420 : 300
    } else if name.given > 0, name.isCapital {
      score = name.commonness == 0 ? 640 : 430
    } else if name.surname > 0, name.isCapital {
      score = name.commonness == 0 ? 560 : 330
    } else if name.isUnknown, name.isCapital {
      score = 300
    }
    // "from January to June": a month, unless more speaks for the name than a word before it.
    if facts[first].classes & TermClass.cueMonth.bit != 0 { score = min(score, 450) }
    guard score > 0 else { return first + 1 }
    var evidence = evidence(name)
    var cueToken = -1
    if first > 0, token.before == .space, facts[first - 1].ending & TermClass.cueBeforeName.bit != 0,
      facts[first].classes & TermClass.cueMonth.bit == 0
    {
      score += name.isCapital ? 160 : 60
      evidence.insert(.cue)
      cueToken = first - 1
    }
    if let next, next.before == .space, facts[first + 1].beginning & TermClass.cueAfterName.bit != 0 {
      score += name.isListed ? 90 : 60
      evidence.insert(.cue)
    }
    if token.isPossessive, name.isListed { score += 60 }
    guard score >= 500 else { return first + 1 }
    return accept(
      first..<(first + 1), cueToken >= 0 ? .nameCue : .nameListed, min(score, 930), evidence, cue: cueToken,
      message, &candidates)
  }

  /// Given name and surname, also with middle names and particles ("de la Cruz", "van der Berg").
  private func fullName(
    _ first: Int, _ message: borrowing TokenizedText, _ scratch: RecognitionScratch
  ) -> (Int, Int)? {
    let names = scratch.names
    guard first + 1 < names.count, !names[first].isInitial else { return nil }
    let name = names[first]
    // "Giles's Vespa": what is somebody's is not called so.
    if message.tokens[first].isPossessive { return nil }
    // An acronym of two letters or a little word never opens a name.
    guard message.tokens[first].count >= 2 else { return nil }
    guard name.given > 0 || (name.isCapital || name.isCapitalByPosition) && name.isUnknown || name.isStrongSurname
    else { return nil }
    guard scratch.facts[first].classes & TermClass.cueNotName.bit == 0
      || name.given > 0 && name.isCapital && names[first + 1].isCapital
    else { return nil }
    var end = first + 1
    var surnameIndex = -1
    var steps = 0
    while end < names.count, steps < 4 {
      let next = names[end]
      let token = message.tokens[end]
      guard joinsName(token, previousIsInitial: names[end - 1].isInitial), next.isPossible else { break }
      if next.isInitial, end + 1 < names.count, names[end + 1].isPossible,
        joinsName(message.tokens[end + 1], previousIsInitial: true)
      {
        end += 1
        steps += 1
        continue
      }
      let isPart = isNamePart(end, message, scratch)
      if isPart {
        surnameIndex = end
        end += 1
        steps += 1
        continue
      }
      // A particle joins only with a name behind it.
      if isParticle(token, info(token)), end + 1 < names.count, names[end + 1].isPossible,
        joinsName(message.tokens[end + 1], previousIsInitial: false),
        names[end + 1].surname > 0 || names[end + 1].isCapital
      {
        end += 1
        steps += 1
        continue
      }
      break
    }
    guard surnameIndex > first else { return nil }
    end = surnameIndex + 1
    let last = names[surnameIndex]
    let caps = (name.isCapital || name.isCapitalByPosition) && last.isCapital
    var score: Int
    if name.isStrongGiven, last.surname > 0 || last.isUnknown {
      score = caps ? 970 : last.isStrongSurname ? 880 : last.surname > 0 && !last.isEveryday ? 760 : caps ? 900 : 560
    } else if name.given > 0 {
      score =
        caps ? (last.surname > 0 || last.isUnknown ? 900 : 640)
        : last.isStrongSurname && !name.isEveryday ? 740 : 400
    } else if name.isUnknown, caps {
      score = last.isStrongSurname ? 820 : last.surname > 0 ? 640 : 380
    } else if name.isStrongSurname, caps {
      score = last.given > 0 || last.isStrongSurname || last.isUnknown ? 800 : 480
    } else {
      score = 0
    }
    // At the start of a sentence the first capital says little, and in "Happy Hols" neither does.
    if name.isEveryday, name.isCapitalByPosition || !last.isStrongSurname { score -= 250 }
    guard score >= 500 else { return nil }
    return (end, score)
  }

  private func isNamePart(
    _ index: Int, _ message: borrowing TokenizedText, _ scratch: RecognitionScratch
  ) -> Bool {
    let name = scratch.names[index]
    guard !name.isInitial, message.tokens[index].count >= 2 else { return false }
    let isCue = scratch.facts[index].classes & (TermClass.cueNotName.bit | TermClass.cueAfterName.bit) != 0
    if name.isCapital {
      // "Dana Called": a capital alone does not make a verb a surname.
      if isCue { return name.surname >= 30 && name.commonness < 90 }
      if scratch.facts[index].beginning & TermClass.facilityWord.bit != 0 { return false }
      return name.isListed || name.isUnknown || name.commonness < 60
    }
    if isCue { return false }
    return name.isStrongSurname && message.tokens[index].shape != .capitalized
      || (name.surname > 0 || name.given > 0) && name.commonness == 0
      || name.isUnknown && message.capitalizedWords == 0 && message.tokens[index].word < 0
        && scratch.names[index - 1].isStrongGiven
  }

  /// "Whitfield, Dana".
  private func lastFirst(
    _ first: Int, _ message: borrowing TokenizedText, _ scratch: RecognitionScratch
  ) -> Int? {
    let names = scratch.names
    guard first + 1 < names.count, names[first + 1].isPossible, message.tokens[first + 1].count >= 2 else { return nil }
    let name = names[first]
    let next = names[first + 1]
    let token = message.tokens[first]
    guard message.tokens[first + 1].before == .comma | .space || message.tokens[first + 1].before == .comma
    else { return nil }
    let upper = token.shape == .upper && message.tokens[first + 1].shape != .lower
    guard name.surname > 0 || name.isUnknown, next.isStrongGiven,
      (name.isCapital || name.isCapitalByPosition || upper), next.isCapital || upper
    else { return nil }
    // "Thanks, Maria", "Austin, Jordan and I": a list of given names or a closing is no such form.
    guard scratch.facts[first].classes & (TermClass.cueNotName.bit | TermClass.cueClosing.bit) == 0,
      !name.isStrongGiven || name.surname > name.given, !name.isEveryday
    else { return nil }
    return first + 2
  }

  /// Names with initials.
  private func initials(
    _ first: Int, _ text: Span<UInt8>, _ message: borrowing TokenizedText, _ scratch: RecognitionScratch
  ) -> (Int, Int)? {
    let names = scratch.names
    let name = names[first]
    guard first + 1 < names.count, names[first + 1].isPossible else { return nil }
    let next = message.tokens[first + 1]
    let isUpperInitial = message.tokens[first].shape == .capitalized || message.tokens[first].shape == .upper
    if name.isInitial, isUpperInitial {
      // "J. Alvarez" and "J Alvarez"
      let following = names[first + 1]
      if !following.isInitial, next.before.isSubset(of: .stop | .space), !next.before.isEmpty,
        next.shape == .capitalized,
        following.surname > 0 || following.isUnknown && following.commonness == 0,
        scratch.facts[first + 1].classes & TermClass.cueNotName.bit == 0,
        // "Quiz Wkly Q! Win", "O. Well, that's it": another stop, or a word that begins its sentence.
        next.before == .space || text[Int(message.tokens[first].end)] == UInt8(ascii: ".") && following.commonness < 90
      {
        let pointed = next.before.contains(.stop)
        return (first + 2, pointed ? (following.isStrongSurname ? 900 : 760) : (following.isStrongSurname ? 700 : 420))
      }
      // "J.T." — two initials with points and nothing else.
      if following.isInitial, next.before == .stop, next.shape != .lower,
        Int(next.end) < text.count, text[Int(next.end)] == UInt8(ascii: ".")
      {
        if first + 2 < names.count, message.tokens[first + 2].before == .stop | .space,
          names[first + 2].isPossible, names[first + 2].surname > 0,
          message.tokens[first + 2].shape == .capitalized
        {
          return (first + 3, 900)
        }
        return (first + 2, 520)
      }
      return nil
    }
    // "Anna S."
    if names[first + 1].isInitial, next.before == .space, next.shape != .lower,
      name.given > 0, name.isCapital || name.isCapitalByPosition
    {
      let pointed = Int(next.end) < text.count && text[Int(next.end)] == UInt8(ascii: ".")
      guard pointed || name.isStrongGiven else { return nil }
      // "Will S. be there" against "Jack B.": a capital where none is due speaks for the name.
      if name.isEveryday { return pointed && name.isCapital ? (first + 2, 780) : nil }
      return (first + 2, pointed ? 880 : 620)
    }
    return nil
  }

  /// Where a name that begins at `first` ends: given names, surnames, initials and particles.
  private func nameEnd(
    from first: Int, afterTitle: Bool, _ message: borrowing TokenizedText, _ scratch: RecognitionScratch
  ) -> Int? {
    let names = scratch.names
    guard names[first].isPossible, !names[first].isInitial || afterTitle else { return nil }
    if scratch.facts[first].classes & TermClass.cueNotName.bit != 0, !names[first].isCapital { return nil }
    var end = first + 1
    var last = first + 1
    while end < names.count, end - first < 4, joinsName(message.tokens[end], previousIsInitial: names[end - 1].isInitial),
      names[end].isPossible
    {
      if names[end].isInitial || isParticle(message.tokens[end], info(message.tokens[end])) {
        end += 1
        if names[end - 1].isInitial, message.tokens[end - 1].shape != .lower { last = end }
        continue
      }
      guard isNamePart(end, message, scratch) else { break }
      end += 1
      last = end
    }
    return last
  }

  /// "mr.", where the stop belongs to the title and ends no sentence ("ask my uncle. Then").
  private func isAbbreviated(_ title: Token, _ text: Span<UInt8>) -> Bool {
    title.count <= 4 && Int(title.end) < text.count && text[Int(title.end)] == UInt8(ascii: ".")
  }

  private func joins(_ token: Token, allowingStop: Bool) -> Bool {
    token.before == .space || allowingStop && token.before.isSubset(of: .stop | .space) && !token.before.isEmpty
  }

  private func joinsName(_ token: Token, previousIsInitial: Bool) -> Bool {
    token.before == .space || token.before == .hyphen
      || previousIsInitial && token.before.isSubset(of: .stop | .space) && !token.before.isEmpty
      // O'Brien is one word; "D' Angelo" is not worth a rule.
  }

  /// de, la, del, van, von, der, den, bin, al, st: joins names, never stands alone.
  private func isParticle(_ token: Token, _ word: WordInfo) -> Bool {
    token.count <= 3 && token.kind == .word && word.surname == 0 && token.shape != .upper
      && word.classes & TermClass.cueNotName.bit == 0
  }

  private func evidence(_ name: NameWord) -> Evidence {
    var evidence = Evidence.none
    if name.given > 0 { evidence.insert(.givenName) }
    if name.surname > 0 { evidence.insert(.surname) }
    if name.isCapital { evidence.insert(.capital) }
    if name.isUnknown { evidence.insert(.unknownWord) }
    if name.isEveryday { evidence.insert(.commonWord) }
    return evidence
  }

  private func accept(
    _ tokens: Range<Int>, _ rule: BuiltInRule, _ score: Int, _ evidence: Evidence, cue: Int,
    _ message: borrowing TokenizedText, _ candidates: inout [Candidate]
  ) -> Int {
    candidates.append(
      Candidate(
        entity: .person, start: Int(message.tokens[tokens.lowerBound].start),
        end: Int(message.tokens[tokens.upperBound - 1].end), score: Score(thousandths: score), rule: id(rule),
        evidence: evidence, cueToken: cue))
    return tokens.upperBound
  }
}
