// SPDX-License-Identifier: Apache-2.0

/// Letters of other scripts that pass for Latin ones in a Latin word, though nobody would take them for
/// the same letter when they stand alone.
///
/// Wider than the look-alikes of UTS #39, which the fold undoes; too wide for the fold, since whole
/// texts are written in these scripts.
enum Resemblance {
  /// The Latin letter, in the case in which it is drawn, or nil.
  static func letter(_ codePoint: UInt32) -> UInt8? {
    guard codePoint >= 0x1EB else { return nil }
    return table[codePoint]
  }

  private static let table: [UInt32: UInt8] = {
    let rows = [
      "a": "αΑдλᎪꓮɑ", "b": "βΒьЬвᏴᏏꓐ", "c": "ϲсⅽᏟꓚςСċ", "d": "δԁᎠꓓժ", "e": "εеєЕΕᎬꓰэҽє", "f": "ƒꓝᖴϝ",
      "g": "ցɡԌᏀꓖգ", "h": "һհнᎻꓧНħΗ", "i": "ιіΙІᏆꓲїɩ", "j": "јϳᎫꓙյ", "k": "κкΚКᏦꓗ", "l": "ӏլᏞꓡιⅼ",
      "m": "мМΜᎷꓟ", "n": "ηпոᏁꓠՈи", "o": "οоօσОΟσꓳθ", "p": "ρрᏢꓑРΡ", "q": "ԛզգǫ", "r": "гɍᎡᏒꓣʀя", "s": "ѕᏚꓢЅ",
      "t": "τтեᎢꓔТΤƭ", "u": "υսцꓴμՍս", "v": "νѵᏙꓦν", "w": "ωѡԝᏔꓪωш", "x": "χхꓫΧХ", "y": "γуүΥУꓬყ", "z": "ζᏃꓜΖ",
    ]
    var table: [UInt32: UInt8] = [:]
    for (letter, others) in rows.sorted(by: { $0.key < $1.key }) {
      for scalar in others.unicodeScalars where table[scalar.value] == nil {
        table[scalar.value] = letter.utf8.first
      }
    }
    return table
  }()
}
