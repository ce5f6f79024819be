// SPDX-License-Identifier: Apache-2.0

import CTightlipICU
import Testing
import TightlipNormalization

struct FoldCase: CustomTestStringConvertible {
  let text: String
  let expected: String

  init(_ text: String, _ expected: String) {
    self.text = text
    self.expected = expected
  }

  var testDescription: String { "\(text) → \(expected)" }
}

struct FoldTests {
  @Test(arguments: [
    FoldCase("Hi DANA\tok\r\n", "hi dana\tok\r\n"),
    FoldCase("a\u{0}b\u{1B}c\u{7F}d\u{B}e", "a b c d e"),
    FoldCase("", ""),
  ])
  func `folds ASCII byte by byte`(_ example: FoldCase) throws {
    let text = try normalized(example.text)
    #expect(try text.foldedString == example.expected)
    #expect(text.isIdentity)
    #expect(text.starts.isEmpty && text.ends.isEmpty)
    #expect(text.upper.count == text.folded.count)
  }

  @Test(arguments: [
    FoldCase("José Muñoz Ibáñez", "jose munoz ibanez"),
    FoldCase("Nguyễn Thị Hồng Đào", "nguyen thi hong dao"),
    FoldCase("Jürgen Groß, Käthe Weißmüller", "jurgen gross, kathe weissmuller"),
    FoldCase("Łukasz Świętosławski, Żaneta Źdźbło", "lukasz swietoslawski, zaneta zdzblo"),
    FoldCase("Søren Ærøskøbing, Þór", "soren aeroskobing, þor"),
    FoldCase("Jose\u{301} Mun\u{303}oz", "jose munoz"),
    FoldCase("Dvořák İbrahim Işık", "dvorak ibrahim isik"),
  ])
  func `folds accented names to their ASCII letters without calling it evasion`(
    _ example: FoldCase
  ) throws {
    let text = try normalized(example.text)
    #expect(try text.foldedString == example.expected)
    #expect(text.evasion.lookalikes <= 1)
    #expect(text.evasion.invisibles + text.evasion.compatibilityForms == 0)
  }

  @Test(arguments: [
    FoldCase("it’s “quoted” ‟x„ «a» ‹b› ′ ″", "it's \"quoted\" \"x\" \"a\" 'b' ' \""),
    FoldCase("857–41—2936 ‐ ‑ ‒ ― − －﹣", "857-41-2936 - - - - - --"),
    FoldCase("a\u{A0}b\u{2009}c\u{3000}d\u{1680}e\u{202F}f", "a b c d e f"),
    FoldCase("a\u{2028}b\u{2029}c\u{85}d", "a\nb\nc\nd"),
    FoldCase("½ ² ﬁ …", "1/2 2 fi ..."),
  ])
  func `folds punctuation and spaces`(_ example: FoldCase) throws {
    #expect(try folded(example.text) == example.expected)
  }

  @Test(arguments: [
    FoldCase("ＤＯＢ：０１／０２", "dob:01/02"),
    FoldCase("𝐃𝓪𝕟𝖆 𝚂𝚂𝙽", "dana ssn"),
    FoldCase("①②③ ⑴⑵ ⒈⒉ ❶❷ ⓿ ⑩ ⓫", "123 12 12 12 0 10 11"),
    FoldCase("⒜⒝ ⓐⒷ 🄐 🄰 🅐 🅰", "ab ab a a a a"),
    FoldCase("🇩🇦🇳🇦", "dana"),
    FoldCase("ᴅᴀɴᴀ ꜱ ʙ", "dana s b"),
    FoldCase("D\u{200B}a\u{AD}n\u{2060}a\u{FE0F}\u{E0041}", "dana"),
    FoldCase("d\u{336}a\u{20DD}n\u{334}a\u{332}", "dana"),
    FoldCase("1\u{FE0F}\u{20E3}2", "12"),
    FoldCase("Ноmе", "home"),
    FoldCase("Н\u{336}о", "ho"),
    FoldCase("\u{202E}abc\u{202C}\u{2066}d\u{2069}", "abcd"),
    FoldCase("a\u{E000}b\u{2800}c\u{FFFC}d\u{FFFD}e", "a b c d e"),
    FoldCase("é\u{0}b\u{1B}\u{7F}\u{9B}\t\r\n\u{B}", "e b   \t\r\n "),
    FoldCase("ꓓꓮꓠꓮ ᎠᎪ", "dana da"),
    FoldCase("x²⁷ ₅", "x27 5"),
  ])
  func `undoes what evasion does`(_ example: FoldCase) throws {
    let text = try normalized(example.text)
    #expect(try text.foldedString == example.expected)
    #expect(text.evasion.total > 0)
  }

