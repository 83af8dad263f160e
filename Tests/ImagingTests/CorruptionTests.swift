import Foundation
import Numerics
import Testing

@testable import Imaging

@Suite struct CorruptionTests {
    static let cutFiles = [
        "rgb-8.png", "palette-4-trns.png", "rgba-16-interlaced.png", "baseline.jpg", "progressive.jpg",
    ]

    @Test(arguments: cutFiles) func noPartOfAFileIsAPicture(_ name: String) throws {
        let bytes = try Fixture(name: name).bytes
        // A JPEG's last two bytes only say that it ends, but a file without them is cut all the same.
        for count in 0..<bytes.count {
            #expect(throws: ImagingError.self, "\(count) of \(bytes.count) bytes") {
                try Picture(decoding: Array(bytes.prefix(count)))
            }
        }
    }

    /// An altered file may well be a picture, but must never crash or hang. The limit makes false sizes quick.
    @Test(
        arguments: [
            "rgb-8.png", "palette-4-trns.png", "grey-alpha-16-interlaced.png", "exif-6.png",
            "profiles/iccp-before-others.png",
        ], [false, true])
    func anAlteredPNGNeverCrashes(_ name: String, repairingChecksums: Bool) throws {
        let original = try Fixture(name: name).bytes
        var generator = SplitMix64(seed: 3)
        for _ in 0..<1500 {
            var bytes = original
            bytes[.random(in: 8..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            if repairingChecksums { PNGChunk.repairChecksums(&bytes) }
            _ = try? Picture(decoding: bytes, maximumPixels: 1 << 16)
        }
    }

    @Test(arguments: [
        "baseline", "progressive", "arithmetic", "ycck", "restart", "orientation-6", "profiles/adobe-rgb-jpeg",
        "profiles/cmyk-jpeg",
    ])
    func anAlteredJPEGNeverCrashes(_ name: String) throws {
        let original = try Fixture(name: name + ".jpg").bytes
        var generator = SplitMix64(seed: 4)
        for _ in 0..<1500 {
            var bytes = original
            bytes[.random(in: 3..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            _ = try? Picture(decoding: bytes, maximumPixels: 1 << 16)
        }
    }

    @Test(arguments: ["IHDR", "PLTE", "IDAT", "IEND"]) func aFalseChecksumIsFound(_ kind: String) throws {
        var bytes = try Fixture(name: "palette-4.png").bytes
        let chunk = try #require(PNGChunk.all(in: bytes).first { $0.kind == kind })
        bytes[chunk.end - 1] ^= 1
        #expect {
            try Picture(decoding: bytes)
        } throws: {
            guard case .corrupt(format: "PNG", let reason)? = $0 as? ImagingError else { return false }
            return !reason.isEmpty
        }
    }

    @Test(arguments: ["hIST", "iTXt", "pCAL", "sCAL", "sPLT", "tEXt", "zTXt", "iCCP", "eXIf"])
    func noMemoryIsTakenForWhatAChunkOnlyClaimsToHold(_ kind: String) throws {
        var bytes = try Fixture(name: "rgb-8.png").bytes
        let data = try #require(PNGChunk.all(in: bytes).first { $0.kind == "IDAT" })
        // Two gigabytes: far more than what tests beside this one may take meanwhile.
        bytes.insert(contentsOf: [0x7F, 0xFF, 0xFF, 0xFF] + Array("\(kind)key\0".utf8), at: data.start)
        let before = peakMemory
        #expect(throws: ImagingError.self) { try Picture(decoding: bytes) }
        #expect(peakMemory < before + 1 << 30)
    }

    /// The most that this process ever had resident, in bytes.
    private var peakMemory: Int {
        var usage = rusage()
        #if os(macOS)
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss << 10
        #endif
    }

    @Test func aHugePNGIsRefusedByItsHeader() throws {
        var bytes = try Fixture(name: "rgb-8.png").bytes
        bytes.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0])
        PNGChunk.repairChecksums(&bytes)
        #expect(
            throws: ImagingError.tooLarge(width: 100_000, height: 100_000, maximumPixels: Picture.defaultMaximumPixels)
        ) { try Picture(decoding: bytes) }
    }

    @Test func aHugeJPEGIsRefusedByItsHeader() throws {
        var bytes = try Fixture(name: "baseline.jpg").bytes
        bytes.replaceSubrange(try sizeOfJPEG(bytes), with: [0xFF, 0xDC, 0xFF, 0xDC])
        #expect(
            throws: ImagingError.tooLarge(width: 65500, height: 65500, maximumPixels: Picture.defaultMaximumPixels)
        ) { try Picture(decoding: bytes) }
    }

    @Test(arguments: [0, 4]) func aSideOfZeroIsRefused(_ offset: Int) throws {
        var png = try Fixture(name: "rgb-8.png").bytes
        png.replaceSubrange(16 + offset..<20 + offset, with: [0, 0, 0, 0])
        PNGChunk.repairChecksums(&png)
        #expect(throws: ImagingError.self) { try Picture(decoding: png) }
        var jpeg = try Fixture(name: "baseline.jpg").bytes
        let size = try sizeOfJPEG(jpeg).lowerBound + offset / 2
        jpeg.replaceSubrange(size..<size + 2, with: [0, 0])
        #expect(throws: ImagingError.self) { try Picture(decoding: jpeg) }
    }

    @Test func whatIsNoPictureIsSaidToBeNone() {
        #expect(throws: ImagingError.empty) { try Picture(decoding: []) }
        #expect(throws: ImagingError.notAPicture) { try Picture(decoding: Array("What a lovely day.\n".utf8)) }
        #expect(throws: ImagingError.notAPicture) { try Picture(decoding: [0x89]) }
    }

    static let otherFormats: [(String, [UInt8])] = [
        ("GIF", Array("GIF89a".utf8)), ("WebP", Array("RIFF....WEBPVP8 ".utf8)), ("TIFF", Array("II*\0....".utf8)),
        ("TIFF", Array("MM\0*....".utf8)), ("BMP", Array("BM.............".utf8)), ("PDF", Array("%PDF-1.7".utf8)),
        ("AVIF", Array("....ftypavif".utf8)), ("HEIC", Array("....ftypheic".utf8)), ("JPEG XL", [0xFF, 0x0A, 0]),
    ]
    @Test(arguments: otherFormats) func anotherFormatIsNamed(_ name: String, _ bytes: [UInt8]) {
        #expect(throws: ImagingError.unsupportedFormat(name)) { try Picture(decoding: bytes) }
    }

    /// Where height and width are in the frame header.
    private func sizeOfJPEG(_ bytes: [UInt8]) throws -> Range<Int> {
        let frame = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
        return frame + 5..<frame + 9
    }
}

