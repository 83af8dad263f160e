import Imaging
import Kernels
import Testing

@testable import FeatureTraining

@Suite struct CropSamplerTests {
    @Test func aCropCarriesTheLabelOfItsPicture() {
        let pictures = stripes(3)
        var crops = CropSampler()
        #expect(crops.add([0, 5, 5]) { pictures[$0] }.isEmpty)
        #expect(crops.classCount == 6)
        var generator = SplitMix64(seed: 1)
        let batch = crops.batch(of: [2, 0, 1], edge: 8, using: &generator)
        #expect(batch.labels == [5, 0, 5])
        #expect(batch.pixels.count == 3 * 3 * 64 && batch.pixels.allSatisfy(\.isFinite))
    }

    @Test func whatCannotBeReadIsLeftOutAndNamed() {
        let pictures = stripes(3)
        var crops = CropSampler()
        #expect(crops.add([0, 1, 2]) { $0 == 1 ? nil : pictures[$0] } == [1])
        #expect(crops.sources.map(\.label) == [0, 2])
    }

    @Test func cropsDifferFromEachOtherAndFollowFromTheSeed() {
        let crops = sampler(stripes(2))
        func batch(seed: UInt64) -> CropSampler.Batch {
            var generator = SplitMix64(seed: seed)
            return crops.batch(4, edge: 8, using: &generator)
        }
        #expect(batch(seed: 1).pixels == batch(seed: 1).pixels)
        #expect(batch(seed: 1).pixels != batch(seed: 2).pixels)
        #expect(batch(seed: 1).pixels.prefix(192) != batch(seed: 1).pixels.suffix(192))
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
            let plane = sampler([picture]).batch(of: [0], edge: 16, using: &generator).pixels.prefix(256)
            let mean = plane.reduce(0, +) / 256
            return (plane.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 256).squareRoot()
        }
        // A checkerboard of single pixels, whose own deviation would be 0.5 / 0.25, comes out the greyer the more it is
        // scaled down, which a seed does by 1 to 4.
        let seeds = 1...8 as ClosedRange<UInt64>
        for seed in seeds { #expect(deviation(picture { _, _ in 0.5 }, seed: seed) < 1e-4) }
        let deviations = seeds.map { deviation(picture { x, y in Float((x + y) % 2) }, seed: $0) }
        #expect(deviations.min()! < 0.1)
        #expect(deviations.count { $0 < 0.5 } >= 4)
    }

    @Test(arguments: [(1, 4000), (4000, 1), (3, 2), (300, 5000)])
    func aPictureOfAnyShapeCanBeSampledFrom(width: Int, height: Int) {
        let pixels = (0..<3 * width * height).map { Float($0 % 7) / 7 }
        let source = CropSampler.source(Picture(width: width, height: height, pixels: pixels), label: 0)
        #expect(min(source.width, source.height) == CropSampler.shortSide)
        #expect(max(source.width, source.height) <= 448)
        #expect(source.values.count == 3 * source.width * source.height)
    }

    @Test func anArchitectureIsReadAsItIsWritten() {
        #expect(Architecture.standard.description == "32,32/64,64/128,128/128,128/128,128")
        #expect(Architecture("16/20,24")?.blocks == [[16], [20, 24]])
        #expect(Architecture("16/20,24")?.fileDescription == "conv1_1 pool conv2_1 conv2_2")
        for text in ["", "16,", "16//8", "0", "-3", "a", "10001", "1/1/1/1/1/1/1/1/1/1"] {
            #expect(Architecture(text) == nil, "\(text)")
        }
    }
}
