import Foundation
import Kernels

/// The statistics of a style at one layer, and how far those of a picture are from them.
struct StyleTarget: Sendable {
    /// A distance and its derivatives.
    struct Distance {
        var value: Double
        /// With respect to the mean m.
        var mean: [Double]
        /// With respect to the covariance (or, for `gram`, the second moment), symmetric.
        var matrix: [Double]
    }

    let loss: StyleLoss
    let moments: Moments
    /// What the distance of means, and Wasserstein's of covariances, is divided by: the style's own variance. A thousandth
    /// of its mean's square keeps a flat style from dividing by 0; where the mean is 0 too, rounding is all there is to a
    /// variance, even below 0, and a ten-thousandth a channel stands for it, activations being of the size of 1.
    let scale: Double
    private static func floor(_ moments: Moments) -> Double { 1e-4 * Double(moments.channels) }
    private let covariance: [Double]
    private let wasserstein: GaussianWasserstein?
    private let kernels: KernelSet

    /// - Precondition: the moments are usable.
    init(_ moments: Moments, loss: StyleLoss, kernels: KernelSet) {
        self.moments = moments
        self.loss = loss
        self.kernels = kernels
        let covariance = moments.covariance
        let n = moments.paddedChannels
        let trace = (0..<n).reduce(0.0) { $0 + covariance[$1 * n + $1] }
        let scale = max(trace + 1e-3 * moments.mean.reduce(0) { $0 + $1 * $1 } + 1e-8, Self.floor(moments))
        self.covariance = covariance
        self.scale = scale
        wasserstein =
            loss == .wasserstein
            ? GaussianWasserstein(
                covariance: covariance, n: n, epsilon: 1e-4 * scale / Double(moments.channels), kernels: kernels)
            : nil
    }

    func distance(to other: Moments) -> Distance {
        guard other.areUsable else { return undefinedDistance }
        switch loss {
        case .wasserstein:
            var distance = meanDistance(to: other)
            let (value, gradient) = wasserstein!.distance(to: other.covariance)
            distance.value += value / scale
            distance.matrix = gradient.map { $0 / scale }
            return distance
        case .covariance:
            var distance = meanDistance(to: other)
            let size = max(
                covariance.reduce(0) { $0 + $1 * $1 } + 1e-6 * scale * scale, pow(Self.floor(moments), 2))
            let difference = zip(other.covariance, covariance).map { $0 - $1 }
            distance.value += difference.reduce(0) { $0 + $1 * $1 } / size
            distance.matrix = difference.map { 2 * $0 / size }
            return distance
        case .gram:
            let n = moments.paddedChannels
            let trace = (0..<n).reduce(0.0) { $0 + moments.second[$1 * n + $1] }
            let size = max(
                moments.second.reduce(0) { $0 + $1 * $1 } + 1e-6 * trace * trace, pow(Self.floor(moments), 2))
            let difference = zip(other.second, moments.second).map { $0 - $1 }
            return Distance(
                value: difference.reduce(0) { $0 + $1 * $1 } / size, mean: [Double](repeating: 0, count: n),
                matrix: difference.map { 2 * $0 / size })
        }
    }

    /// What there is to say of a picture whose activations are beyond numbers.
    private var undefinedDistance: Distance {
        let n = moments.paddedChannels
        return Distance(
            value: .nan, mean: [Double](repeating: 0, count: n), matrix: [Double](repeating: 0, count: n * n))
    }

    private func meanDistance(to other: Moments) -> Distance {
        let difference = zip(other.mean, moments.mean).map { $0 - $1 }
        return Distance(
            value: difference.reduce(0) { $0 + $1 * $1 } / scale, mean: difference.map { 2 * $0 / scale }, matrix: [])
    }

    /// The gradient of `weight` times the distance with respect to an activation f is `matrix f + vector`.
    ///
    /// With C = E[f f^T] - m m^T over N pixels, dC = 2 (f - m) df^T / N and dm = df / N.
    func activationGradient(
        of distance: Distance, at other: Moments, weight: Double, pixelCount: Int
    ) -> (matrix: [Float], vector: [Float]) {
        let n = moments.paddedChannels
        let share = weight / Double(pixelCount)
        var vector = [Float](repeating: 0, count: n)
        for i in 0..<n {
            var value = distance.mean[i]
            if loss != .gram {
                for j in 0..<n { value -= 2 * distance.matrix[i * n + j] * other.mean[j] }
            }
            vector[i] = Float(share * value)
        }
        return (distance.matrix.map { Float(2 * share * $0) }, vector)
    }
}
