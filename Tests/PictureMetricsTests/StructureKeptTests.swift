import Imaging
import PictureMetrics
import Testing

@Suite struct StructureKeptTests {
    private let content = waves(width: 48, height: 40).withNoise(0.3)

    @Test func aPictureKeepsAllOfItselfWhateverItsBrightnessAndContrast() {
        #expect(abs(structureKept(content, content: content) - 1) < 1e-9)
        #expect(abs(structureKept(content.mapPixels { 0.2 + 0.5 * $0 }, content: content) - 1) < 1e-4)
    }

    @Test func theNegativeHasEveryEdgeTheOtherWayRound() {
        #expect(abs(structureKept(content.mapPixels { 1 - $0 }, content: content) + 1) < 1e-4)
    }

    @Test func aPlainPictureKeepsNothing() {
        #expect(structureKept(content.mapPixels { _ in 0.5 }, content: content) == 0)
        #expect(structureKept(content, content: content.mapPixels { _ in 0.5 }) == 0)
    }

    @Test func noiseTakesStructureAway() {
        let clean = waves(width: 48, height: 48)
        let kept = [0, 0.5, 2].map { structureKept(clean.withNoise($0), content: clean) }
        #expect(kept[0] > kept[1] && kept[1] > kept[2] && kept[2] > 0)
    }

    @Test func aLargerContentIsBroughtToTheResultsSize() {
        let large = waves(width: 128, height: 128, length: 32)
        #expect(structureKept(waves(width: 64, height: 64, length: 16), content: large) > 0.95)
    }
}
