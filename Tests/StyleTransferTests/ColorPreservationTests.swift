import DrawnPictures
import Imaging
import Numerics
import Testing

@testable import StyleTransfer

@Suite struct ColorPreservationTests {
    private let content = DrawnContent.allCases[0].draw(seed: 1, width: 60, height: 40)

    /// Colours far from the ends of their range, so that none is clamped.
    private func style() -> Picture {
        var generator = SplitMix64(seed: 3)
        let count = 50 * 30
        let base = (0..<count).map { _ in generator.nextUnit() }
        var pixels: [Float] = []
        for channel in 0..<3 {
            let slope = 0.1 * Float(channel)
            for value in base { pixels.append(0.4 + slope * value + 0.1 * generator.nextUnit()) }
        }
        return Picture(width: 50, height: 30, pixels: pixels)
    }

    private func channel(_ picture: Picture, _ index: Int) -> [Float] {
        let count = picture.width * picture.height
        return Array(picture.pixels[index * count..<(index + 1) * count])
    }

    private func meanAndCovariance(_ picture: Picture) -> [Double] {
        let channels = (0..<3).map { channel(picture, $0).map(Double.init) }
        let count = Double(channels[0].count)
        let mean = channels.map { $0.reduce(0, +) / count }
        let covariance = (0..<9).map { (entry: Int) -> Double in
            let (i, j) = (entry / 3, entry % 3)
            let products = zip(channels[i], channels[j]).map { ($0 - mean[i]) * ($1 - mean[j]) }
            return products.reduce(0, +) / count
        }
        return mean + covariance
    }

    @Test func covarianceGivesTheStyleTheMeanAndCovarianceOfTheContent() {
        var target = content
        target.pixels = content.pixels.map { 0.4 + 0.2 * $0 }
        let result = meanAndCovariance(ColorPreservation.covariance.style(style(), for: target))
        // 1e-6 is added to the diagonals; roots are taken in single precision.
        for (value, expected) in zip(result, meanAndCovariance(target)) { #expect(abs(value - expected) < 1e-5) }
    }

    @Test func covarianceLeavesAStyleWithTheContentsColoursAsItIs() {
        let style = style()
        let result = ColorPreservation.covariance.style(style, for: style)
        for (value, expected) in zip(result.pixels, style.pixels) { #expect(abs(value - expected) < 1e-3) }
    }

    @Test func histogramGivesEachChannelTheDistributionOfTheContentAndKeepsTheOrder() {
        let style = style()
        let result = ColorPreservation.histogram.style(style, for: content)
        for index in 0..<3 {
            let (before, after) = (channel(style, index), channel(result, index))
            let order = before.indices.sorted { before[$0] < before[$1] }
            #expect(zip(order, order.dropFirst()).allSatisfy { after[$0] <= after[$1] })
            let expected = channel(content, index).sorted()
            for quantile in stride(from: 0.05, to: 1, by: 0.1) {
                let value = after.sorted()[Int(quantile * Double(after.count))]
                // Between the content's values a few ranks away: the pictures have different numbers of pixels.
                let place = Int(quantile * Double(expected.count))
                #expect((expected[place - 3]...expected[place + 3]).contains(value))
            }
        }
    }

    @Test func luminanceTakesTheLumaOfThePaintingAndTheColoursOfTheContent() {
        var (grey, painting) = (content, content)
        grey.pixels = content.pixels.map { 0.3 + 0.4 * $0 }
        painting.pixels = content.pixels.map { 0.45 + 0.1 * (1 - $0) }
        let result = ColorPreservation.luminance.painting(painting, of: grey)
        #expect(zip(result.luma.values, painting.luma.values).allSatisfy { abs($0 - $1) < 1e-5 })
        for (first, second) in [(0, 1), (1, 2)] {
            let difference = { (picture: Picture) in
                zip(self.channel(picture, first), self.channel(picture, second)).map { $0 - $1 }
            }
            #expect(zip(difference(result), difference(grey)).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }
}
