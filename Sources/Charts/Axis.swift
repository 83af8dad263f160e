import Foundation

/// How numbers lie along an axis.
public enum AxisScale: Sendable {
    case linear
    /// Logarithmic, marked at powers of 2: for counts above 0.
    case log2
    /// Logarithmic, marked at 1, 2, 5 times powers of 10: for measurements above 0.
    case log10
}

/// A range of numbers along a line of pixels, with round ticks.
struct Axis {
    let scale: AxisScale
    let lower: Double
    let upper: Double
    let ticks: [Double]

    /// - Parameters:
    ///   - values: all to be shown; those a logarithm cannot take are ignored.
    ///   - isPadded: whether the range is widened to the next ticks.
    ///   - tickCount: about how many.
    init(_ scale: AxisScale, holding values: [Double], isPadded: Bool, tickCount: Int) {
        let values = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
        var (low, high) = (values.min() ?? 0, values.max() ?? 1)
        // A logarithmic axis with hardly a number to mark says less than a linear one.
        let scale = low > 0 && high / low >= 4 ? scale : .linear
        if high == low { (low, high) = (low - 0.5, high + 0.5) }
        switch scale {
        case .log2, .log10:
            let round =
                scale == .log2 ? (-62...62).map { exp2(Double($0)) } : (-12...12).flatMap { Self.decade($0) }
            let inside = round.filter { $0 >= low * (1 - 1e-9) && $0 <= high * (1 + 1e-9) }
            let every = max(1, (inside.count + tickCount - 1) / tickCount)
            ticks = Swift.stride(from: 0, to: inside.count, by: every).map { inside[$0] }
        case .linear:
            let step = Self.roundStep((high - low) / Double(tickCount))
            let inside = isPadded ? (low / step).rounded(.down) : (low / step - 1e-9).rounded(.up)
            let outside = isPadded ? (high / step).rounded(.up) : (high / step + 1e-9).rounded(.down)
            ticks = Swift.stride(from: inside, through: outside, by: 1).map { $0 * step }
            if isPadded { (low, high) = (inside * step, outside * step) }
        }
        (self.scale, lower, upper) = (scale, low, high)
    }

    /// 0 at the lower end of the axis, 1 at the upper.
    func position(_ value: Double) -> Double {
        switch scale {
        case .linear: (value - lower) / (upper - lower)
        case .log2, .log10: log2(value / lower) / log2(upper / lower)
        }
    }

    /// The tick as it is written, with as many digits as its neighbours need.
    func label(_ tick: Double) -> String {
        guard scale == .linear, ticks.count > 1 else { return Self.short(tick) }
        let step = ticks[1] - ticks[0]
        guard step >= 1e-4, max(lower.magnitude, upper.magnitude) < 1e6 else { return Self.short(tick) }
        let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
        let text = String(format: "%.\(decimals)f", tick.magnitude)
        return tick < 0 && Double(text) != 0 ? "−" + text : text
    }

    private static func short(_ value: Double) -> String {
        String(format: "%.4g", value).replacing("-", with: "−")
    }

    private static func decade(_ exponent: Int) -> [Double] {
        [1, 2, 5].map { exponent < 0 ? $0 / pow(10, Double(-exponent)) : $0 * pow(10, Double(exponent)) }
    }

    /// The next of 1, 2, 5, 10, ... times a power of 10.
    private static func roundStep(_ step: Double) -> Double {
        let power = pow(10, log10(step).rounded(.down))
        return [1, 2, 5, 10].first { $0 * power >= step * (1 - 1e-9) }! * power
    }
}
