import Testing

@testable import Imaging

@Suite struct EncodingTests {
    @Test(arguments: PictureFormat.BitDepth.allCases, [false, true])
    func aPNGComesBackExactly(_ depth: PictureFormat.BitDepth, withAlpha: Bool) throws {
        for (width, height) in [(1, 1), (13, 9), (1, 50), (50, 1)] {
            let picture = Picture.random(width: width, height: height, bits: depth.rawValue, withAlpha: withAlpha)
            let back = try Picture(decoding: picture.encoded(as: .png(depth: depth)))
            #expect(back.samples(bits: depth.rawValue) == picture.samples(bits: depth.rawValue))
            #expect((back.alpha != nil) == withAlpha)
        }
    }

    @Test func valuesOutsideTheRangeAreClampedAndNaNIsBlack() throws {
        let picture = Picture(width: 1, height: 1, pixels: [-3, 1e30, .nan])
        #expect(try Picture(decoding: picture.encoded(as: .png())).pixels == [0, 1, 0])
    }

    /// Quality 95 quantises in steps of up to ten levels, each wave its own; a mistake is far more than eight.
    @Test func aJPEGComesBackClose() throws {
        let picture = Picture.smooth(width: 61, height: 43)
        let back = try Picture(decoding: picture.encoded(as: .jpeg()))
        let worst = zip(picture.pixels, back.pixels).map { abs($0 - $1) }.max()!
        #expect(worst < 8 / 255)
    }

    @Test func textIsKept() throws {
        let picture = Picture.smooth(width: 5, height: 4)
        let text = ["Software": "stylize", "Comment": "Größe 3 × 4"]
        let png = String(decoding: try picture.encoded(as: .png(), text: text), as: UTF8.self)
        #expect(png.contains("tEXtSoftware\0stylize"))
        #expect(png.contains("iTXtComment\0\0\0\0\0Größe 3 × 4"))
        let jpeg = String(decoding: try picture.encoded(as: .jpeg(), text: text), as: UTF8.self)
        #expect(jpeg.contains("Comment: Größe 3 × 4\nSoftware: stylize"))
    }

    @Test func aTransparentPictureIsPutOnWhiteInAJPEG() throws {
        let picture = Picture(
            width: 16, height: 8, pixels: [Float](repeating: 0, count: 3 * 128),
            alpha: (0..<128).map { $0 % 16 < 8 ? 0 : 0.5 })
        let back = try Picture(decoding: picture.encoded(as: .jpeg()))
        for i in 0..<3 * 128 {
            let expected: Float = i % 16 < 8 ? 1 : 0.5
            #expect(abs(back.pixels[i] - expected) < 2 / 255)
        }
    }

    @Test(arguments: [(65501, 1), (1, 65501)]) func aSideTooLongForJPEGIsRefused(_ width: Int, _ height: Int) throws {
        let picture = Picture(width: width, height: height, pixels: [Float](repeating: 0, count: 3 * width * height))
        #expect(throws: ImagingError.doesNotFitJPEG(width: width, height: height)) { try picture.encoded(as: .jpeg()) }
        #expect(try Picture(decoding: picture.encoded(as: .png())).width == width)
    }

    static let paths: [(String, PictureFormat?)] = [
        ("a.png", .png()), ("A.PNG", .png()), ("b/c.d/e.JPG", .jpeg()), ("x.jpeg", .jpeg()), ("x.tar.jpg", .jpeg()),
        ("png", nil), ("a.gif", nil), ("a.png/b", nil), ("", nil), ("a.", nil),
    ]
    @Test(arguments: paths) func theExtensionSaysTheFormat(_ path: String, _ format: PictureFormat?) {
        #expect(PictureFormat(path: path) == format)
    }
}
