import Numerics
import Testing

@testable import StyleTransfer

@Suite struct MarginTests {
    @Test(arguments: [(1, 1), (1, 20), (3, 2), (9, 40), (64, 48)])
    func croppingUndoesExtending(width: Int, height: Int) {
        let planes = Planes(
            count: 3, height: height, width: width, values: (0..<3 * width * height).map(Float.init))
        let extended = planes.withMargin
        #expect((extended.width - width, extended.height - height) == (2 * min(8, width - 1), 2 * min(8, height - 1)))
        #expect(extended.withoutMargin(width: width, height: height) == planes)
    }

    @Test func theMarginMirrorsThePictureAboutItsBorderPixels() {
        let extended = Planes(count: 3, height: 1, width: 3, values: [1, 2, 3, 1, 2, 3, 1, 2, 3]).withMargin
        #expect((extended.width, extended.height) == (7, 1))
        let row: [Float] = [3, 2, 1, 2, 3, 2, 1]
        #expect(extended.values == row + row + row)
    }
}
