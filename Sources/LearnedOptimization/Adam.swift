/// Adam (Kingma and Ba 2015): momentum, and a step size for each coordinate.
///
///     m <- beta1 m + (1 - beta1) g
///     v <- beta2 v + (1 - beta2) g^2
///     x <- x - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// Gradients are in units of mean|g_0|, which makes epsilon relative and the walk the same for every scale of the
/// objective. A step whose loss or gradient is not finite is not taken.
public struct Adam: ResamplableOptimizer, Sendable {
    /// Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.04

    public var learningRate: Float
    public let beta1: Float
    public let beta2: Float
    public let epsilon: Float
    private var scale = GradientScale()
    private var mean: [Float] = []
    private var meanSquare: [Float] = []
    /// beta1^t and beta2^t
    private var powers: (Float, Float) = (1, 1)

    public init(
        learningRate: Float = defaultLearningRate, beta1: Float = 0.9, beta2: Float = 0.99, epsilon: Float = 1e-6
    ) {
        self.learningRate = learningRate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        precondition(gradient.count == parameters.count)
        guard let factor = scale.factor(loss: loss, gradient: gradient) else { return }
        if mean.count != parameters.count {
            mean = [Float](repeating: 0, count: parameters.count)
            meanSquare = mean
        }
        powers = (powers.0 * beta1, powers.1 * beta2)
        let (beta1, beta2, epsilon) = (beta1, beta2, epsilon)
        let (rate, correction) = (learningRate / (1 - powers.0), 1 / (1 - powers.1))
        gradient.withUnsafeBufferPointer { gradient in
            mean.withUnsafeMutableBufferPointer { mean in
                meanSquare.withUnsafeMutableBufferPointer { meanSquare in
                    guard let gradient = gradient.baseAddress, let mean = mean.baseAddress,
                        let meanSquare = meanSquare.baseAddress
                    else { return }
                    VectorMath.update(&parameters, sharing: (gradient, mean, meanSquare)) { parameters, shared, range in
                        let (gradient, mean, meanSquare) = shared
                        for index in range {
                            let slope = factor * gradient[index]
                            let first = beta1 * mean[index] + (1 - beta1) * slope
                            let second = beta2 * meanSquare[index] + (1 - beta2) * (slope * slope)
                            mean[index] = first
                            meanSquare[index] = second
                            parameters[index] -= rate * first / ((correction * second).squareRoot() + epsilon)
                        }
                    }
                }
            }
        }
    }

    /// Both means are of gradients in their own unit, so that they keep their size.
    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        guard !mean.isEmpty else { return }
        let oldCount = mean.count
        mean = resample(mean)
        meanSquare = resample(meanSquare).map { max($0, 0) }  // a sharp resampling filter can undershoot
        scale.resample(oldCount: oldCount, newCount: mean.count)
    }

    // MARK: - Keeping

    /// All of the state but the vectors.
    struct Scalars: Codable, Sendable {
        var meanMagnitude: Double?
        var beta1Power: Float
        var beta2Power: Float
    }

    var state: (moments: (mean: [Float], meanSquare: [Float])?, Scalars) {
        (
            mean.isEmpty ? nil : (mean, meanSquare),
            Scalars(meanMagnitude: scale.meanMagnitude, beta1Power: powers.0, beta2Power: powers.1)
        )
    }

    mutating func restore(_ moments: (mean: [Float], meanSquare: [Float])?, _ scalars: Scalars) {
        (mean, meanSquare) = moments ?? ([], [])
        powers = (scalars.beta1Power, scalars.beta2Power)
        scale = GradientScale(meanMagnitude: scalars.meanMagnitude)
    }
}
