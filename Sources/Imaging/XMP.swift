/// XMP (ISO 16684-1): metadata as XML.
enum XMP {
    /// The same of the picture turned upright: TIFF's orientation, which it may repeat, says so.
    static func ofUprightPicture(_ bytes: [UInt8]) -> [UInt8] {
        guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
        return Array(text.replacing(/(tiff:Orientation(?:\s*=\s*["']|>\s*))[2-8]/) { "\($0.output.1)1" }.utf8)
    }
}