  @Test(arguments: ["日本語", "ไทย", "العربية", "שלם", "ქართული", "अरग"])
  func `keeps letters of other scripts`(_ text: String) throws {
    let result = try normalized(text)
    #expect(result.folded.contains { $0 >= 0x80 })
  }

  @Test func `text without look-alikes stays as it is`() throws {
    for text in ["日本語", "ქართული", "አማርኛ"] { #expect(try folded(text) == text) }
  }

  @Test func `a canonical decomposition folds as what it decomposes`() throws {
    for scalar in RandomText.scalars {
      let parts = try decomposedByICU(String(scalar))
      guard parts.unicodeScalars.count > 1 || parts.unicodeScalars.first != scalar else { continue }
      #expect(try folded(parts) == folded(String(scalar)), "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func `Hangul syllables and their letters fold alike`() throws {
    let letters = "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}\u{110B}\u{1165}"
    #expect(try folded("한국어") == folded(letters))
  }

  @Test func `every decimal digit folds to its ASCII digit`() throws {
    var count = 0
    for scalar in RandomText.scalars {
      let value = tightlip_icu_decimal_digit(scalar.value)
      guard value >= 0 else { continue }
      count += 1
      #expect(try folded("a\(scalar)b") == "a\(value)b", "\(scalar.properties.name ?? "")")
    }
    #expect(count >= 680)
  }

  @Test func `every default-ignorable code point vanishes`() throws {
    var count = 0
    for scalar in (0x80..<0x11_0000 as Range<UInt32>).compactMap(Unicode.Scalar.init)
    where tightlip_icu_has_property(
      scalar.value, TIGHTLIP_ICU_DEFAULT_IGNORABLE_CODE_POINT)
    {
      count += 1
      let text = try normalized("a\(scalar)b")
      #expect(text.folded == [0x61, 0x62], "U+\(String(scalar.value, radix: 16))")
      #expect(text.originalRange(0..<1) == 0..<1 + scalar.utf8.count)
      #expect(text.evasion.invisibles == 1)
    }
    #expect(count > 4000)
  }

  @Test func `every mark, dash and space folds as its property says`() throws {
    for scalar in RandomText.scalars where scalar.value >= 0x80 {
      let codePoint = scalar.value
      let category = tightlip_icu_general_category(codePoint)
      let expected: String
      switch category {
      case TIGHTLIP_ICU_NON_SPACING_MARK, TIGHTLIP_ICU_ENCLOSING_MARK: expected = ""
      case TIGHTLIP_ICU_DASH_PUNCTUATION: expected = "-"
      case TIGHTLIP_ICU_SPACE_SEPARATOR: expected = " "
      default: continue
      }
      #expect(try folded("a\(scalar)b") == "a\(expected)b", "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test func `every look-alike of an ASCII letter or digit folds to it`() throws {
    guard let rows = try SharedCases.rows("confusables_to_ascii_alnum.ndjson") else { return }
    #expect(rows.count > 1000)
    // One skeleton stands for several ASCII characters.
    let alike: [Set<String>] = [["l", "i", "1"], ["o", "0"]]
    for row in rows {
      let original = try row.string("from")
      let result = try folded(original)
      let caseFolded = try caseFoldedByICU(original)
      // ſ resembles f and is s: what it is comes first. ASCII is itself.
      let isASCII = caseFolded.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "~") ~= $0 }
      let expected = isASCII ? caseFolded : try row.string("to").lowercased()
      let value = original.unicodeScalars.first.map {
        tightlip_icu_decimal_digit($0.value)
      }
      let isDigit = value.map { $0 >= 0 && result == String($0) } ?? false
      #expect(
        result == expected || isDigit || alike.contains { $0.isSuperset(of: [result, expected]) },
        "\(original.unicodeScalars.map { String($0.value, radix: 16) }): \(result), not \(expected)"
      )
    }
  }

  @Test func `tells upper case also where it folds`() throws {
    #expect(try normalized("aB").upper == [0, 1])
    #expect(try normalized("éÉ𝐀Нǅ").upper == [0, 1, 1, 1, 1, 1])
  }

  @Test func `phones' own typography and emoji are no evasion`() throws {
    let text = try normalized("It’s 3 – 4 pm… “ok” ❤️ 👨‍👩‍👧 🇺🇸 Muñoz")
    #expect(text.evasion.total == 0)
  }
}
