import Testing

@testable import StyleTransfer

@Suite struct CanvasTests {
    @Test(arguments: [(1, 1), (1, 20), (3, 2), (9, 40), (64, 48)])
    func croppingUndoesExtending(width: Int, height: Int) {
        let canvas = Canvas(width: width, height: height)
        let planes = (0..<3 * width * height).map(Float.init)
        let extended = canvas.extend(planes)
        #expect(extended.count == 3 * canvas.fullWidth * canvas.fullHeight)
        #expect(canvas.crop(extended) == planes)
    }

    @Test func theMarginMirrorsThePictureAboutItsBorderPixels() {
        let canvas = Canvas(width: 3, height: 1)
        #expect((canvas.marginX, canvas.marginY) == (2, 0))
        let row: [Float] = [3, 2, 1, 2, 3, 2, 1]
        #expect(canvas.extend([1, 2, 3, 1, 2, 3, 1, 2, 3]) == row + row + row)
    }
}
