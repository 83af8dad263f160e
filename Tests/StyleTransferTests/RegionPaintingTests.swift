import DrawnPictures
import Imaging
import Numerics
import Testing

@testable import StyleTransfer

@Suite struct RegionPaintingTests {
    private let content = DrawnContent.allCases[0].draw(seed: 1, width: 32, height: 24)
    private let styles = (0..<2).map { seed in
        Stylizer.Style(DrawnStyle.allCases[seed].draw(seed: UInt64(seed), width: 24, height: 24))
    }

    private func stylizer(strength: Float = 1) throws -> Stylizer {
        var settings = Stylizer.Settings()
        settings.steps = 4
        settings.strength = strength
        return try Stylizer(network: .builtIn, settings: settings)
    }

    /// White where the column is in `columns`.
    private func mask(_ columns: Range<Int>, width: Int = 32, height: Int = 24) -> Planes {
        Planes(
            count: 1, height: height, width: width,
            values: (0..<width * height).map { columns.contains($0 % width) ? 1 : 0 })
    }

    private func column(_ x: Int, of picture: Picture) -> [Float] {
        stride(from: x, to: picture.pixels.count, by: picture.width).map { picture.pixels[$0] }
    }

    @Test func withoutMasksItIsTheStylizersPainting() throws {
        let plain = try stylizer().stylize(content, styles: styles).picture
        #expect(try RegionPainting(stylizer: stylizer()).paint(content, styles).picture == plain)
    }

    @Test func whatTheMaskLeavesOutStaysAsItIs() throws {
        let painted = try stylizer().stylize(content, styles: styles).picture
        let result = try RegionPainting(stylizer: stylizer(), mask: mask(10..<20)).paint(content, styles).picture
        #expect(column(9, of: result) == column(9, of: content))
        #expect(column(10, of: result) == column(10, of: painted))
        #expect(column(20, of: result) == column(20, of: content))
    }

    @Test func eachStyleShowsWhereItsMaskDoes() throws {
        let alone = try styles.map { try stylizer().stylize(content, styles: [$0]).picture }
        var steps: [Int] = []
        let result = try RegionPainting(stylizer: stylizer(), styleMasks: [mask(0..<12), mask(12..<24)])
            .paint(content, styles) {
                steps.append($0.step)
                #expect($0.stepCount == 8)
                return .carryOn
            }
        #expect(steps == Array(1...8) && result.steps == 8)
        #expect(column(3, of: result.picture) == column(3, of: alone[0]))
        #expect(column(15, of: result.picture) == column(15, of: alone[1]))
        #expect(column(30, of: result.picture) == column(30, of: content))
    }

    @Test func masksThatOverlapShare() throws {
        let alone = try styles.map { try stylizer().stylize(content, styles: [$0]).picture }
        let result = try RegionPainting(stylizer: stylizer(), styleMasks: [mask(0..<32), mask(0..<32)])
            .paint(content, styles).picture
        let mean = zip(alone[0].pixels, alone[1].pixels).map { ($0 + $1) / 2 }
        #expect(zip(result.pixels, mean).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func masksOfAnotherSizeAreResizedWithSoftEdges() throws {
        let small = Planes(count: 1, height: 1, width: 2, values: [1, 0]).resampled(height: 4, width: 8).clamped
        #expect(small.values.allSatisfy { (0...1).contains($0) })
        #expect(small.values[0] > 0.95 && small.values[7] < 0.05 && (0.2...0.8).contains(small.values[3]))
    }

    @Test func halfTheStrengthIsHalfWayFromTheContent() throws {
        let full = try stylizer().stylize(content, styles: styles).picture
        let half = try stylizer(strength: 0.5).stylize(content, styles: styles).picture
        for i in full.pixels.indices { #expect(abs(half.pixels[i] - (full.pixels[i] + content.pixels[i]) / 2) < 1e-6) }
        #expect(try stylizer(strength: 0).stylize(content, styles: styles).picture == content)
        #expect(throws: StyleTransferError.self) { try stylizer(strength: 1.5) }
    }

    @Test func aMaskShowsWhatIsWhiteAndOpaque() {
        let picture = Picture(
            width: 2, height: 1, pixels: [1, 1, 1, 1, 1, 1], alpha: [1, 0.25])
        #expect(zip(picture.mask.values, [1, 0.25]).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
