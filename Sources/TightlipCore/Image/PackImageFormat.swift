/// How a pack image is laid out: a header, a directory, and sections that follow one another without a
/// gap. All numbers are little-endian. Every byte of the file is covered by a checksum.
///
/// | bytes | header |
/// |---|---|
/// | 0–7 | magic |
/// | 8–11 | version of the format |
/// | 12–15 | number of sections |
/// | 16–23 | length of the file |
/// | 24–31 | checksum of the directory |
/// | 32–55 | zeros |
/// | 56–63 | checksum of the bytes before |
///
/// Each entry of the directory has 64 bytes: a name (24, filled up with zeros), where the section begins
/// (a multiple of 64), its length without filling, its layout (``ImageRecord/imageLayout``; 0 for records), the
/// checksum of the section with its filling, and 8 zeros.
package enum PackImageFormat {
  /// Changes with the layout of the file, and with what the engine makes of a pack, where no layout tells.
  package static let version: UInt32 = 1

  /// As in PNG: a byte beyond ASCII, and line ends that a transfer as text would change.
  package static let magic: [UInt8] = [0x89, 0x54, 0x4C, 0x50, 0x0D, 0x0A, 0x1A, 0x0A]

  static let headerLength = 64
  static let entryLength = 64
  static let nameLength = 24
  static let alignment = 64
  /// More is no image.
  static let mostSections = 1024
}
