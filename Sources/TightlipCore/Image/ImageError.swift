/// Why a pack image cannot be used. Nothing of such an image is.
package enum ImageError: Error, Hashable, Sendable {
  /// It does not begin as a pack image does.
  case foreign
  /// It was made in another format: a newer or an older one.
  case format(UInt32)
  /// It is shorter or longer than it says.
  case length
  /// Its bytes are not those that were written.
  case damaged
  /// A table is missing, or laid out otherwise than this engine lays it out.
  case layout(String)
  /// It was made by another version of the engine, or with another library.
  case otherEngine(made: String, here: String)
  /// Something that was switched off for a time has come back since.
  case expired
  /// The files it was made from have changed since.
  case stale
  /// Images are used in place, and this machine has another order of bytes.
  case byteOrder

  /// What is wrong, for people.
  package var message: String {
    switch self {
    case .foreign: "is no pack image"
    case .format(let number):
      number > PackImageFormat.version
        ? "is a pack image of format \(number), which a newer Tightlip made; this one reads format \(PackImageFormat.version)"
        : "is a pack image of format \(number), which an older Tightlip made; this one reads format \(PackImageFormat.version)"
    case .length: "is a pack image that was cut short or added to"
    case .damaged: "is a damaged pack image: its checksums do not agree"
    case .layout(let name): "is a pack image whose part \(name) is missing or of another form"
    case .otherEngine(let made, let here): "is a pack image made by \(made); this is \(here)"
    case .expired: "is a pack image with an entry that was switched off until a day that has come"
    case .stale: "is a pack image made from files that have changed since"
    case .byteOrder: "is a pack image, and this machine's order of bytes cannot use any"
    }
  }
}
