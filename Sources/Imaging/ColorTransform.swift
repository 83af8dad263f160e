import CLCMS
import Kernels

/// Takes colours from one profile to another by perceptual intent, without black point compensation.
final class ColorTransform {
    private static let chunk = 1 << 12

    private let handle: cmsHTRANSFORM
    private let source: ICCProfile.ColorSpace

    /// - Parameter destination: of RGB.
    /// - Returns: `nil` when the profiles lack what it takes.
    init?(from source: ICCProfile, to destination: ICCProfile) {
        guard destination.colorSpace == .rgb else { return nil }
        let profiles = [source, destination].map { cmsOpenProfileFromMem($0.bytes, cmsUInt32Number($0.bytes.count)) }
        defer { profiles.forEach { cmsCloseProfile($0) } }
        // Of floats, since with integers the library rounds between its stages.
        let format =
            switch source.colorSpace {
            case .grey: CLCMS_GREY_PLANES
            case .rgb: CLCMS_RGB_PLANES
            case .cmyk: CLCMS_CMYK_PLANES
            }
        let perceptual = cmsUInt32Number(INTENT_PERCEPTUAL)
        guard
            profiles.allSatisfy({ $0 != nil }),
            let handle = cmsCreateTransform(profiles[0], format, profiles[1], CLCMS_RGB_PLANES, perceptual, 0)
        else { return nil }
        self.handle = handle
        self.source = source.colorSpace
    }

    deinit { cmsDeleteTransform(handle) }

    /// - Parameter planes: as many as the source has channels, 0...1; of CMYK 1 is full ink.
    /// - Returns: three planes, 0...1: what the destination cannot express is clamped.
    func applied(to planes: [Float]) -> [Float] {
        let channels = source.channelCount
        let count = planes.count / channels
        // Little CMS has ink in percent.
        let scale: Float = source == .cmyk ? 100 : 1
        nonisolated(unsafe) let handle = handle
        return [Float](unsafeUninitializedCapacity: 3 * count) { result, initialized in
            nonisolated(unsafe) let result = result
            planes.withUnsafeBufferPointer { planes in
                Parallel.forEach((count + Self.chunk - 1) / Self.chunk) { index, _ in
                    let start = index * Self.chunk
                    let size = min(Self.chunk, count - start)
                    var colors = [Float](repeating: 0, count: channels * size)
                    for c in 0..<channels {
                        for i in 0..<size { colors[c * size + i] = planes[c * count + start + i] * scale }
                    }
                    let converted = [Float](unsafeUninitializedCapacity: 3 * size) { converted, initialized in
                        cmsDoTransform(handle, colors, converted.baseAddress!, cmsUInt32Number(size))
                        initialized = 3 * size
                    }
                    for c in 0..<3 {
                        // In this order, since max(0, NaN) is 0.
                        for i in 0..<size { result[c * count + start + i] = min(max(0, converted[c * size + i]), 1) }
                    }
                }
            }
            initialized = 3 * count
        }
    }

    /// Whether colours come out as they went in, to within half a level of 255, as they do between the many makes of
    /// sRGB. Those between a few samples of each channel stand for all.
    private(set) lazy var isIdentity: Bool = {
        let levels: [Float] = (0...16).map { Float($0) / 16 }
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
