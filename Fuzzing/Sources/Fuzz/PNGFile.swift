import Kernels
import Numerics

/// PNG files as chunks: a length, a kind, data and a checksum (https://www.w3.org/TR/png/#5Chunk-layout).
enum PNGFile {
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

    static func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(kind.utf8) + data
        return bigEndian(UInt32(data.count)) + body + bigEndian(crc32(body[...]))
    }

    /// Data as zlib wraps them, without compression.
    static func stored(_ data: [UInt8]) -> [UInt8] {
        let count = UInt16(data.count)
        let littleEndian = [count, ~count].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        return storedStart + littleEndian + data + bigEndian(adler32(data[...]))
    }

    /// Where the chunks are, as far as the lengths make sense.
    static func chunks(in bytes: [UInt8]) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = signature.count
        while start + 12 <= bytes.count {
            let end = start + 12 + bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard end <= bytes.count else { break }
            chunks.append(start..<end)
            start = end
        }
        return chunks
    }

    /// Makes every chunk's checksum true, and that of stored data that one chunk holds.
    static func repairChecksums(_ bytes: inout [UInt8]) {
        for chunk in chunks(in: bytes) {
            let data = chunk.lowerBound + 8..<chunk.upperBound - 4
            if bytes[chunk.lowerBound + 4..<data.lowerBound].elementsEqual("IDAT".utf8), data.count > 11,
                bytes[data].starts(with: storedStart)
            {
                let raw = data.lowerBound + 7..<data.upperBound - 4
                bytes.replaceSubrange(raw.upperBound..<data.upperBound, with: bigEndian(adler32(bytes[raw])))
            }
            let checksum = crc32(bytes[chunk.lowerBound + 4..<data.upperBound])
            bytes.replaceSubrange(data.upperBound..<chunk.upperBound, with: bigEndian(checksum))
        }
    }

    private static let kinds = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "mDCV", "cLLI", "tEXt",
        "zTXt", "iTXt", "bKGD", "hIST", "pHYs", "sPLT", "eXIf", "tIME", "oFFs", "pCAL", "sCAL", "acTL", "fcTL", "fdAT",
        "ABCD", "abCd",
    ]

    /// A chunk of random data where another begins.
    static func insertChunk(into bytes: inout [UInt8], using generator: inout SplitMix64) {
        guard let place = chunks(in: bytes).randomElement(using: &generator)?.lowerBound else { return }
        var data = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        // As of text and profiles: a keyword that ends in 0, a method, compressed data.
        if Bool.random(using: &generator) { data = Array("key\0\0".utf8) + stored(data) }
        bytes.insert(contentsOf: chunk(kinds.randomElement(using: &generator)!, data), at: place)
    }

    /// No compression, one last stored block.
    private static let storedStart: [UInt8] = [0x78, 0x01, 0x01]

    static func bigEndian(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    private static let crcTable: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }

    private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crcTable[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ $0 >> 8 }
    }

    private static func adler32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65521
            b = (b + a) % 65521
        }
        return b << 16 | a
    }
}
