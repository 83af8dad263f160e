import Foundation
import Kernels
import Numerics

/// Sound pictures of every kind that is read: the fixtures of the tests, and PNGs with every filter.
enum PictureCorpus {
    static func png() throws -> [[UInt8]] { try fixtures("png") + filteredPNGs() }

    static func jpeg() throws -> [[UInt8]] { try fixtures("jpg") }

    private static func fixtures(_ suffix: String) throws -> [[UInt8]] {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        let folder = root.appending(path: "Tests/ImagingTests/Fixtures")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".\(suffix)") }
            .map { try Array(Data(contentsOf: folder.appending(path: $0))) }
    }

    /// One for each colour type and depth, interlaced or not, of random data that are not compressed: what is changed
    /// in them stays data.
    private static func filteredPNGs() -> [[UInt8]] {
        let depths: [(colorType: UInt8, channels: Int, depths: [UInt8])] = [
            (0, 1, [1, 2, 4, 8, 16]), (2, 3, [8, 16]), (3, 1, [1, 2, 4, 8]), (4, 2, [8, 16]), (6, 4, [8, 16]),
        ]
        var generator = SplitMix64(seed: 1)
        return depths.flatMap { colorType, channels, depths in
            depths.flatMap { depth in
                [false, true].map { isInterlaced in
                    let rows = rows(bitsPerPixel: channels * Int(depth), isInterlaced: isInterlaced, using: &generator)
                    let header =
                        PNGFile.bigEndian(UInt32(side)) + PNGFile.bigEndian(UInt32(side))
                        + [depth, colorType, 0, 0, isInterlaced ? 1 : 0]
                    let palette = (0..<3 << min(Int(depth), 8)).map { UInt8(truncatingIfNeeded: $0 * 7) }
                    return PNGFile.signature + PNGFile.chunk("IHDR", header)
                        + (colorType == 3 ? PNGFile.chunk("PLTE", palette) : [])
                        + PNGFile.chunk("IDAT", PNGFile.stored(rows)) + PNGFile.chunk("IEND", [])
                }
            }
        }
    }

    private static let side = 11

    /// Rows of random data after a random filter.
    private static func rows(
        bitsPerPixel: Int, isInterlaced: Bool, using generator: inout SplitMix64
    ) -> [UInt8] {
        // Adam7 (https://www.w3.org/TR/png/#8Interlace): where a pass begins, and its steps, across and down.
        let passes =
            isInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)]
        var rows: [UInt8] = []
        for (x, y, stepX, stepY) in passes {
            let width = (side - x + stepX - 1) / stepX
            for _ in stride(from: y, to: side, by: stepY) {
                rows.append(.random(in: 0...4, using: &generator))
                rows += (0..<(width * bitsPerPixel + 7) / 8).map { _ in .random(in: 0...255, using: &generator) }
            }
        }
        return rows
    }
}
