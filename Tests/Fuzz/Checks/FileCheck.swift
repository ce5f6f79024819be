import Tightlip
import TightlipCore
import TightlipRules

/// Files that people edit: each is read or refused with a place and a remedy.
enum FileCheck {
  static func problem(_ input: inout FuzzInput) -> String? {
    let kind = Int(input.byte()) % 12
    let bytes = input.rest()
    return problem(bytes) { () throws(RulesError) in
      switch kind {
      case 0: _ = try TermTable(file: "f", bytes: bytes).rows.count
      case 1: _ = try DelimitedTable.disabled(file: "f", bytes: bytes).count
      case 2: _ = try DelimitedTable.waivers(file: "f", bytes: bytes).count
      case 3: _ = try DelimitedTable.examples(file: "f", bytes: bytes).count
      case 4: _ = try PatternFile.read(file: "f", bytes: bytes).count
      case 5: _ = try PackManifest(file: "f", bytes: bytes).terms.count
      case 6: _ = try OverlayManifest(directory: "", file: "f", bytes: bytes).files.count
      case 7: _ = try IntentFile.read(file: "f", bytes: bytes).count
      case 8: _ = try WordClassFile(file: "f", bytes: bytes).classes.count
      case 9: _ = try ForeignYAML.recognizers(file: "f", bytes: bytes).count
      case 10:
        var timing = TimingData()
        try TimingFile.readWindows(file: "f", bytes: bytes, into: &timing)
      default:
        var timing = TimingData()
        try TimingFile.readZones(file: "f", bytes: bytes, known: Filter.timeZones, into: &timing)
      }
    }
  }

  static func policyProblem(_ input: inout FuzzInput) -> String? {
    let bytes = input.rest()
    return problem(bytes) { () throws(RulesError) in
      _ = try PolicyFile.readAll(file: "f", bytes: bytes, timeZones: Filter.timeZones)
    }
  }

  private static func problem(_ bytes: [UInt8], _ read: () throws(RulesError) -> Void) -> String? {
    do throws(RulesError) {
      try read()
      return bytes.isUTF8 ? nil : "what is no UTF-8 is read"
    } catch {
      if error.diagnostics.isEmpty { return "refused without a word" }
      for diagnostic in error.diagnostics {
        if diagnostic.message.isEmpty || diagnostic.remedy.isEmpty { return "refused without a remedy" }
        if diagnostic.line < 0 || diagnostic.line > bytes.count + 2 { return "refused at a line that is none" }
        for edit in diagnostic.edits where edit.range.upperBound > bytes.count { return "an edit beyond the file" }
      }
      return nil
    }
  }
}
