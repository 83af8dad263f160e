import CImageCodecs

extension Picture {
    /// The most pixels that are read unless the caller says otherwise: 268 million, 3 GB as floats.
    public static let defaultMaximumPixels = 1 << 28

    /// Decodes the bytes of a PNG or JPEG file, as `DecodedPicture` does.
    /// - Throws: `ImagingError`.
    public init(decoding bytes: [UInt8], maximumPixels: Int = defaultMaximumPixels) throws(ImagingError) {
        self = try DecodedPicture(decoding: bytes, maximumPixels: maximumPixels).picture
    }
}

/// A picture, and what its file says beside it.
public struct DecodedPicture: Sendable {
    public var picture: Picture
    public var metadata: PictureMetadata

    /// About how many bytes a pixel takes in memory while it is decoded: the integers, and the floats in two profiles.
    public static let bytesPerPixel = 3 + 12 + 12

    /// Decodes the bytes of a PNG or JPEG file, upright as its EXIF says, or its XMP where that says nothing.
    ///
    /// Colours become sRGB as the file's profile says, by perceptual intent; without a profile, or with a damaged one,
    /// they are taken for sRGB, and CMYK is converted as Adobe means it. Greyscale becomes three equal planes, opacity
    /// is kept.
    /// - Parameter maximumPixels: a larger picture is refused before memory is taken for it.
    /// - Throws: `ImagingError`.
    public init(decoding bytes: [UInt8], maximumPixels: Int = Picture.defaultMaximumPixels) throws(ImagingError) {
        let (decode, format): (Decoder, String)
        switch Signature(bytes) {
        case .png: (decode, format) = (png_decode, "PNG")
        case .jpeg: (decode, format) = (jpeg_decode, "JPEG")
        case .other(let name): throw .unsupportedFormat(name)
        case nil: throw bytes.isEmpty ? .empty : .notAPicture
        }
        var image = DecodedImage()
        defer { decoded_image_free(&image) }
        var message = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_SIZE))
        switch decode(bytes, bytes.count, UInt64(maximumPixels), &image, &message) {
        case CODEC_OK: break
        case CODEC_TOO_LARGE:
            throw .tooLarge(width: Int(image.width), height: Int(image.height), maximumPixels: maximumPixels)
        case CODEC_OUT_OF_MEMORY: throw .outOfMemory
        default:
            let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw .corrupt(format: format, reason: reason)
        }
        let profile = image.profile
        let asStored = Picture(
            width: Int(image.width), height: Int(image.height), pixels: image.pixels(profile),
            alpha: image.color != CODEC_CMYK && image.channels == 4 ? image.plane(3) : nil)
        let exif = (image.metadata.exif.array ?? image.exif_text.array.flatMap(EXIF.ofText)).flatMap(EXIF.init)
        let xmp = image.metadata.xmp.array
        picture = asStored.oriented(exif?.orientation ?? xmp.flatMap(XMP.orientation) ?? .upright)
        let isWritable = profile.map { ColorTransform(from: .sRGB, to: $0) != nil } ?? false
        metadata = PictureMetadata(
            profile: isWritable ? profile : nil, exif: exif?.ofUprightPainting.bytes,
            xmp: xmp.map(XMP.ofUprightPicture))
    }

    private typealias Decoder = (
        UnsafePointer<UInt8>, Int, UInt64, UnsafeMutablePointer<DecodedImage>, UnsafeMutablePointer<CChar>
    ) -> CodecStatus
}

extension DecodedImage {
    /// What its colours are; `nil` stands for sRGB, and for inks that nobody describes.
    ///
    /// PNG's cICP chunk, if its numbers stand for something, goes before a profile, that before the sRGB chunk, and that
    /// before gAMA and cHRM: https://www.w3.org/TR/png-3/#4Concepts.ColourSpaces.
    fileprivate var profile: ICCProfile? {
        if has_code_points != 0, let codePoints = CodePoints(code_points), let profile = codePoints.profile {
            return profile
        }
        if let profile = metadata.profile.array.flatMap(ICCProfile.init) {
            switch (color, profile.colorSpace) {
            case (CODEC_GREY, .grey), (CODEC_GREY, .rgb), (CODEC_RGB, .rgb), (CODEC_CMYK, .cmyk): return profile
            default: break
            }
        }
        guard is_srgb == 0, gamma != 0 || white.y != 0 else { return nil }
        func chromaticity(_ point: CodecChromaticity) -> ICCProfile.Chromaticity {
            .init(x: Double(point.x) / 1e5, y: Double(point.y) / 1e5)
        }
        let primaries =
            white.y == 0
            ? .sRGB
            : ICCProfile.Primaries(
                red: chromaticity(red), green: chromaticity(green), blue: chromaticity(blue),
                white: chromaticity(white))
        // Writers round sRGB's 1 / 2.2 and chromaticities variously.
        let hasUsualGamma = gamma == 0 || abs(Int(gamma) - 45455) <= 100
        guard !hasUsualGamma || !primaries.isClose(to: .sRGB, tolerance: 0.01) else { return nil }
        return ICCProfile(primaries: primaries, curve: gamma == 0 ? .sRGB : .gamma(1e5 / Double(gamma)))
    }

    /// Three planes of sRGB.
    fileprivate func pixels(_ profile: ICCProfile?) -> [Float] {
        if let profile, let transform = ColorTransform(from: profile, to: .sRGB, bits: Int(bits)),
            !transform.isIdentity
        {
            switch profile.colorSpace {
            case .grey: return transform.applied(to: plane(0))
            case .rgb: return transform.applied(to: planes(0..<3))
            case .cmyk: return transform.applied(to: (0..<4).flatMap { plane($0).map { 1 - $0 } })
            }
        }
        return color == CODEC_CMYK ? (0..<3).flatMap(planeOfUnknownInk) : planes(0..<3)
    }

    fileprivate func plane(_ channel: Int) -> [Float] { planes(channel..<channel + 1) }

    private func planes(_ channels: Range<Int>) -> [Float] {
        bits == 16 ? planes(channels, of: UInt16.self) : planes(channels, of: UInt8.self)
    }

    /// Interleaved integers as floats, a plane after the other.
    private func planes<Sample: FixedWidthInteger>(_ wanted: Range<Int>, of type: Sample.Type) -> [Float] {
        let (count, channels) = (Int(width) * Int(height), Int(channels))
        let samples = samples!.assumingMemoryBound(to: type)
        let scale = 1 / Float(Sample.max)
        return [Float](unsafeUninitializedCapacity: wanted.count * count) { planes, initialized in
            for (place, channel) in wanted.enumerated() {
                for i in 0..<count { planes[place * count + i] = Float(samples[i * channels + channel]) * scale }
            }
            initialized = wanted.count * count
        }
    }

    /// Red, green or blue of CMYK as Adobe stores it, where 255 is no ink: every ink swallows its share of the light.
    private func planeOfUnknownInk(_ channel: Int) -> [Float] {
        let count = Int(width) * Int(height)
        let samples = samples!.assumingMemoryBound(to: UInt8.self)
        return [Float](unsafeUninitializedCapacity: count) { plane, initialized in
            for i in 0..<count {
                let light = Int(samples[4 * i + 3])
                let swallowed = ((255 - Int(samples[4 * i + channel])) * light * 2 + 255) / 510
                plane[i] = Float(light - swallowed) * (1 / 255)
            }
            initialized = count
        }
    }
}
