import ArgumentParser
import LearnedOptimization

/// Functions of a few dimensions, to learn and compare on without pictures.
enum SimpleObjective: String, Codable, CaseIterable, ExpressibleByArgument {
    /// ||W x - y||^2 of Andrychowicz et al. 2016, in ten dimensions.
    case quadratic
    /// Rosenbrock's valley, in ten dimensions.
    case rosenbrock

    var family: any TaskFamily & Sendable {
        switch self {
        case .quadratic: RandomQuadratics()
        case .rosenbrock: RandomRosenbrocks()
        }
    }
}
