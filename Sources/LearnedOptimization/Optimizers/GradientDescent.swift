/// Gradient descent: x <- x - rate g / mean|g_0|.
///
/// The learning rate is the mean absolute size of the first move, in the units of the parameters; from there on the
/// step is a fixed multiple of the gradient, as in the textbook. A step whose loss or gradient is not finite is not
/// taken.
public struct GradientDescent: ResamplableOptimizer, Sendable {
    /// Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.04

    public let learningRate: Float
    private var scale = GradientScale()
    private var count = 0

    public init(learningRate: Float = defaultLearningRate) {
        self.learningRate = learningRate
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        count = parameters.count
        guard let factor = scale.factor(loss: loss, gradient: gradient) else { return }
        VectorMath.add(-learningRate * factor, gradient, to: &parameters)
    }

    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        guard count > 0 else { return }
        let newCount = resample([Float](repeating: 0, count: count)).count
        scale.resample(oldCount: count, newCount: newCount)
        count = newCount
    }
}
