/// Builds HTML; every text passes through ``escaped(_:)``.
struct HTMLWriter {
  private(set) var html = ""

  /// Adds markup as it stands.
  mutating func add(_ markup: String) { html += markup + "\n" }

  /// An element with a text.
  mutating func add(_ name: String, _ text: String, class classes: String = "") {
    add("<\(name)\(classes.isEmpty ? "" : " class=\"\(classes)\"")>\(Self.escaped(text))</\(name)>")
  }

  /// Text as it may stand in an element or an attribute.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}
