/// EXIF data (CIPA DC-008): a TIFF header, and directories of entries.
struct EXIF {
    private(set) var bytes: [UInt8]
    private let isLittleEndian: Bool

    /// - Parameter bytes: from the TIFF header on, or from the name that JPEG files have before it.
    /// - Returns: `nil` when there is no such header.
    init?(_ bytes: [UInt8]) {
        let name = Array("Exif\0\0".utf8)
        let bytes = bytes.starts(with: name) ? Array(bytes.dropFirst(name.count)) : bytes
        guard bytes.count >= 8 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0x49, 0x49): isLittleEndian = true
        case (0x4D, 0x4D): isLittleEndian = false
        default: return nil
        }
        self.bytes = bytes
    }

    /// The bytes that PNG's text chunks have in hexadecimal, after a line of what they are and one of how many.
    static func ofText(_ text: [UInt8]) -> [UInt8]? {
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count > 2, let count = Int(lines[1].filter { $0 != " " }) else { return nil }
        let digits = lines[2...].joined().compactMap(\.hexDigitValue)
        guard count > 0, digits.count / 2 >= count else { return nil }
        return (0..<count).map { UInt8(digits[2 * $0] << 4 | digits[2 * $0 + 1]) }
    }

    /// `nil` when nothing is said of it, or nothing that makes sense.
    var orientation: Orientation? {
        orientationOffset.flatMap { number(at: $0, size: 2) }.flatMap(Orientation.init)
    }

    /// Of the picture turned upright and painted: what shows another, its thumbnail, is no longer pointed at.
    var ofUprightPainting: EXIF {
        var result = self
        if let offset = orientationOffset { result.set(Orientation.upright.rawValue, at: offset, size: 2) }
        // After a directory comes where the next is; the second is of the thumbnail.
        if let directory { result.set(0, at: directory.upperBound, size: 4) }
        return result
    }

    /// The entries of the first directory, twelve bytes each.
    private var directory: Range<Int>? {
        guard let start = number(at: 4, size: 4), let count = number(at: start, size: 2) else { return nil }
        return start + 2..<start + 2 + 12 * count
    }

    private var orientationOffset: Int? {
        guard let directory else { return nil }
        for entry in stride(from: directory.lowerBound, to: directory.upperBound, by: 12) {
            guard let tag = number(at: entry, size: 2), let type = number(at: entry + 2, size: 2) else { return nil }
            if tag == 0x0112, type == 3 { return entry + 8 }
        }
        return nil
    }

    private func number(at offset: Int, size: Int) -> Int? {
        guard offset >= 0, offset + size <= bytes.count else { return nil }
        let digits = bytes[offset..<offset + size]
        return (isLittleEndian ? digits.reversed() : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
    }

    /// Does nothing where there is no room.
    private mutating func set(_ number: Int, at offset: Int, size: Int) {
        guard offset + size <= bytes.count else { return }
        for i in 0..<size {
            bytes[offset + i] = UInt8(truncatingIfNeeded: number >> (8 * (isLittleEndian ? i : size - 1 - i)))
        }
    }
}
