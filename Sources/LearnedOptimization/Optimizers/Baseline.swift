/// The optimizers that people designed, by name.
public enum HandMadeOptimizer: String, CaseIterable, Sendable {
    case gradientDescent = "gradient-descent"
    case nesterov
    case rmsprop
    case adam
    case lbfgs

    /// The learning rate that suits most objectives over parameters in 0...1.
    public var defaultLearningRate: Float {
        switch self {
        case .gradientDescent: GradientDescent.defaultLearningRate
        case .nesterov: Nesterov.defaultLearningRate
        case .rmsprop: RMSprop.defaultLearningRate
        case .adam: Adam.defaultLearningRate
        case .lbfgs: LBFGS.defaultLearningRate
        }
    }

    /// An optimizer of this kind with fresh state.
    ///
    /// - Parameters:
    ///   - learningRate: about the mean absolute size of the first move, in the units of the parameters; `nil` takes
    ///     the default.
    ///   - history: how many curvature pairs L-BFGS keeps.
    ///   - bounds: the objective's bounds, which L-BFGS makes use of.
    public func make(
        learningRate: Float? = nil, history: Int = 10, bounds: ClosedRange<Float>? = nil
    ) -> any ResamplableOptimizer {
        let rate = learningRate ?? defaultLearningRate
        return switch self {
        case .gradientDescent: GradientDescent(learningRate: rate)
        case .nesterov: Nesterov(learningRate: rate)
        case .rmsprop: RMSprop(learningRate: rate)
        case .adam: Adam(learningRate: rate)
        case .lbfgs: LBFGS(learningRate: rate, history: history, bounds: bounds)
        }
    }
}
