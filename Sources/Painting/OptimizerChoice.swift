import LearnedOptimization
import StyleTransfer

/// What walks downhill, by name: `lbfgs`, `learned`.
public enum OptimizerChoice: LosslessStringConvertible, CaseIterable, Equatable, Sendable {
    /// With the built-in weights or those of a file.
    case learned
    /// A learned one whose weights are still random numbers, to compare with.
    case untrained
    case handMade(HandMadeOptimizer)

    /// The one that is used when nobody asks for another.
    public static let standard = OptimizerChoice.learned

    public static var allCases: [OptimizerChoice] {
        [.learned] + HandMadeOptimizer.allCases.reversed().map { .handMade($0) } + [.untrained]
    }

    public init?(_ name: String) {
        guard let choice = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = choice
    }

    public init(_ optimizer: Stylizer.Optimizer) {
        switch optimizer {
        case .handMade(let kind): self = .handMade(kind)
        case .learned: self = .learned
        }
    }

    public var description: String {
        switch self {
        case .learned: "learned"
        case .untrained: "untrained"
        case .handMade(let kind): kind.rawValue
        }
    }
}
