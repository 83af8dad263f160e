import LearnedOptimization
import StyleTransfer

/// What walks downhill, by name: `lbfgs`, `learned`.
public enum OptimizerChoice: LosslessStringConvertible, CaseIterable, Equatable, Sendable {
    /// With the built-in weights or those of a file.
    case learned
    /// A learned one whose weights are still random numbers, to compare with.
    case untrained
    case baseline(BaselineOptimizer)

    /// The one that is used when nobody asks for another.
    public static let standard = OptimizerChoice.learned

    public static var allCases: [OptimizerChoice] {
        [.learned] + BaselineOptimizer.allCases.reversed().map { .baseline($0) } + [.untrained]
    }

    public init?(_ name: String) {
        guard let choice = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = choice
    }

    public init(_ optimizer: Stylizer.Optimizer) {
        switch optimizer {
        case .baseline(let kind): self = .baseline(kind)
        case .learned: self = .learned
        }
    }

    public var description: String {
        switch self {
        case .learned: "learned"
        case .untrained: "untrained"
        case .baseline(let kind): kind.rawValue
        }
    }
}
