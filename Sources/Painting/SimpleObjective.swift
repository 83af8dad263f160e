import LearnedOptimization

/// Functions of a few dimensions, to learn and compare on without pictures.
public enum SimpleObjective: String, Codable, CaseIterable, Sendable {
    /// ||W x - y||^2 of Andrychowicz et al. 2016, in ten dimensions.
    case quadratic
    /// Rosenbrock's valley, in ten dimensions.
    case rosenbrock

    public var family: any TaskFamily & Sendable {
        switch self {
        case .quadratic: RandomQuadratics()
        case .rosenbrock: RandomRosenbrocks()
        }
    }
}
