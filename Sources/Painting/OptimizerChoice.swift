import LearnedOptimization
import StyleTransfer

/// What walks downhill, by name: `lbfgs`, `learned`.
public enum OptimizerChoice: Sendable, CustomStringConvertible, CaseIterable, Equatable {
    case baseline(BaselineOptimizer)
    /// With the built-in weights or those of a file.
    case learned

    /// The one that is used when nobody asks for another.
    public static let standard = OptimizerChoice.learned

    public static var allCases: [OptimizerChoice] { BaselineOptimizer.allCases.map { .baseline($0) } + [.learned] }

    public init?(argument: String) {
        guard let choice = Self.allCases.first(where: { $0.description == argument }) else { return nil }
        self = choice
    }

    public init(_ optimizer: Stylizer.Optimizer) {
        switch optimizer {
        case .baseline(let kind): self = .baseline(kind)
        case .learned: self = .learned
        }
    }

    public static var allValueStrings: [String] { allCases.map(\.description) }

    public var description: String {
        switch self {
        case .baseline(let kind): kind.rawValue
        case .learned: "learned"
        }
    }
}
