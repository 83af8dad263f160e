import CImageCodecs
import Foundation

extension Picture {
    /// The bytes of a file in the given format, which says what its colours are: sRGB or those of a profile.
    ///
    /// JPEG has no opacity: the picture is put on white.
    /// - Parameters:
    ///   - text: what to say in the file's own metadata, by keyword: PNG text chunks, or lines of the JPEG comment.
    ///   - metadata: goes into the file too. Colours are converted to its profile; what the format has no room for is
    ///     left out.
    /// - Throws: `ImagingError`.
    public func encoded(
        as format: PictureFormat, text: [String: String] = [:], metadata: PictureMetadata = PictureMetadata()
    ) throws(ImagingError) -> [UInt8] {
        try format.requireRoom(width: width, height: height)
        let picture = format.hasOpacity ? self : onWhite()
        if let profile = metadata.profile, let transform = ColorTransform(from: .sRGB, to: profile) {
            var converted = picture
            if !transform.isIdentity { converted.pixels = transform.applied(to: picture.pixels) }
            if let bytes = try converted.encoded(format, profile, text, metadata) { return bytes }
        }
        guard let bytes = try picture.encoded(format, nil, text, metadata) else { throw .outOfMemory }
        return bytes
    }

    /// - Parameter profile: what the picture's numbers mean already, instead of that of the metadata; `nil` is sRGB.
    /// - Returns: `nil` when the format does not take the profile.
    private func encoded(
        _ format: PictureFormat, _ profile: ICCProfile?, _ text: [String: String], _ metadata: PictureMetadata
    ) throws(ImagingError) -> [UInt8]? {
        // PNG has a chunk of its own for sRGB.
        let tag =
            switch format {
            case .png: profile
            case .jpeg: profile ?? .sRGB
            }
        var beside = CodecMetadata(
            profile: CodecBytes(copying: tag?.bytes), exif: CodecBytes(copying: metadata.exif),
            xmp: CodecBytes(copying: metadata.xmp))
        defer { codec_metadata_free(&beside) }
        var encoded = CodecBytes()
        defer { free(encoded.bytes) }
        var message = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_SIZE))
        let sortedText = text.sorted { $0.key < $1.key }
        let status: CodecStatus
        switch format {
        case .png(let depth):
            let channels: Int32 = alpha == nil ? 3 : 4
            let keys = sortedText.map { strdup($0.key) }
            let values = sortedText.map { strdup($0.value) }
            defer { for text in keys + values { free(text) } }
            let constantKeys = keys.map { UnsafePointer($0!) }
            let constantValues = values.map { UnsafePointer($0!) }
            func encode(_ samples: UnsafeRawPointer) -> CodecStatus {
                png_encode(
                    samples, Int32(width), Int32(height), channels, Int32(depth.rawValue), constantKeys, constantValues,
                    Int32(keys.count), &beside, &encoded, &message)
            }
            let all = pixels + (alpha?.values ?? [])
            status =
                depth == .sixteen
                ? interleaved(all, as: UInt16.self).withUnsafeBytes { encode($0.baseAddress!) }
                : interleaved(all, as: UInt8.self).withUnsafeBytes { encode($0.baseAddress!) }
        case .jpeg(let quality):
            let comment = sortedText.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
            status = jpeg_encode(
                interleaved(pixels, as: UInt8.self), Int32(width), Int32(height), Int32(quality),
                comment.isEmpty ? nil : comment, &beside, &encoded, &message)
        }
        switch status {
        case CODEC_OK: return Array(UnsafeBufferPointer(start: encoded.bytes, count: encoded.size))
        case CODEC_PROFILE_REFUSED: return nil
        default: throw .outOfMemory
        }
    }

    /// Rounded to the nearest integer, clamped, one sample of each plane after the other.
    private func interleaved<Sample: FixedWidthInteger>(_ values: [Float], as type: Sample.Type) -> [Sample] {
        let count = planes.area
        let channels = values.count / count
        let scale = Float(Sample.max)
        return [Sample](unsafeUninitializedCapacity: values.count) { samples, initialized in
            values.withUnsafeBufferPointer { values in
                for channel in 0..<channels {
                    for i in 0..<count {
                        // In this order, since max(0, NaN) is 0.
                        let value = min(max(0, values[channel * count + i] * scale + 0.5), scale)
                        samples[i * channels + channel] = Sample(value)
                    }
                }
            }
            initialized = values.count
        }
    }

    private func onWhite() -> Picture {
        guard let alpha else { return self }
        var result = self
        for i in pixels.indices { result.pixels[i] = 1 - alpha.values[i % alpha.area] * (1 - pixels[i]) }
        return result
    }
}
