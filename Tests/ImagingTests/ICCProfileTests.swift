import Testing

@testable import Imaging

@Suite struct ICCProfileTests {
    static let sameAsSRGB = ["srgb", "srgb-gama-chrm", "srgb-gama", "srgb-iccp", "srgb-before-gama"]
    static let damaged = ["damaged-iccp", "damaged-gama-chrm"]

    static let converted = Fixture.profiled.filter { fixture in
        !(sameAsSRGB + damaged + ["display-p3-16"]).contains { fixture.name.hasSuffix("/\($0).png") }
    }

    /// One level: what is expected is made with integers, of which Little CMS rounds some on the way, and the JPEGs' are
    /// rounded once more before they are converted.
    @Test(arguments: converted) func aPictureInOtherColoursIsReadAsSRGB(_ fixture: Fixture) throws {
        let picture = try Picture(decoding: fixture.bytes)
        let expected = try fixture.expected
        #expect((picture.alpha != nil) == (expected.channels == 4))
        let errors = zip(picture.samples(bits: 8), expected.samples).map { abs($0 - $1) }
        #expect(errors.count == expected.samples.count)
        #expect(errors.max()! <= 1)
    }

    /// A profile has its primaries to 1/65536, which sRGB's curve makes up to 13 times as much in the dark: of three
    /// primaries some twenty levels of 65535. Eight bits are 257 apart.
    @Test func sixteenBitsKeepTheirPrecision() throws {
        let fixture = Fixture(name: "profiles/display-p3-16.png")
        let errors = zip(try Picture(decoding: fixture.bytes).samples(bits: 16), try fixture.expected.samples)
            .map { abs($0 - $1) }
        #expect(errors.max()! <= 26)
    }

    @Test(arguments: sameAsSRGB + damaged) func whatIsSRGBOrCannotBeUnderstoodIsLeftAsItIs(_ name: String) throws {
        let fixture = Fixture(name: "profiles/\(name).png")
        let picture = try Picture(decoding: fixture.bytes)
        #expect(picture.pixels.map { ($0 * 255).rounded() * (1 / 255) } == picture.pixels)
        #expect(try picture.samples(bits: 8) == fixture.expected.samples)
    }

    @Test func aJPEGWhoseProfileIsCutIsReadWithoutIt() throws {
        var bytes = try Fixture(name: "profiles/display-p3-jpeg.jpg").bytes
        let marker = try #require(bytes.firstRange(of: Array("ICC_PROFILE\0".utf8)))
        // "The first of two", of which there is no second.
        bytes[marker.upperBound + 1] = 2
        let plain = try Picture(decoding: bytes)
        #expect(plain.pixels.map { ($0 * 255).rounded() * (1 / 255) } == plain.pixels)
    }
}
