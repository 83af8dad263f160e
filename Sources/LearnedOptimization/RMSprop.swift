/// RMSprop (Tieleman and Hinton 2012): each coordinate's step is divided by a running root mean square of its gradient.
///
///     v <- decay v + (1 - decay) g^2
///     x <- x - rate g / (sqrt(v / (1 - decay^t)) + epsilon)
///
/// The division by 1 - decay^t, Adam's, makes the first steps as long as the later ones; without it, the first is
/// 1 / sqrt(1 - decay) times too long. Gradients are in units of mean|g_0|, which makes epsilon relative.
/// A step whose loss or gradient is not finite is not taken.
public struct RMSprop: ResamplableOptimizer, Sendable {
    /// Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.02

    public let learningRate: Float
    public let decay: Float
    public let epsilon: Float
    private var scale = GradientScale()
    private var meanSquare: [Float] = []
    /// decay^t
    private var decayPower: Float = 1

    public init(learningRate: Float = defaultLearningRate, decay: Float = 0.95, epsilon: Float = 1e-6) {
        self.learningRate = learningRate
        self.decay = decay
        self.epsilon = epsilon
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        precondition(gradient.count == parameters.count)
        guard let factor = scale.factor(loss: loss, gradient: gradient) else { return }
        if meanSquare.count != parameters.count { meanSquare = [Float](repeating: 0, count: parameters.count) }
        decayPower *= decay
        let (rate, decay, epsilon, correction) = (learningRate, decay, epsilon, 1 / (1 - decayPower))
        gradient.withUnsafeBufferPointer { gradient in
            meanSquare.withUnsafeMutableBufferPointer { meanSquare in
                guard let gradient = gradient.baseAddress, let meanSquare = meanSquare.baseAddress else { return }
                VectorMath.update(&parameters, sharing: (gradient, meanSquare)) { parameters, shared, range in
                    let (gradient, meanSquare) = shared
                    for index in range {
                        let slope = factor * gradient[index]
                        let square = decay * meanSquare[index] + (1 - decay) * (slope * slope)
                        meanSquare[index] = square
                        parameters[index] -= rate * slope / ((correction * square).squareRoot() + epsilon)
                    }
                }
            }
        }
    }

    /// The mean square is of gradients in their own unit, so that it keeps its size.
    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        guard !meanSquare.isEmpty else { return }
        let oldCount = meanSquare.count
        meanSquare = resample(meanSquare).map { max($0, 0) }  // a sharp resampling filter can undershoot
        scale.resample(oldCount: oldCount, newCount: meanSquare.count)
    }
}
