import Testing
import TightlipCore
import TightlipRedaction

struct GeneralizationTests {
  @Test(arguments: [
    ("1961-04-02", "1961"), ("04/02/1961", "1961"), ("2 April 1961", "1961"),
    ("April 1961", "1961"), ("2 de abril de 1961", "1961"), ("6 de julio del 2019", "2019"),
    ("2026-11-22T14:03:00Z", "2026"), ("11/22/2026 at 1930", "2026"),
    ("19610402", "1961"), ("04021961", "1961"), ("02/1961", "1961"), ("202611221403", "2026"),
    ("4/2/61", "1961"), ("04.02.61", "1961"), ("61-04-02", "1961"), ("4/2/26", "2026"),
    ("4/2/36", "2036"), ("4/2/37", "1937"), ("2 Apr 61", "1961"), ("2-Apr-61", "1961"),
    ("April 2nd, 61", "1961"), ("April '61", "1961"), ("Nov ’98", "1998"), ("040261", "1961"),
    ("４/２/１９６１", "1961"), ("０４／０２／６１", "1961"), ("٠٢/٠٤/١٩٦١", "1961"),
    ("19\u{200B}61-04-02", "1961"), ("DOB:1961-04-02", "1961"),
  ]) func `a date becomes its year`(value: String, year: String) {
    #expect(replacement(of: value, .dateTime, .generalize) == year)
  }

  @Test(arguments: [
    "tomorrow", "April 2", "Nov 12-14", "Nov 12 and 14", "Nov 5 at 1930", "Nov 5 at 10", "10:30",
    "Nov 5, 10 am", "Nov 5 10 p.m.", "1930", "2019", "2019–2021", "01/02/1999 or 01/02/2000",
    "010203", "4/2", "l96l-04-O2", "99999999999999999999999", "13/32/61",
    "1 2 3 4 5 6 7 8 9 1961", "a las 10 el 5 nov", "",
    "a date so long that nobody could have written it in earnest, of 2 April 1961",
  ]) func `a date without a certain year becomes a tag`(value: String) {
    let expected = value.isEmpty ? "" : "[DATE]"
    #expect(replacement(of: value, .dateTime, .generalize) == expected)
  }

  @Test(arguments: [
    ("1961-04-02", "1961"), ("04/02/1937", "1937"), ("04/02/1936", "[BIRTH_DATE]"),
    ("04/02/1930", "[BIRTH_DATE]"), ("4/2/30", "[BIRTH_DATE]"), ("4/2/61", "1961"),
    ("4/2/26", "2026"), ("4/2/37", "1937"), ("4/2/2031", "[BIRTH_DATE]"),
  ]) func `a birth year that tells an age above 89 is withheld`(value: String, year: String) {
    #expect(replacement(of: value, .dateOfBirth, .generalize) == year)
  }

  @Test(arguments: [
    ("04/02/1950", "[BIRTH_DATE]"), ("04/02/1951", "1951"), ("4/2/50", "[BIRTH_DATE]"),
    ("4/2/51", "1951"), ("4/2/25", "2025"), ("4/2/26", "[BIRTH_DATE]"),
  ]) func `without a current year more birth years are withheld`(value: String, year: String) {
    let redactor = Redactor(keyedHash: nil)
    #expect(replacement(of: value, .dateOfBirth, .generalize, with: redactor) == year)
  }

  @Test(arguments: [
    ("80302", "803"), ("80302-1234", "803"), ("803021234", "803"), ("02139", "021"),
    ("８０３０２", "803"), ("CO 80302", "803"), ("8030", "[ZIP]"), ("803021", "[ZIP]"),
    ("8O302", "[ZIP]"), ("SW1A 1AA", "[ZIP]"),
  ]) func `a ZIP code becomes its first three digits`(value: String, prefix: String) {
    #expect(replacement(of: value, .zipCode, .generalize) == prefix)
  }

  @Test(arguments: [
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878",
    "879", "884", "890", "893",
  ]) func `a prefix with few people becomes 000`(prefix: String) {
    #expect(replacement(of: prefix + "01", .zipCode, .generalize) == "000")
    #expect(replacement(of: prefix + "99-0001", .zipCode, .generalize) == "000")
  }

  @Test func `seventeen prefixes become 000`() {
    let count = (1...999).count { number in
      let digits = String(number)
      let zip = String(repeating: "0", count: 3 - digits.count) + digits + "55"
      return replacement(of: zip, .zipCode, .generalize) == "000"
    }
    #expect(count == 17)
  }

  @Test(arguments: [
    ("92", "90+"), ("92 years old", "90+"), ("92-year-old", "90+"), ("92 y/o", "90+"),
    ("92yo", "90+"), ("92 años", "90+"), ("age 101", "90+"), ("in her 90s", "90+"),
    ("９２", "90+"), ("90", "90+"), ("89", "[AGE]"), ("45 years", "[AGE]"), ("92 months", "[AGE]"),
    ("92M", "[AGE]"), ("92 weeks", "[AGE]"), ("131", "[AGE]"), ("90-95", "[AGE]"),
    ("ninety-two", "[AGE]"), ("0092", "[AGE]"),
  ]) func `an age above 89 becomes 90+`(value: String, age: String) {
    #expect(replacement(of: value, .age, .generalize) == age)
  }

  @Test func `other types become a tag`() {
    for type in EntityType.allCases
    where ![.dateTime, .dateOfBirth, .zipCode, .age].contains(type) {
      #expect(
        replacement(of: "92 of 04/02/1961 80302", type, .generalize) == "[\(type.redactionLabel)]")
    }
  }
}
