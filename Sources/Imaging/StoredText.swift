/// What an encoded picture says of itself: the text that `Picture.encoded(as:text:)` put into it, by keyword.
///
/// Only the text is read, and only up to the picture's data: PNG's tEXt and uncompressed iTXt chunks, the lines of a
/// JPEG's comments. Of a file that is damaged or no picture there is as much as can be made out.
public enum StoredText {
    public static func read(_ bytes: [UInt8]) -> [String: String] {
        switch Signature(bytes) {
        case .png: png(bytes)
        case .jpeg: jpeg(bytes)
        default: [:]
        }
    }

    /// Chunks are a length, a name, the data and a checksum: https://www.w3.org/TR/png/#5Chunk-layout.
    private static func png(_ bytes: [UInt8]) -> [String: String] {
        var text: [String: String] = [:]
        var start = 8
        while let length = bigEndian(bytes, at: start, count: 4), start + 12 + length <= bytes.count {
            let name = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
            let data = bytes[start + 8..<start + 8 + length]
            if name == "IDAT" { break }
            if let end = data.firstIndex(of: 0) {
                let keyword = String(decoding: data[..<end], as: UTF8.self)
                if name == "tEXt" {
                    text[keyword] = String(decoding: data[(end + 1)...], as: UTF8.self)
                } else if name == "iTXt", data.dropFirst(end + 1 - data.startIndex).first == 0 {
                    // A flag and a method of compression, then a language and a translated keyword that end in 0.
                    let rest = data[min(end + 3, data.endIndex)...]
                    let parts = rest.split(separator: 0, maxSplits: 2, omittingEmptySubsequences: false)
                    if parts.count == 3 { text[keyword] = String(decoding: parts[2], as: UTF8.self) }
                }
            }
            start += 12 + length
        }
        return text
    }

    /// Segments are a marker and, but for a few, a length that counts itself: ITU-T T.81, B.1.1.
    private static func jpeg(_ bytes: [UInt8]) -> [String: String] {
        var text: [String: String] = [:]
        var start = 2
        while start + 4 <= bytes.count, bytes[start] == 0xFF, bytes[start + 1] != 0xDA {
            guard let length = bigEndian(bytes, at: start + 2, count: 2), length >= 2, start + 2 + length <= bytes.count
            else { break }
            if bytes[start + 1] == 0xFE {
                let comment = String(decoding: bytes[start + 4..<start + 2 + length], as: UTF8.self)
                for line in comment.split(separator: "\n") {
                    guard let colon = line.firstRange(of: ": ") else { continue }
                    text[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
                }
            }
            start += 2 + length
        }
        return text
    }

    private static func bigEndian(_ bytes: [UInt8], at start: Int, count: Int) -> Int? {
        guard start + count <= bytes.count else { return nil }
        return bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
    }
}
