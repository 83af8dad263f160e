/// JPEG files as segments: a marker and, but for a few, a length that counts itself (ITU-T T.81, B.1.1).
enum JPEGFile {
    /// Where the segments are, that of a scan with its data, as far as they can be made out.
    static func segments(in bytes: [UInt8]) -> [Range<Int>] {
        var segments: [Range<Int>] = []
        var start = 2
        while start + 4 <= bytes.count, bytes[start] == 0xFF {
            var end = start + 2 + Int(bytes[start + 2]) << 8 + Int(bytes[start + 3])
            guard end <= bytes.count else { break }
            if bytes[start + 1] == 0xDA {
                while end + 1 < bytes.count, bytes[end] != 0xFF || isWithinScan(bytes[end + 1]) { end += 1 }
            }
            segments.append(start..<end)
            start = end
        }
        return segments
    }

    /// Whether 0xFF and this are data: a stuffed 0, or a restart.
    private static func isWithinScan(_ marker: UInt8) -> Bool { marker == 0 || (0xD0...0xD7).contains(marker) }
}
