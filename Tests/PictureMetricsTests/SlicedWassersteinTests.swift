import Imaging
import PictureMetrics
import Testing

@Suite struct SlicedWassersteinTests {
    @Test func aPictureIsNoDistanceFromItself() {
        let texture = waves(width: 96, height: 80)
        #expect(SlicedWasserstein().distances(texture, texture) == [0, 0, 0])
    }

    @Test func aTextureThatIsMovedIsTheSameTexture() {
        let metric = SlicedWasserstein()
        // Twelve whole waves of patches.
        let texture = waves(width: 102, height: 96)
        let moved = metric.distance(texture, waves(width: 102, height: 96, shift: 3))
        let other = metric.distance(texture, waves(width: 102, height: 96, length: 20))
        #expect(moved < 0.02)
        #expect(other > 3 * moved)
    }

    @Test func aPlainColourIsAsFarAsItsPatchesAre() {
        // All projections of a plain patch are one number: the distance is the mean square of 147 equal differences
        // projected, whose expectation is the square of one difference; 128 directions leave it within a quarter.
        let grey = picture(width: 40, height: 40) { _, _, _ in 0.3 }
        let lighter = picture(width: 40, height: 40) { _, _, _ in 0.7 }
        let distance = SlicedWasserstein().distance(grey, lighter)
        #expect(abs(distance - 0.4) < 0.1)
        #expect(SlicedWasserstein().distance(grey, grey) == 0)
    }

    @Test func noiseTakesATextureAwayFromItself() {
        let texture = waves(width: 96, height: 96)
        let distances = [0, 0.2, 0.5].map { SlicedWasserstein().distances(texture.withNoise($0), texture)[0] }
        #expect(distances[0] < distances[1] && distances[1] < distances[2])
    }

    @Test func theStyleIsBroughtToTheAreaOfTheResult() {
        let metric = SlicedWasserstein()
        let result = waves(width: 96, height: 96, length: 12)
        // The same waves drawn twice as large.
        let style = waves(width: 192, height: 192, length: 24)
        #expect(metric.distances(result, style)[0] < 0.05)
        #expect(metric.distance(result, style) > 2 * metric.distances(result, style)[0])
    }

    @Test func theSameSeedGivesTheSameDistanceAndTinyPicturesHaveOne() {
        let (one, other) = (waves(width: 5, height: 3), waves(width: 4, height: 9, length: 3))
        let distances = SlicedWasserstein().distances(one, other)
        #expect(distances == SlicedWasserstein().distances(one, other))
        #expect(distances.count == 3 && distances.allSatisfy(\.isFinite))
    }
}
