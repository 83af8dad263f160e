/// The optimizers that people designed, by name.
public enum HandMadeOptimizer: String, CaseIterable, Sendable {
    case gradientDescent = "gradient-descent"
    case nesterov
    case rmsprop
    case adam
    case lbfgs
}
