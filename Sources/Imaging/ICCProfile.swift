import CLCMS

/// What the numbers of a picture mean as colours: a profile as the International Color Consortium defines it (ICC.1).
public struct ICCProfile: Equatable, Sendable {
    /// Whose amounts a colour is made of.
    enum ColorSpace {
        case grey
        case rgb
        case cmyk

        var channelCount: Int {
            switch self {
            case .grey: 1
            case .rgb: 3
            case .cmyk: 4
            }
        }
    }

    public let bytes: [UInt8]
    let colorSpace: ColorSpace

    /// - Returns: `nil` for what is damaged, or no profile of grey, RGB or CMYK pictures.
    public init?(_ bytes: [UInt8]) {
        guard let profile = cmsOpenProfileFromMem(bytes, cmsUInt32Number(bytes.count)) else { return nil }
        defer { cmsCloseProfile(profile) }
        switch cmsGetColorSpace(profile) {
        case cmsSigGrayData: colorSpace = .grey
        case cmsSigRgbData: colorSpace = .rgb
        case cmsSigCmykData: colorSpace = .cmyk
        default: return nil
        }
        let kinds = [cmsSigInputClass, cmsSigDisplayClass, cmsSigOutputClass, cmsSigColorSpaceClass]
        guard kinds.contains(cmsGetDeviceClass(profile)) else { return nil }
        self.bytes = bytes
    }

    /// sRGB (IEC 61966-2-1), some hundred bytes that are always the same.
    public static let sRGB: ICCProfile = {
        let profile = cmsCreate_sRGBProfile()
        defer { cmsCloseProfile(profile) }
        return ICCProfile(saved(profile!)!)!
    }()

    /// A point of the CIE 1931 chromaticity diagram.
    struct Chromaticity {
        var x, y: Double
    }

    /// The primaries of a screen.
    struct Primaries {
        var red, green, blue, white: Chromaticity

        static let sRGB = Primaries(
            red: .init(x: 0.64, y: 0.33), green: .init(x: 0.3, y: 0.6), blue: .init(x: 0.15, y: 0.06),
            white: .init(x: 0.3127, y: 0.329))

        /// - Parameter tolerance: of each coordinate.
        func isClose(to other: Primaries, tolerance: Double) -> Bool {
            zip([red, green, blue, white], [other.red, other.green, other.blue, other.white])
                .allSatisfy { abs($0.x - $1.x) <= tolerance && abs($0.y - $1.y) <= tolerance }
        }
    }

    /// What makes light of a value.
    enum ToneCurve {
        /// IEC 61966-2-1: above the last number ((x + 0.055) / 1.055)^2.4, below it x / 12.92.
        case sRGB
        /// An exponent.
        case gamma(Double)
        /// The light of values that are evenly spaced over 0...1.
        case table([Float])

        fileprivate var inLittleCMS: OpaquePointer? {
            switch self {
            case .sRGB: cmsBuildParametricToneCurve(nil, 4, [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045])
            case .gamma(let gamma): gamma.isFinite && gamma > 0 ? cmsBuildGamma(nil, gamma) : nil
            case .table(let values): cmsBuildTabulatedToneCurveFloat(nil, cmsUInt32Number(values.count), values)
            }
        }
    }

    /// RGB with the given primaries.
    ///
    /// - Returns: `nil` when no colours could be told apart with these.
    init?(primaries: Primaries, curve: ToneCurve) {
        let corners = [primaries.red, primaries.green, primaries.blue, primaries.white]
        guard corners.allSatisfy({ $0.y > 0 }) else { return nil }
        func xyY(_ point: Chromaticity) -> cmsCIExyY { cmsCIExyY(x: point.x, y: point.y, Y: 1) }
        var white = xyY(primaries.white)
        var triple = cmsCIExyYTRIPLE(Red: xyY(primaries.red), Green: xyY(primaries.green), Blue: xyY(primaries.blue))
        guard let curve = curve.inLittleCMS else { return nil }
        defer { cmsFreeToneCurve(curve) }
        var curves: [OpaquePointer?] = [curve, curve, curve]
        guard let profile = cmsCreateRGBProfile(&white, &triple, &curves) else { return nil }
        defer { cmsCloseProfile(profile) }
        guard let bytes = Self.saved(profile) else { return nil }
        self.init(bytes)
    }

    private static func saved(_ profile: cmsHPROFILE) -> [UInt8]? {
        var size: cmsUInt32Number = 0
        guard cmsSaveProfileToMem(profile, nil, &size) != 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        guard cmsSaveProfileToMem(profile, &bytes, &size) != 0 else { return nil }
        // The header says when it was made, which would be now: the same picture would have other bytes every second.
        bytes.replaceSubrange(24..<36, with: [0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
        return bytes
    }
}
