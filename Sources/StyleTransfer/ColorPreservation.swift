import Imaging
import Kernels

/// Ways to keep the content's colours (Gatys et al. 2017, "Controlling Perceptual Factors in Neural Style Transfer").
public enum ColorPreservation: String, CaseIterable, Sendable {
    /// Only the luma of the painting is taken.
    case luminance
    /// Each channel of the style is given the content's distribution before anything is painted.
    case histogram
    /// The colours of the style are given the content's mean and covariance before anything is painted, by the linear
    /// map that moves them least.
    case covariance

    /// Whether it is the style that changes, which is then another for each content.
    var changesStyle: Bool { self != .luminance }

    /// The style to paint a content in.
    func style(_ style: Picture, for content: Picture) -> Picture {
        var result = style
        switch self {
        case .luminance: break
        case .histogram:
            for channel in 0..<3 {
                let places = style.planes.range(of: channel)
                result.pixels.replaceSubrange(
                    places,
                    with: Self.matched(
                        style.pixels[places], to: content.pixels[content.planes.range(of: channel)]))
            }
        case .covariance:
            let from = KernelSet.best.pixelMoments(style.planes)
            let to = KernelSet.best.pixelMoments(content.planes)
            let n = from.paddedChannels
            let map = GaussianWasserstein(covariance: from.covariance, n: n, epsilon: 1e-6, kernels: .best)
                .transport(to: to.covariance)
            let count = style.planes.area
            for pixel in 0..<count {
                for i in 0..<3 {
                    let value = (0..<3).reduce(to.mean[i]) {
                        $0 + map[i * n + $1] * (Double(style.pixels[$1 * count + pixel]) - from.mean[$1])
                    }
                    result.pixels[i * count + pixel] = Float(min(max(value, 0), 1))
                }
            }
        }
        return result
    }

    /// The painting as it is kept.
    ///
    /// - Parameter content: at the painting's size.
    func painting(_ painting: Picture, of content: Picture) -> Picture {
        guard self == .luminance else { return painting }
        var result = content
        result.alpha = painting.alpha
        let count = content.planes.area
        // To add the same to all channels changes the luma and leaves both differences of colour.
        for (pixel, (new, old)) in zip(painting.luma.values, content.luma.values).enumerated() {
            for value in stride(from: pixel, to: 3 * count, by: count) {
                result.pixels[value] = min(max(content.pixels[value] + new - old, 0), 1)
            }
        }
        return result
    }

    /// Values in the order of `values` with the distribution of `others`; equal ones stay equal.
    private static func matched(_ values: ArraySlice<Float>, to others: ArraySlice<Float>) -> [Float] {
        let sorted = others.sorted()
        let order = values.indices.sorted { values[$0] < values[$1] }
        var result = [Float](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            let end = order[first...].firstIndex { values[$0] != values[order[first]] } ?? order.count
            let rank = Double(first + end) / 2 / Double(order.count)
            let value = sorted[min(Int(rank * Double(sorted.count)), sorted.count - 1)]
            for index in order[first..<end] { result[index - values.startIndex] = value }
            first = end
        }
        return result
    }
}
