internal import Foundation
internal import FoundationXML
internal import TightlipCore

extension CorpusReader {
  /// The XML of the i2b2 2014 de-identification task: `TEXT`, then `TAGS` with elements that have
  /// `start`, `end` (code points), `text` and `TYPE`. The label is the TYPE, where there is none the
  /// element's name.
  func readI2B2(_ path: String) throws(EvaluationError) -> AnnotatedText {
    let parser = XMLParser(data: try Self.bytes(path))
    let elements = I2B2Elements()
    parser.delegate = elements
    // The parser takes a document that breaks off for one that ends.
    guard parser.parse(), parser.parserError == nil, elements.sawText, elements.isClosed else {
      throw EvaluationError(
        "\(path):\(parser.lineNumber)", "is not XML of the i2b2 2014 task", remedy: "give a document with TEXT and TAGS")
    }
    let message = Self.message(elements.text)
    var converter = OffsetConverter(message.text)
    var spans: [AnnotatedSpan] = []
    for tag in elements.tags {
      guard let start = Int(tag.attributes["start"] ?? ""), let end = Int(tag.attributes["end"] ?? ""),
        let range = converter.range(start, end, in: offsets ?? .codepoint),
        Self.agrees(tag.attributes["text"], message.text, [range])
      else {
        throw EvaluationError(
          "\(path):\(tag.line)", "the element \(tag.name) does not cover its text",
          remedy: "correct its start and end, or give their unit with --offsets (code points without it)")
      }
      spans.append(AnnotatedSpan(label: tag.attributes["TYPE"] ?? tag.name, ranges: [range]))
    }
    return AnnotatedText(id: Self.name(of: path), message: message, spans: spans)
  }
}

/// Collects text and tags of one document.
private final class I2B2Elements: NSObject, XMLParserDelegate {
  struct Tag {
    var name: String
    var attributes: [String: String]
    var line: Int
  }

  var text = ""
  var sawText = false
  var isClosed = false
  var tags: [Tag] = []
  private var path: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if path.last == "TAGS" { tags.append(Tag(name: name, attributes: attributes, line: parser.lineNumber)) }
    if name == "TEXT" { sawText = true }
    path.append(name)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    path.removeLast()
    isClosed = path.isEmpty
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if path.last == "TEXT" { text += string }
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    if path.last == "TEXT" { text += String(decoding: block, as: UTF8.self) }
  }
}
