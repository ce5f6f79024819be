internal import Foundation

/// Tells dates that are annotated in our corpus from those that are not.
///
/// A DATE_TIME of ours holds a weekday, a clock time or a day number; "tomorrow", "March", "2019",
/// "in 2 days" and holidays are none (Corpus/README.md). Corpora of others label those too; a label
/// map with `calendar-dates: true` leaves them unjudged.
package struct CalendarDate {
  private let weekday = CalendarDate.expression(
    #"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b|\b(?:lunes|martes|mi[eé]rcoles|jueves|viernes|"#
      + #"s[aá]bado|domingo)\b|\bnoon\b|\bmidnight\b|o'?clock\b"#)
  private let duration = CalendarDate.expression(
    #"\b(?:in|for|last|past|next|within|every|ago|after)?\s*\d+\s*(?:more\s+)?"#
      + #"(?:s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|days?|weeks?|months?|years?|decades?|quarters?)\b"#)
  private let year = CalendarDate.expression(#"(?<![\d/.-])(?:1[5-9]|20)\d\d(?:s)?(?![\d/.-])"#)
  private let digit = CalendarDate.expression(#"\d"#)
  private let ordinal = CalendarDate.expression(
    #"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|twentieth|twenty[- ]\w+|thirtieth|"#
      + #"thirty[- ]first)\b"#)
  private let month = CalendarDate.expression("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")

  private static func expression(_ pattern: String) -> NSRegularExpression {
    // The patterns are fixed; one that does not compile fails every test.
    try! NSRegularExpression(pattern: pattern, options: .caseInsensitive)
  }

  package init() {}

  /// Whether it is a date as ours are.
  package func contains(_ text: String) -> Bool {
    if has(weekday, text) { return true }
    let rest = removing(duration, text)
    if has(digit, removing(year, rest)) { return true }
    return has(ordinal, rest) && has(month, rest)
  }

  private func has(_ expression: NSRegularExpression, _ text: String) -> Bool {
    expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }

  private func removing(_ expression: NSRegularExpression, _ text: String) -> String {
    expression.stringByReplacingMatches(
      in: text, range: NSRange(text.startIndex..., in: text), withTemplate: " ")
  }
}
