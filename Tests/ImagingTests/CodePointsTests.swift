import Foundation
import Testing

@testable import Imaging

@Suite struct CodePointsTests {
    /// A picture of eight bits with one chunk more.
    private func picture(with codePoints: [UInt8], pixels: [Float]) throws -> Picture {
        let plain = Picture(width: pixels.count / 3, height: 1, pixels: pixels)
        return try Picture(decoding: PNGChunk.inserting("cICP", codePoints, into: plain.encoded(as: .png())))
    }

    @Test func displayP3IsReadAsItsProfileIs() throws {
        let pixels: [Float] = [0.2, 0.9, 0.6, 0.1, 0.4, 0.8, 0.5, 0.4, 0.1].map { ($0 * 255).rounded() / 255 }
        let transform = try #require(ColorTransform(from: ICCProfileTests.displayP3, to: .sRGB, bits: 8))
        let expected = transform.applied(to: pixels)
        let read = try picture(with: [12, 13, 0, 1], pixels: pixels).pixels
        #expect(zip(read, expected).allSatisfy { abs($0 - $1) < 0.5 / 255 })
        #expect(zip(read, pixels).contains { abs($0 - $1) > 10 / 255 })
    }

    @Test func sRGBIsLeftAsItIs() throws {
        let pixels: [Float] = [0, 51, 102, 153, 204, 255].map { $0 / 255 }
        #expect(try picture(with: [1, 13, 0, 1], pixels: pixels).pixels.map { ($0 * 255).rounded() / 255 } == pixels)
    }

    /// Of greys, which no primaries change. Half of a level for rounding, and as much for the table's steps.
    @Test(
        arguments: [
            // Reference white of high dynamic range, 203 candela per square metre: 58 % of PQ, 75 % of HLG.
            ([9, 16, 0, 1], 0.5807, 1), ([9, 18, 0, 1], 0.75, 1), ([9, 16, 0, 1], 1, 1), ([9, 18, 0, 1], 0, 0),
            // 0.5 is 0.2597 of the light in BT.709 and BT.2020, 0.5 in a linear picture.
            ([1, 1, 0, 1], 0.5, 0.5471), ([9, 14, 0, 1], 0.5, 0.5471), ([1, 8, 0, 1], 0.5, 0.7354),
            // Narrow range.
            ([1, 13, 0, 0], 16.0 / 255, 0), ([1, 13, 0, 0], 235.0 / 255, 1), ([1, 13, 0, 0], 0, 0),
        ] as [([UInt8], Float, Float)])
    func transferFunctionsAreThoseOfH273(_ codePoints: [UInt8], _ value: Float, _ expected: Float) throws {
        let read = try picture(with: codePoints, pixels: [value, value, value]).pixels
        #expect(read.allSatisfy { abs($0 - expected) < 1.0 / 255 })
    }

    @Test(arguments: [
        [2, 2, 0, 1], [12, 13, 1, 1], [0, 13, 0, 1], [12, 0, 0, 1], [10, 13, 0, 1], [255, 255, 0, 2],
    ])
    func whatStandsForNothingIsPassedOver(_ codePoints: [UInt8]) throws {
        let pixels: [Float] = [0, 51, 102].map { $0 / 255 }
        #expect(try picture(with: codePoints, pixels: pixels).pixels.map { ($0 * 255).rounded() / 255 } == pixels)
    }
}
