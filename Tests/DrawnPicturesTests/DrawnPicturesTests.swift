import DrawnPictures
import Imaging
import Numerics
import Testing

/// One drawing of either kind.
struct Drawing: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var draw: @Sendable (_ seed: UInt64, _ width: Int, _ height: Int) -> Picture

    static let contents = DrawnContent.allCases.map { content in
        Drawing(testDescription: content.rawValue) { content.draw(seed: $0, width: $1, height: $2) }
    }
    static let styles = DrawnStyle.allCases.map { style in
        Drawing(testDescription: style.rawValue) { style.draw(seed: $0, width: $1, height: $2) }
    }
    static let all = contents + styles
}

private func luminances(_ picture: Picture) -> [Float] {
    let area = picture.width * picture.height
    return (0..<area).map {
        0.299 * picture.pixels[$0] + 0.587 * picture.pixels[area + $0] + 0.114 * picture.pixels[2 * area + $0]
    }
}

private func deviation(_ values: [Float]) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
}

@Suite(.serialized) struct DrawnPicturesTests {
    @Test(arguments: Drawing.all, [(1, 1), (1, 7), (33, 20)])
    func hasTheSizeAskedForAndValuesInRange(drawing: Drawing, size: (Int, Int)) {
        let picture = drawing.draw(5, size.0, size.1)
        #expect(picture.width == size.0)
        #expect(picture.height == size.1)
        #expect(picture.alpha == nil)
        #expect(picture.pixels.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
    }

    @Test(arguments: Drawing.all)
    func sameSeedGivesTheSamePictureOnAnyNumberOfThreads(drawing: Drawing) {
        let one = Parallel.$threadCount.withValue(1) { drawing.draw(7, 33, 20) }
        let two = Parallel.$threadCount.withValue(2) { drawing.draw(7, 33, 20) }
        #expect(one == two)
    }

    @Test(arguments: Drawing.all)
    func anotherSeedGivesAnotherPicture(drawing: Drawing) {
        let first = drawing.draw(1, 32, 24)
        let second = drawing.draw(2, 32, 24)
        let difference = zip(first.pixels, second.pixels).reduce(Float(0)) { $0 + abs($1.0 - $1.1) }
        #expect(difference / Float(first.pixels.count) > 0.02)
    }

    @Test(arguments: Drawing.all, [1, 2, 3] as [UInt64])
    func hasLightAndDark(drawing: Drawing, seed: UInt64) {
        #expect(deviation(luminances(drawing.draw(seed, 48, 36))) > 0.06)
    }

    @Test func examplesHaveUniquePaths() {
        #expect(Set(ExamplePicture.all.map(\.path)).count == ExamplePicture.all.count)
    }

    @Test func examplesShowEveryContentAndEveryStyle() {
        for content in DrawnContent.allCases {
            #expect(ExamplePicture.contents.contains { $0.kind == .content(content) })
        }
        for style in DrawnStyle.allCases { #expect(ExamplePicture.styles.contains { $0.kind == .style(style) }) }
    }

    @Test func examplesAreOfAUsefulSize() {
        for example in ExamplePicture.all {
            #expect((512...768).contains(example.width))
            #expect((512...768).contains(example.height))
        }
    }
}
