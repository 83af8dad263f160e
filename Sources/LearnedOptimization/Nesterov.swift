/// Nesterov's accelerated gradient, in the form of Sutskever et al. 2013, "On the importance of initialization and
/// momentum in deep learning":
///
///     v <- mu v - rate g(x + mu v) / mean|g_0|
///     x <- x + v
///
/// The parameters handed to the caller are the look-ahead points x + mu v, where the gradient is taken.
/// A step whose loss or gradient is not finite is not taken.
public struct Nesterov: ResamplableOptimizer, Sendable {
    /// Parameters are expected in 0...1.
    public static let defaultLearningRate: Float = 0.02

    public let learningRate: Float
    public let momentum: Float
    private var scale = GradientScale()
    /// v, in the units of the parameters.
    private var velocity: [Float] = []

    public init(learningRate: Float = defaultLearningRate, momentum: Float = 0.9) {
        self.learningRate = learningRate
        self.momentum = momentum
    }

    public mutating func step(_ parameters: inout [Float], loss: Double, gradient: [Float]) {
        precondition(gradient.count == parameters.count)
        guard let factor = scale.factor(loss: loss, gradient: gradient) else { return }
        if velocity.count != parameters.count { velocity = [Float](repeating: 0, count: parameters.count) }
        let (rate, momentum) = (learningRate * factor, momentum)
        gradient.withUnsafeBufferPointer { gradient in
            velocity.withUnsafeMutableBufferPointer { velocity in
                guard let gradient = gradient.baseAddress, let velocity = velocity.baseAddress else { return }
                VectorMath.update(&parameters, sharing: (gradient, velocity)) { parameters, shared, range in
                    let (gradient, velocity) = shared
                    for index in range {
                        let descent = rate * gradient[index]
                        let next = momentum * velocity[index] - descent
                        velocity[index] = next
                        parameters[index] += momentum * next - descent
                    }
                }
            }
        }
    }

    /// The velocity is a move of the parameters and keeps its size.
    public mutating func resample(_ resample: ([Float]) -> [Float]) {
        guard !velocity.isEmpty else { return }
        let oldCount = velocity.count
        velocity = resample(velocity)
        scale.resample(oldCount: oldCount, newCount: velocity.count)
    }
}
