/// XMP (ISO 16684-1): metadata as XML.
enum XMP {
    /// TIFF's orientation, which it may repeat; `nil` when nothing is said of it.
    static func orientation(_ bytes: [UInt8]) -> Orientation? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return text.firstMatch(of: /tiff:Orientation(?:\s*=\s*["']|>\s*)([1-8])/)
            .flatMap { Int($0.output.1) }.flatMap(Orientation.init)
    }

    /// The same of the picture turned upright: TIFF's orientation, which it may repeat, says so.
    static func ofUprightPicture(_ bytes: [UInt8]) -> [UInt8] {
        guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
        return Array(text.replacing(/(tiff:Orientation(?:\s*=\s*["']|>\s*))[2-8]/) { "\($0.output.1)1" }.utf8)
    }
}
