/// The unit in which gradients are measured: the mean magnitude of a gradient's components at the first step.
///
/// A gradient divided by it is of order one whatever the scale of the objective, so that a fixed learning rate means
/// the same everywhere: the size of the first move, in the units of the parameters.
struct GradientScale: Sendable {
    private(set) var meanMagnitude: Double?

    init(meanMagnitude: Double? = nil) { self.meanMagnitude = meanMagnitude }

    /// What to multiply this gradient by, or `nil` when there is no move to make: the gradient, or the loss, is not
    /// finite, or every gradient so far was zero.
    mutating func factor(loss: Double, gradient: [Float]) -> Float? {
        let mean = VectorMath.sumOfMagnitudes(gradient) / Double(max(gradient.count, 1))
        guard loss.isFinite, mean.isFinite else { return nil }
        // Below the smallest normal number the factor would overflow.
        if meanMagnitude == nil, mean >= Double(Float.leastNormalMagnitude) { meanMagnitude = mean }
        return meanMagnitude.map { Float(1 / $0) }
    }

    /// Gradients of a mean over coordinates shrink as their number grows.
    mutating func resample(oldCount: Int, newCount: Int) {
        meanMagnitude = meanMagnitude.map { $0 * Double(oldCount) / Double(newCount) }
    }
}
