import Imaging
import Kernels
import Numerics
import Testing

@testable import FeatureTraining

@Suite struct CropSamplerTests {
    @Test func cropsAreColoursBetweenBlackAndWhite() {
        var generator = SplitMix64(seed: 1)
        let pixels = sampler(stripes(3)).batch(of: [2, 0, 1], edge: 8, using: &generator)
        #expect(pixels.count == 3 * 3 * 64 && pixels.allSatisfy { (0...1).contains($0) })
    }

    @Test func whatCannotBeReadIsLeftOutAndNamed() {
        let pictures = stripes(3)
        var crops = CropSampler()
        #expect(crops.add(3) { $0 == 1 ? nil : pictures[$0] } == [1])
        #expect(crops.sources.count == 2)
    }

    @Test func cropsDifferFromEachOtherAndFollowFromTheSeed() {
        let crops = sampler(stripes(2))
        func batch(seed: UInt64) -> [Float] {
            var generator = SplitMix64(seed: seed)
            return crops.batch(4, edge: 8, using: &generator)
        }
        #expect(batch(seed: 1) == batch(seed: 1))
        #expect(batch(seed: 1) != batch(seed: 2))
        #expect(batch(seed: 1).prefix(192) != batch(seed: 1).suffix(192))
    }

    @Test func aPlainPictureStaysPlainAndFineDetailDoesNotAlias() {
        // The short side is kept as it is, so that the picture is not blurred on the way in.
        let side = CropSampler.shortSide
        func picture(_ value: (_ x: Int, _ y: Int) -> Float) -> Picture {
            let plane = (0..<side * side).map { value($0 % side, $0 / side) }
            return Picture(width: side, height: side, pixels: plane + plane + plane)
        }
        func deviation(_ picture: Picture, seed: UInt64) -> Float {
            var generator = SplitMix64(seed: seed)
            let plane = sampler([picture]).batch(of: [0], edge: 16, using: &generator).prefix(256)
            let mean = plane.reduce(0, +) / 256
            return (plane.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 256).squareRoot()
        }
        // A checkerboard of single pixels, whose own deviation would be 0.5, comes out the greyer the more it is
        // scaled down, which a seed does by 1 to 4.
        let seeds = 1...8 as ClosedRange<UInt64>
        for seed in seeds { #expect(deviation(picture { _, _ in 0.5 }, seed: seed) < 1e-4) }
        let deviations = seeds.map { deviation(picture { x, y in Float((x + y) % 2) }, seed: $0) }
        #expect(deviations.min()! < 0.025)
        #expect(deviations.count { $0 < 0.125 } >= 4)
    }

    @Test(arguments: [(1, 4000), (4000, 1), (3, 2), (300, 5000)])
    func aPictureOfAnyShapeCanBeSampledFromAndIsNeverEnlarged(width: Int, height: Int) {
        let pixels = (0..<3 * width * height).map { Float($0 % 7) / 7 }
        let source = CropSampler.source(Picture(width: width, height: height, pixels: pixels))
        #expect(min(source.width, source.height) == min(CropSampler.shortSide, width, height))
        #expect(max(source.width, source.height) <= 448)
        #expect(source.values.count == 3 * source.width * source.height)
        var crops = CropSampler()
        _ = crops.add(1) { _ in Picture(width: width, height: height, pixels: pixels) }
        var generator = SplitMix64(seed: 1)
        #expect(crops.batch(2, edge: 16, using: &generator).count == 2 * 3 * 256)
    }

    @Test func anArchitectureIsReadAsItIsWritten() {
        #expect(Architecture.standard.description == "16,32/64,64/96,96,96,64/128,128,128,128/128")
        #expect(Architecture("16/20,24")?.blocks == [[16], [20, 24]])
        #expect(Architecture("16/20,24")?.fileDescription == "conv1_1 pool conv2_1 conv2_2")
        for text in ["", "16,", "16//8", "0", "-3", "a", "10001", "1/1/1/1/1/1/1/1/1/1"] {
            #expect(Architecture(text) == nil, "\(text)")
        }
    }
}
