import Numerics
import Testing

@testable import Imaging

@Suite struct ICCProfileTests {
    static let sameAsSRGB = ["srgb", "srgb-gama-chrm", "srgb-gama", "srgb-iccp", "srgb-before-gama"]
    static let damaged = ["damaged-iccp", "damaged-gama-chrm"]

    static let converted = Fixture.profiled.filter { fixture in
        !(sameAsSRGB + damaged + ["display-p3-16"]).contains { fixture.name.hasSuffix("/\($0).png") }
    }

    /// One level: what is expected is made with integers, of which Little CMS rounds some on the way, and another
    /// decoder's JPEG was rounded otherwise.
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

    /// Checked for every level of grey and of each channel alone. Bytes go by fixed-point numbers of 14 bits, whose
    /// rounding sRGB's curve makes up to 13 times as much in the dark: half of 13 / 16384, or a tenth of a level, in
    /// each of two stages.
    @Test func bytesAreConvertedAsFloatsAreToAFifthOfALevel() throws {
        let levels = (0...255).map { Float($0) / 255 }
        let none = [Float](repeating: 0, count: 256)
        let planes = levels + levels + none + none + (levels + none + levels + none) + (levels + none + none + levels)
        for profile in [Self.displayP3, ICCProfile(primaries: .sRGB, curve: .gamma(1.8))!] {
            let fast = try #require(ColorTransform(from: profile, to: .sRGB, bits: 8)).applied(to: planes)
            let fine = try #require(ColorTransform(from: profile, to: .sRGB, bits: 16)).applied(to: planes)
            let worst = zip(fast, fine).map { abs($0 - $1) }.max()! * 255
            #expect(worst < 0.2)
        }
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

    // MARK: - Writing

    static let displayP3 = ICCProfile(
        primaries: .init(
            red: .init(x: 0.68, y: 0.32), green: .init(x: 0.265, y: 0.69), blue: .init(x: 0.15, y: 0.06),
            white: ICCProfile.Primaries.sRGB.white), curve: .sRGB)!

    @Test func theSameProfileIsTheSameBytesOnAnyDay() {
        // The date in the header: the first of January 2000, midnight.
        #expect(ICCProfile.sRGB.bytes[24..<36] == [7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
        #expect(ICCProfile.sRGB.bytes.count < 1000)
    }

    @Test func aPNGSaysThatItIsSRGB() throws {
        let bytes = try Picture.smooth(width: 5, height: 4).encoded(as: .png())
        let chunks = PNGChunk.all(in: bytes)
        let tag = try #require(chunks.first { $0.kind == "sRGB" })
        #expect(bytes[tag.end - 5] == 0, "perceptual intent")
        // For readers that do not know the first.
        #expect(Set(chunks.prefix(4).map(\.kind)) == ["IHDR", "sRGB", "gAMA", "cHRM"])
    }

    @Test func aJPEGSaysThatItIsSRGB() throws {
        let bytes = try Picture.smooth(width: 5, height: 4).encoded(as: .jpeg())
        #expect(try DecodedPicture(decoding: bytes).metadata.profile == .sRGB)
    }

    /// Within a level of 255: numbers are rounded when written, and P3's primaries are farther apart than sRGB's.
    @Test(arguments: [PictureFormat.png(), .png(depth: .sixteen)])
    func aPictureComesBackFromAnotherProfile(_ format: PictureFormat) throws {
        var picture = Picture.smooth(width: 16, height: 12)
        picture.alpha = Planes(count: 1, height: 12, width: 16, repeating: 0.2)
        let bytes = try picture.encoded(as: format, metadata: PictureMetadata(profile: Self.displayP3))
        #expect(!PNGChunk.all(in: bytes).contains { $0.kind == "sRGB" })
        let back = try DecodedPicture(decoding: bytes)
        #expect(back.metadata.profile == Self.displayP3)
        #expect(back.picture.alpha?.values.allSatisfy { abs($0 - 0.2) < 1e-3 } == true)
        #expect(largestDifference(back.picture, picture) <= 1 / 255)
        #expect(try largestDifference(Picture(decoding: untagged(bytes)), picture) > 8 / 255)
    }

    @Test func aJPEGIsWrittenInAnotherProfile() throws {
        let picture = Picture.smooth(width: 16, height: 12)
        let bytes = try picture.encoded(as: .jpeg(quality: 100), metadata: PictureMetadata(profile: Self.displayP3))
        let back = try DecodedPicture(decoding: bytes)
        #expect(back.metadata.profile == Self.displayP3)
        // Quality 100 still rounds each wave of colour to one level.
        #expect(largestDifference(back.picture, picture) < 4 / 255)
    }

    @Test func whatIsReadInAProfileIsWrittenInItWithTheSameNumbers() throws {
        let original = try Picture.smooth(width: 16, height: 12)
            .encoded(as: .png(), metadata: PictureMetadata(profile: Self.displayP3))
        let decoded = try DecodedPicture(decoding: original)
        #expect(try decoded.picture.encoded(as: .png(), metadata: decoded.metadata) == original)
    }

    @Test(arguments: ["grey.png", "grey-jpeg.jpg", "cmyk-jpeg.jpg", "damaged-iccp.png", "srgb.png"])
    func onlyAProfileOfRGBIsKept(_ name: String) throws {
        #expect(try DecodedPicture(decoding: Fixture(name: "profiles/" + name).bytes).metadata.profile == nil)
    }

    private func largestDifference(_ a: Picture, _ b: Picture) -> Float {
        zip(a.pixels, b.pixels).map { abs($0 - $1) }.max()!
    }

    /// A PNG without its profile.
    private func untagged(_ bytes: [UInt8]) throws -> [UInt8] {
        let profile = try #require(PNGChunk.all(in: bytes).first { $0.kind == "iCCP" })
        return Array(bytes[..<profile.start] + bytes[profile.end...])
    }
}
