import Numerics
import Testing

@testable import Imaging

@Suite struct MetadataTests {
    /// A directory of the make and the orientation, then one of a thumbnail, with nothing in it.
    private func exif(_ orientation: UInt8, thumbnailAt next: UInt8 = 38) -> [UInt8] {
        [0x49, 0x49, 42, 0, 8, 0, 0, 0, 2, 0]
            + [0x0F, 1, 2, 0, 4, 0, 0, 0] + Array("Box\0".utf8)
            + [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
            + [next, 0, 0, 0] + [0, 0, 0, 0, 0, 0]
    }

    private let xmp = #"<x:xmpmeta><rdf:Description tiff:Orientation="1" dc:title="Brücke"/></x:xmpmeta>"#

    private var metadata: PictureMetadata { PictureMetadata(exif: exif(1, thumbnailAt: 0), xmp: Array(xmp.utf8)) }

    @Test(arguments: [PictureFormat.png(), .jpeg()]) func metadataComeBack(_ format: PictureFormat) throws {
        let bytes = try Picture.smooth(width: 6, height: 4).encoded(as: format, metadata: metadata)
        var back = try DecodedPicture(decoding: bytes).metadata
        back.profile = nil
        #expect(back == metadata)
    }

    @Test func metadataAreWhereTheFormatsHaveThem() throws {
        let picture = Picture.smooth(width: 6, height: 4)
        let png = try picture.encoded(as: .png(), metadata: metadata)
        #expect(PNGChunk.all(in: png).contains { $0.kind == "eXIf" })
        #expect(png.firstRange(of: Array("iTXtXML:com.adobe.xmp\0\0\0\0\0\(xmp)".utf8)) != nil)
        let jpeg = try picture.encoded(as: .jpeg(), metadata: metadata)
        #expect(jpeg.firstRange(of: [0xFF, 0xE1, 0, UInt8(2 + 6 + exif(1).count)] + Array("Exif\0\0II".utf8)) != nil)
        #expect(jpeg.firstRange(of: Array("http://ns.adobe.com/xap/1.0/\0\(xmp)".utf8)) != nil)
    }

    @Test func metadataOfATurnedPictureSayThatItIsUpright() throws {
        let turned = PictureMetadata(exif: exif(6), xmp: Array(xmp.replacing("\"1\"", with: "\"6\"").utf8))
        let bytes = try Picture.smooth(width: 6, height: 4).encoded(as: .jpeg(), metadata: turned)
        let decoded = try DecodedPicture(decoding: bytes)
        #expect((decoded.picture.width, decoded.picture.height) == (4, 6))
        #expect(decoded.metadata.exif == metadata.exif)
        #expect(decoded.metadata.xmp == metadata.xmp)
    }

    @Test(arguments: ["tiff:Orientation='8'", "<tiff:Orientation>8</tiff:Orientation>"])
    func everySpellingOfXMPsOrientationIsFound(_ text: String) {
        let upright = XMP.ofUprightPicture(Array(text.utf8))
        #expect(upright == Array(text.replacing("8", with: "1").utf8))
    }

    /// In zlib's format, as one block that is not compressed.
    private func stored(_ data: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(data.count & 255), UInt8(data.count >> 8))
        var (a, b) = (1, 0)
        for byte in data { (a, b) = ((a + Int(byte)) % 65521, (a + Int(byte) + b) % 65521) }
        let checksum = [b >> 8, b & 255, a >> 8, a & 255].map(UInt8.init)
        return [0x78, 1, 1, low, high, ~low, ~high] + data + checksum
    }

    @Test(arguments: ["eXIf", "tEXt exif", "zTXt exif", "tEXt APP1", "zTXt APP1", "iTXt"])
    func everyPlaceOfAnOrientationIsRead(_ place: String) throws {
        let named = Array("Exif\0\0".utf8) + exif(6)
        let digits = named.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let text = Array("\nexif\n      \(named.count)\n\(digits.prefix(72))\n\(digits.dropFirst(72))\n".utf8)
        let keyword = Array("Raw profile type \(place.suffix(4).trimmingPrefix(" "))\0".utf8)
        let data =
            switch place.prefix(4) {
            case "eXIf": named
            case "tEXt": keyword + text
            case "zTXt": keyword + [0] + stored(text)
            default: Array("XML:com.adobe.xmp\0\0\0\0\0\(xmp.replacing("\"1\"", with: "\"6\""))".utf8)
            }
        let plain = try Picture.smooth(width: 6, height: 4).encoded(as: .png())
        let decoded = try DecodedPicture(decoding: PNGChunk.inserting(String(place.prefix(4)), data, into: plain))
        #expect((decoded.picture.width, decoded.picture.height) == (4, 6))
        // What is passed on says that it is upright.
        if place == "iTXt" {
            #expect(decoded.metadata.xmp == Array(xmp.utf8))
        } else {
            #expect(decoded.metadata.exif == exif(1, thumbnailAt: 0))
        }
    }

    @Test func textOfEXIFThatExpandsWithoutEndIsLeftOut() throws {
        // Blocks of 65 535 bytes, more than a megabyte of them in all.
        let block: [UInt8] = [0, 0xFF, 0xFF, 0, 0] + [UInt8](repeating: 0x30, count: 65_535)
        let data = Array("Raw profile type exif\0\0".utf8) + [0x78, 1] + (0..<20).flatMap { _ in block }
        let plain = try Picture.smooth(width: 6, height: 4).encoded(as: .png())
        let decoded = try DecodedPicture(decoding: PNGChunk.inserting("zTXt", data, into: plain))
        #expect(decoded.metadata.exif == nil && decoded.picture.width == 6)
    }

    @Test func metadataTooLongForAJPEGAreLeftOut() throws {
        let long = [UInt8](repeating: 0x20, count: 1 << 16)
        let metadata = PictureMetadata(exif: exif(1) + long, xmp: long)
        let picture = Picture.smooth(width: 6, height: 4)
        let back = try DecodedPicture(decoding: picture.encoded(as: .jpeg(), metadata: metadata)).metadata
        #expect(back.exif == nil && back.xmp == nil)
        #expect(try DecodedPicture(decoding: picture.encoded(as: .png(), metadata: metadata)).metadata.xmp == long)
    }

    @Test func alteredEXIFIsNeverFatal() {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<20_000 {
            var bytes = exif(6)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            bytes.removeLast(.random(in: 0..<12, using: &generator))
            #expect((EXIF(bytes)?.ofUprightPainting.orientation ?? .upright) == .upright)
        }
    }
}
