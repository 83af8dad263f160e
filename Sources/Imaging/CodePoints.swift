import Foundation

/// What PNG's cICP chunk says of a picture's colours: the code points of ITU-T H.273.
struct CodePoints {
    let primaries: Int
    let transfer: Int
    /// Whether 0 and the largest value are black and white; else 16/255 and 235/255 are.
    let isFullRange: Bool

    /// - Parameter bytes: primaries, transfer, matrix and range.
    /// - Returns: `nil` when they are not of RGB, which PNG wants.
    init?(_ bytes: (UInt8, UInt8, UInt8, UInt8)) {
        guard bytes.2 == 0, bytes.3 <= 1 else { return nil }
        (primaries, transfer, isFullRange) = (Int(bytes.0), Int(bytes.1), bytes.3 == 1)
    }

    /// `nil` for code points that are reserved, unspecified or of no screen.
    var profile: ICCProfile? {
        guard let primaries = Self.primaries[primaries], let light = Self.transfers[transfer] else { return nil }
        if isFullRange, transfer == 13 { return ICCProfile(primaries: primaries, curve: .sRGB) }
        let steps = 4096
        return ICCProfile(
            primaries: primaries,
            curve: .table(
                (0..<steps).map { step in
                    let value = Double(step) / Double(steps - 1)
                    let inside = isFullRange ? value : min(max((255 * value - 16) / 219, 0), 1)
                    return Float(min(max(light(inside), 0), 1))
                }))
    }

    private static let d65 = ICCProfile.Primaries.sRGB.white
    private static let c = ICCProfile.Chromaticity(x: 0.310, y: 0.316)

    private static func primaries(
        _ red: (Double, Double), _ green: (Double, Double), _ blue: (Double, Double), _ white: ICCProfile.Chromaticity
    ) -> ICCProfile.Primaries {
        func point(_ xy: (Double, Double)) -> ICCProfile.Chromaticity { .init(x: xy.0, y: xy.1) }
        return .init(red: point(red), green: point(green), blue: point(blue), white: white)
    }

    /// Table 2.
    private static let primaries: [Int: ICCProfile.Primaries] = [
        1: .sRGB,
        4: primaries((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), c),
        5: primaries((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), d65),
        6: primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), d65),
        7: primaries((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), d65),
        8: primaries((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), c),
        9: primaries((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), d65),
        11: primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), .init(x: 0.314, y: 0.351)),
        12: primaries((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), d65),
        22: primaries((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), d65),
    ]

    /// Table 3, from values to light.
    private static let transfers: [Int: @Sendable (Double) -> Double] = [
        1: bt709, 4: { pow($0, 2.2) }, 5: { pow($0, 2.8) }, 6: bt709,
        7: { $0 < 4 * 0.0228 ? $0 / 4 : pow(($0 + 0.1115) / 1.1115, 1 / 0.45) },
        8: { $0 }, 9: { $0 == 0 ? 0 : pow(10, 2 * ($0 - 1)) }, 10: { $0 == 0 ? 0 : pow(10, 2.5 * ($0 - 1)) },
        11: bt709, 12: bt709,
        13: { $0 > 0.04045 ? pow(($0 + 0.055) / 1.055, 2.4) : $0 / 12.92 },
        14: bt709, 15: bt709, 16: pq, 17: { pow($0, 2.6) * 52.37 / 48 }, 18: hlg,
    ]

    @Sendable private static func bt709(_ value: Double) -> Double {
        let (alpha, beta) = (1.099296826809442, 0.018053968510807)
        return value < 4.5 * beta ? value / 4.5 : pow((value + alpha - 1) / alpha, 1 / 0.45)
    }

    /// Diffuse white of high dynamic range, in candela per square metre (ITU-R BT.2408). It becomes white, and what is
    /// brighter is clipped.
    private static let referenceWhite = 203.0

    /// SMPTE ST 2084, of 10 000 candela per square metre.
    @Sendable private static func pq(_ value: Double) -> Double {
        let root = pow(value, 32.0 / 2523)
        let light = max(root - 3424.0 / 4096, 0) / (2413.0 / 128 - 2392.0 / 128 * root)
        return pow(light, 16384.0 / 2610) * 10_000 / referenceWhite
    }

    /// ARIB STD-B67, on a screen of 1000 candela per square metre, whose gamma is 1.2 (ITU-R BT.2100).
    @Sendable private static func hlg(_ value: Double) -> Double {
        let (a, b) = (0.17883277, 1 - 4 * 0.17883277)
        let c = 0.5 - a * log(4 * a)
        let scene = value <= 0.5 ? value * value / 3 : (exp((value - c) / a) + b) / 12
        return pow(scene, 1.2) * 1000 / referenceWhite
    }
}
