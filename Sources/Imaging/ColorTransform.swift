import CLCMS
import Numerics

/// Takes colours from one profile to another by perceptual intent, without black point compensation.
final class ColorTransform: Sendable {
    private static let chunk = 1 << 12

    /// Little CMS's transforms may be used by several threads at a time.
    private nonisolated(unsafe) let handle: cmsHTRANSFORM
    private let source: ICCProfile.ColorSpace
    private let takesBytes: Bool

    /// - Parameters:
    ///   - destination: of RGB.
    ///   - bits: how many the values have that will be converted.
    /// - Returns: `nil` when the profiles lack what it takes.
    init?(from source: ICCProfile, to destination: ICCProfile, bits: Int = 16) {
        guard destination.colorSpace == .rgb else { return nil }
        let profiles = [source, destination].map { cmsOpenProfileFromMem($0.bytes, cmsUInt32Number($0.bytes.count)) }
        defer { for profile in profiles { cmsCloseProfile(profile) } }
        guard profiles.allSatisfy({ $0 != nil }) else { return nil }
        let perceptual = cmsUInt32Number(INTENT_PERCEPTUAL)
        // From bytes of RGB, between profiles of curves and primaries, Little CMS has a way that takes a fraction of
        // the time and is exact to a fifth of a level. All else goes by floats, since with integers it rounds between
        // its stages, and puts coarse tables in the place of fine ones.
        takesBytes =
            bits == 8 && source.colorSpace == .rgb
            && cmsIsCLUT(profiles[0], perceptual, cmsUInt32Number(LCMS_USED_AS_INPUT)) == 0
            && cmsIsCLUT(profiles[1], perceptual, cmsUInt32Number(LCMS_USED_AS_OUTPUT)) == 0
        let format =
            switch source.colorSpace {
            case .grey: CLCMS_GREY_PLANES
            case .rgb: takesBytes ? CLCMS_RGB_8 : CLCMS_RGB_PLANES
            case .cmyk: CLCMS_CMYK_PLANES
            }
        let outputFormat = takesBytes ? CLCMS_RGB_16 : CLCMS_RGB_PLANES
        guard let handle = cmsCreateTransform(profiles[0], format, profiles[1], outputFormat, perceptual, 0) else {
            return nil
        }
        self.handle = handle
        self.source = source.colorSpace
    }

    deinit { cmsDeleteTransform(handle) }

    /// - Parameter planes: as many as the source has channels, 0...1; of CMYK 1 is full ink.
    /// - Returns: three planes, 0...1: what the destination cannot express is clamped.
    func applied(to planes: [Float]) -> [Float] {
        let count = planes.count / source.channelCount
        return [Float](unsafeUninitializedCapacity: 3 * count) { result, initialized in
            Parallel.forEach((count + Self.chunk - 1) / Self.chunk, sharing: result) { result, index, _ in
                let pixels = index * Self.chunk..<min((index + 1) * Self.chunk, count)
                let channels: [ArraySlice<Float>] = (0..<source.channelCount).map {
                    planes[$0 * count + pixels.lowerBound..<$0 * count + pixels.upperBound]
                }
                let converted = takesBytes ? convertedBytes(channels) : convertedFloats(channels)
                for plane in 0..<3 {
                    for i in pixels.indices {
                        result[plane * count + i] = converted[plane * pixels.count + i - pixels.lowerBound]
                    }
                }
            }
            initialized = 3 * count
        }
    }

    private func convertedFloats(_ channels: [ArraySlice<Float>]) -> [Float] {
        // Little CMS has ink in percent.
        let scale: Float = source == .cmyk ? 100 : 1
        let colors = channels.flatMap { $0.map { $0 * scale } }
        var converted = [Float](repeating: 0, count: 3 * channels[0].count)
        cmsDoTransform(handle, colors, &converted, cmsUInt32Number(channels[0].count))
        // In this order, since max(0, NaN) is 0.
        return converted.map { min(max(0, $0), 1) }
    }

    private func convertedBytes(_ channels: [ArraySlice<Float>]) -> [Float] {
        let size = channels[0].count
        var colors = [UInt8](repeating: 0, count: 3 * size)
        for (c, channel) in channels.enumerated() {
            for (i, value) in channel.enumerated() { colors[3 * i + c] = UInt8(value * 255 + 0.5) }
        }
        var converted = [UInt16](repeating: 0, count: 3 * size)
        cmsDoTransform(handle, colors, &converted, cmsUInt32Number(size))
        return (0..<3 * size).map { Float(converted[$0 % size * 3 + $0 / size]) * (1 / 65535) }
    }

    /// Whether colours come out as they went in, to within half a level of 255, as they do between the many makes of
    /// sRGB. Those of a few levels of each channel, which bytes can express, stand for all.
    var isIdentity: Bool {
        let levels: [Float] = (0...15).map { Float($0) / 15 }
        let colors: [[Float]]
        switch source {
        case .cmyk: return false
        case .grey: colors = levels.map { [$0] }
        case .rgb: colors = levels.flatMap { r in levels.flatMap { g in levels.map { b in [r, g, b] } } }
        }
        let planes = (0..<source.channelCount).flatMap { channel in colors.map { $0[channel] } }
        let converted = applied(to: planes)
        return converted.indices.allSatisfy { abs(converted[$0] - planes[$0 % planes.count]) < 0.5 / 255 }
    }
}
