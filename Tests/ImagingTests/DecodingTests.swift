import Numerics
import Testing

@testable import Imaging

@Suite struct DecodingTests {
    @Test func theCorpusIsThere() {
        #expect(Fixture.png.count >= 54)
        #expect(Fixture.jpeg.count >= 20)
    }

    @Test(arguments: Fixture.png) func aPNGIsReadExactly(_ fixture: Fixture) throws {
        let picture = try Picture(decoding: fixture.bytes)
        let expected = try fixture.expected
        #expect(picture.width == expected.width && picture.height == expected.height)
        #expect((picture.alpha != nil) == (expected.channels == 4))
        #expect(picture.samples(bits: expected.bits) == expected.samples)
        let top = (1 << expected.bits) - 1
        if expected.samples.contains(top) { #expect(max(picture.pixels.max()!, picture.alpha?.values.max() ?? 0) == 1) }
    }

    /// One level: decoders may round the inverse cosine transform and the colour conversion differently.
    @Test(arguments: Fixture.jpeg) func aJPEGIsReadWithinOneLevel(_ fixture: Fixture) throws {
        let picture = try Picture(decoding: fixture.bytes)
        let expected = try fixture.expected
        #expect(picture.width == expected.width && picture.height == expected.height && picture.alpha == nil)
        let errors = zip(picture.samples(bits: 8), expected.samples).map { abs($0 - $1) }
        #expect(errors.count == expected.samples.count)
        #expect(errors.max()! <= 1)
    }

    @Test func aPictureOverTheLimitIsRefused() throws {
        let bytes = try Fixture(name: "rgb-8.png").bytes
        #expect(throws: ImagingError.tooLarge(width: 13, height: 9, maximumPixels: 116)) {
            try Picture(decoding: bytes, maximumPixels: 116)
        }
        #expect(throws: Never.self) { try Picture(decoding: bytes, maximumPixels: 117) }
    }
}

@Suite struct OrientationTests {
    /// A TIFF header, then a directory of the one entry.
    static func exif(_ orientation: UInt8) -> [UInt8] {
        [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
    }

    @Test(arguments: Orientation.allCases) func anOrientationIsRead(_ orientation: Orientation) {
        #expect(Orientation(exif: Self.exif(UInt8(orientation.rawValue))) == orientation)
    }

    @Test(arguments: [0, 9, 255] as [UInt8]) func anOrientationThatIsNoneMeansUpright(_ value: UInt8) {
        #expect(Orientation(exif: Self.exif(value)) == .upright)
    }

    @Test func cutEXIFMeansUpright() {
        let whole = Self.exif(6)
        for count in 0..<20 { #expect(Orientation(exif: Array(whole.prefix(count))) == .upright) }
    }

    @Test func alteredEXIFIsNeverFatal() {
        var generator = SplitMix64(seed: 2)
        for _ in 0..<20_000 {
            var bytes = Self.exif(6)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = Orientation(exif: bytes)
        }
    }
}
