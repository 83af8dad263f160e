import CImageCodecs

extension Picture {
    /// The most pixels that are read unless the caller says otherwise: 268 million, 3 GB as floats.
    public static let defaultMaximumPixels = 1 << 28

    /// Reads a PNG or JPEG file, whatever its name.
    /// - Throws: `ImagingError`.
    public init(contentsOf path: String, maximumPixels: Int = defaultMaximumPixels) throws(ImagingError) {
        try self.init(decoding: File.read(path), maximumPixels: maximumPixels)
    }

    /// Decodes the bytes of a PNG or JPEG file, upright as its EXIF orientation says.
    ///
    /// Greyscale becomes three equal planes, CMYK is converted as Adobe means it, opacity is kept.
    /// - Parameter maximumPixels: a larger picture is refused before memory is taken for it.
    /// - Throws: `ImagingError`.
    public init(decoding bytes: [UInt8], maximumPixels: Int = defaultMaximumPixels) throws(ImagingError) {
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
        let upright = Picture(image)
        let orientation = image.exif.map {
            Orientation(exif: Array(UnsafeBufferPointer(start: $0, count: image.exif_size)))
        }
        self = orientation.map { upright.oriented($0) } ?? upright
    }

    private typealias Decoder = (
        UnsafePointer<UInt8>, Int, UInt64, UnsafeMutablePointer<DecodedImage>, UnsafeMutablePointer<CChar>
    ) -> CodecStatus

    /// Interleaved integers as planar floats.
    private init(_ image: DecodedImage) {
        let (width, height, channels) = (Int(image.width), Int(image.height), Int(image.channels))
        let count = width * height
        func plane<Sample: FixedWidthInteger>(_ channel: Int, of type: Sample.Type) -> [Float] {
            let samples = image.samples!.assumingMemoryBound(to: type)
            let scale = 1 / Float(Sample.max)
            return [Float](unsafeUninitializedCapacity: count) { plane, initialized in
                for i in 0..<count { plane[i] = Float(samples[i * channels + channel]) * scale }
                initialized = count
            }
        }
        func plane(_ channel: Int) -> [Float] {
            image.bits == 16 ? plane(channel, of: UInt16.self) : plane(channel, of: UInt8.self)
        }
        self.init(
            width: width, height: height, pixels: plane(0) + plane(1) + plane(2), alpha: channels == 4 ? plane(3) : nil)
    }
}