/// A chunk of a PNG file: length, kind, data, checksum.
struct PNGChunk {
    let kind: String
    let start, end: Int

    /// As far as the lengths make sense.
    static func all(in bytes: [UInt8]) -> [PNGChunk] {
        var chunks: [PNGChunk] = []
        var start = 8
        while start + 12 <= bytes.count {
            let end = start + 12 + bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
            guard end <= bytes.count else { break }
            let kind = String(decoding: bytes[start + 4..<start + 8], as: UTF8.self)
            chunks.append(PNGChunk(kind: kind, start: start, end: end))
            start = end
        }
        return chunks
    }

    /// The file with a chunk more, after the first.
    static func inserting(_ kind: String, _ data: [UInt8], into bytes: [UInt8]) -> [UInt8] {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (24 - 8 * $0)) }
        var result = bytes
        result.insert(contentsOf: length + Array(kind.utf8) + data + [0, 0, 0, 0], at: all(in: bytes)[0].end)
        repairChecksums(&result)
        return result
    }

    static func repairChecksums(_ bytes: inout [UInt8]) {
        for chunk in all(in: bytes) {
            let checksum = crc32(bytes[chunk.start + 4..<chunk.end - 4])
            for i in 0..<4 { bytes[chunk.end - 4 + i] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * i)) }
        }
    }

    private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
