import CLCMS
import Numerics

/// Takes colours from one profile to another by perceptual intent, without black point compensation.
final class ColorTransform {
    private static let chunk = 1 << 12

    private let handle: cmsHTRANSFORM
    private let source: ICCProfile.ColorSpace
    private let takesBytes: Bool

    /// - Parameters:
    ///   - destination: of RGB.
    ///   - bits: how many the values have that will be converted.
    /// - Returns: `nil` when the profiles lack what it takes.
    init?(from source: ICCProfile, to destination: ICCProfile, bits: Int = 16) {
        guard destination.colorSpace == .rgb else { return nil }
        let profiles = [source, destination].map { cmsOpenProfileFromMem($0.bytes, cmsUInt32Number($0.bytes.count)) }
        defer { profiles.forEach { cmsCloseProfile($0) } }
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
            nonisolated(unsafe) let result = result
            nonisolated(unsafe) let transform = self
            planes.withUnsafeBufferPointer { planes in
                Parallel.forEach((count + Self.chunk - 1) / Self.chunk) { index, _ in
                    let start = index * Self.chunk
                    let pixels = start..<min(start + Self.chunk, count)
                    if transform.takesBytes {
                        transform.convertBytes(planes, pixels, count, into: result)
                    } else {
                        transform.convertFloats(planes, pixels, count, into: result)
                    }
                }
            }
            initialized = 3 * count
        }
    }

    /// - Parameter count: of the pixels in a plane.
    private func convertFloats(
        _ planes: UnsafeBufferPointer<Float>, _ pixels: Range<Int>, _ count: Int,
        into result: UnsafeMutableBufferPointer<Float>
    ) {
        let size = pixels.count
        // Little CMS has ink in percent.
        let scale: Float = source == .cmyk ? 100 : 1
        var colors = [Float](repeating: 0, count: source.channelCount * size)
        for c in 0..<source.channelCount {
            for i in 0..<size { colors[c * size + i] = planes[c * count + pixels.lowerBound + i] * scale }
        }
        var converted = [Float](repeating: 0, count: 3 * size)
        cmsDoTransform(handle, colors, &converted, cmsUInt32Number(size))
        for c in 0..<3 {
            for i in 0..<size {
                // In this order, since max(0, NaN) is 0.
                result[c * count + pixels.lowerBound + i] = min(max(0, converted[c * size + i]), 1)
            }
        }
    }

    /// - Parameter count: of the pixels in a plane.
    private func convertBytes(
        _ planes: UnsafeBufferPointer<Float>, _ pixels: Range<Int>, _ count: Int,
        into result: UnsafeMutableBufferPointer<Float>
    ) {
        let size = pixels.count
        var colors = [UInt8](repeating: 0, count: 3 * size)
        for c in 0..<3 {
            for i in 0..<size { colors[3 * i + c] = UInt8(planes[c * count + pixels.lowerBound + i] * 255 + 0.5) }
        }
        var converted = [UInt16](repeating: 0, count: 3 * size)
        cmsDoTransform(handle, colors, &converted, cmsUInt32Number(size))
        for c in 0..<3 {
            for i in 0..<size {
                result[c * count + pixels.lowerBound + i] = Float(converted[3 * i + c]) * (1 / 65535)
            }
        }
    }

    /// Whether colours come out as they went in, to within half a level of 255, as they do between the many makes of
    /// sRGB. Those of a few levels of each channel, which bytes can express, stand for all.
    private(set) lazy var isIdentity: Bool = {
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
    }()
}
