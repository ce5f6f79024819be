import TightlipNormalization
import TightlipRecognition

extension Normalizer: KnownFolding {
  package func foldedBytes(_ text: [UInt8]) -> [UInt8]? {
    var folder = TermFolder(normalizer: self)
    guard folder.fold(text.span) else { return nil }
    return folder.folded
  }
}
