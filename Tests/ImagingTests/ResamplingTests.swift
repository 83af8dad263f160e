import Foundation
import Numerics
import Testing

@testable import Imaging

@Suite struct ResamplingTests {
    static let sizes = [(1, 1), (1, 7), (7, 1), (2, 3), (37, 23), (23, 8), (100, 75)]

    private func resize(_ values: [Float], _ from: (Int, Int), _ to: (Int, Int), count: Int = 1) -> [Float] {
        Planes(count: count, height: from.1, width: from.0, values: values).resampled(height: to.1, width: to.0).values
    }

    @Test(arguments: sizes, sizes) func aConstantStaysConstant(_ from: (Int, Int), _ to: (Int, Int)) {
        let result = resize([Float](repeating: 0.7, count: from.0 * from.1), from, to)
        #expect(result.count == to.0 * to.1)
        #expect(result.allSatisfy { abs($0 - 0.7) < 1e-6 })  // a few roundings of weights whose sum is one
    }

    @Test(arguments: [(60, 1), (240, 4), (130, 2)]) func aRampStaysARamp(_ newWidth: Int, _ newHeight: Int) {
        let width = 120
        let ramp = (0..<width).map { Float($0) / Float(width) }
        let result = resize(ramp, (width, 1), (newWidth, 1))
        let margin = 4 * max(newWidth / width, 1)
        for x in margin..<newWidth - margin {
            let place: Float = (Float(x) + 0.5) * Float(width) / Float(newWidth) - 0.5
            let exact = place / Float(width)
            // Lanczos is no interpolator of ramps to the last bit: it ripples by a hundredth of a sample's step.
            #expect(abs(result[x] - exact) < 0.02 / Float(width))
        }
    }

    @Test func aShrunkCheckerboardIsGrey() {
        let board = (0..<64 * 48).map { (i: Int) -> Float in (i % 64 + i / 64).isMultiple(of: 2) ? 0 : 1 }
        let result = resize(board, (64, 48), (16, 12))
        for y in 3..<9 { for x in 3..<13 { #expect(abs(result[y * 16 + x] - 0.5) < 0.01) } }
    }

    @Test(arguments: sizes) func threadsChangeNothing(_ to: (Int, Int)) {
        let picture = Picture.random(width: 61, height: 43, bits: 16, withAlpha: false)
        func result(threads: Int) -> [Float] {
            Parallel.$threadCount.withValue(threads) { resize(picture.pixels, (61, 43), to, count: 3) }
        }
        #expect(result(threads: 1) == result(threads: 3))
    }

    static let goldens = [(37, 23), (11, 7), (80, 61), (36, 50), (1, 1), (37, 5)]
    /// Pillow keeps the intermediate as single floats too: what differs is the order of a few dozen additions.
    @Test(arguments: goldens) func resultsAreThoseOfPillow(_ to: (Int, Int)) throws {
        let result = resize(try golden(37, 23), (37, 23), to)
        let expected = try golden(to.0, to.1)
        let worst = zip(result, expected).map { abs($0 - $1) }.max()!
        #expect(result.count == expected.count)
        #expect(worst < 1e-6)
    }

    private func golden(_ width: Int, _ height: Int) throws -> [Float] {
        let bytes = try Fixture.read("lanczos-\(width)x\(height).floats")
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }
    }

    @Test(arguments: [(10, 6), (40, 24), (33, 7)]) func noColourBleedsOutOfTransparentPixels(_ to: (Int, Int)) {
        // Opaque red beside transparent green.
        let red = (0..<20 * 12).map { (i: Int) -> Float in i % 20 < 10 ? 1 : 0 }
        let green = red.map { 1 - $0 }
        let blue = [Float](repeating: 0, count: 240)
        let picture = Picture(width: 20, height: 12, pixels: red + green + blue, alpha: red)
        let result = picture.resized(width: to.0, height: to.1)
        let count = to.0 * to.1
        // Seen on black: what shows of green is at most the trace that keeps hidden colours from being lost.
        for i in 0..<count { #expect(result.pixels[count + i] * result.alpha!.values[i] < 1e-3) }
    }

    @Test func theColourOfWhatIsTransparentThroughoutIsKept() {
        let picture = Picture(
            width: 8, height: 8, pixels: [Float](repeating: 0.25, count: 192), alpha: [Float](repeating: 0, count: 64))
        let result = picture.resized(width: 5, height: 11)
        #expect(result.pixels.allSatisfy { abs($0 - 0.25) < 1e-3 })
        #expect(result.alpha!.values.allSatisfy { $0 < 1e-6 })
    }
}
