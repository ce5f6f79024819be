internal import TightlipCore

/// Errors grouped by kind, cause and label or rule, with what stands around them. Holds text of messages.
package struct ErrorList {
  /// One cause with its errors.
  package struct Section {
    package var kind: DetectionError.Kind
    package var cause: DetectionError.Cause
    package var count: Int
    package var groups: [Group]
  }

  /// Errors of one label, rule or pair of actions.
  package struct Group {
    package var name: String
    package var count: Int
    package var errors: [DetectionError]
  }

  package let corpus: Corpus
  package let sections: [Section]

  /// Groups errors; the largest groups come first.
  ///
  /// - Parameter limit: keep at most so many in each group.
  package init(_ errors: [DetectionError], _ corpus: Corpus, limit: Int) {
    self.corpus = corpus
    var sections: [Section] = []
    for kind in DetectionError.Kind.allCases {
      for cause in DetectionError.Cause.allCases {
        let of = errors.filter { $0.kind == kind && $0.cause == cause }
        guard !of.isEmpty else { continue }
        let groups = Dictionary(grouping: of, by: \.group).map { name, errors in
          Group(name: name, count: errors.count, errors: Array(errors.prefix(limit)))
        }
        sections.append(
          Section(
            kind: kind, cause: cause, count: of.count,
            groups: groups.sorted { ($1.count, $0.name) < ($0.count, $1.name) }))
      }
    }
    self.sections = sections
  }

  /// What stands before, in and after an error's range, safe for a terminal.
  package func context(_ error: DetectionError) -> (before: String, inside: String, after: String) {
    let text = corpus.texts[error.message].message.text
    guard let range = error.range else { return ("", Self.safe(text.prefix(160)), text.count > 160 ? "…" : "") }
    var start = max(0, range.start - 50)
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    var end = min(text.count, range.end + 30)
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return (
      (start > 0 ? "…" : "") + Self.safe(text[start..<range.start]), Self.safe(text[range.start..<range.end]),
      Self.safe(text[range.end..<end]) + (end < text.count ? "…" : ""))
  }

  /// For a terminal.
  package var text: String {
    var lines: [String] = []
    for kind in DetectionError.Kind.allCases {
      let of = sections.filter { $0.kind == kind }
      guard !of.isEmpty else { continue }
      lines += ["", "\(corpus.name): \(Self.title(kind)), \(Figure.count(of.reduce(0) { $0 + $1.count }))"]
      for section in of {
        lines += ["", "  \(Figure.count(section.count))  \(section.cause.title)"]
        for group in section.groups {
          lines.append("    \(group.name): \(Figure.count(group.count))")
          for error in group.errors {
            let (before, inside, after) = context(error)
            let detail = error.detail.isEmpty ? "" : "   (\(error.detail))"
            lines.append("      \(corpus.texts[error.message].id)  \(before)[[\(inside)]]\(after)\(detail)")
          }
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  package static func title(_ kind: DetectionError.Kind) -> String {
    switch kind {
    case .miss: "misses"
    case .falseAlarm: "false alarms"
    case .action: "wrong actions"
    }
  }

  /// Line breaks and control characters would let a message drive the terminal.
  private static func safe(_ bytes: some Sequence<UInt8>) -> String {
    var result = String.UnicodeScalarView()
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar == "\n": result.append(contentsOf: "\\n".unicodeScalars)
      case .control, .format, .lineSeparator, .paragraphSeparator: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
