import ArgumentParser
import LearnedOptimization
import StyleTransfer

/// What walks downhill, by name: `lbfgs`, `learned`.
enum OptimizerChoice: ExpressibleByArgument, CustomStringConvertible, CaseIterable, Equatable {
    case baseline(BaselineOptimizer)
    /// With the built-in weights or those of a file.
    case learned

    /// The one that is used when nobody asks for another.
    static let standard = OptimizerChoice.learned

    static var allCases: [OptimizerChoice] { BaselineOptimizer.allCases.map { .baseline($0) } + [.learned] }

    init?(argument: String) {
        guard let choice = Self.allCases.first(where: { $0.description == argument }) else { return nil }
        self = choice
    }

    init(_ optimizer: Stylizer.Optimizer) {
        switch optimizer {
        case .baseline(let kind): self = .baseline(kind)
        case .learned: self = .learned
        }
    }

    static var allValueStrings: [String] { allCases.map(\.description) }

    var description: String {
        switch self {
        case .baseline(let kind): kind.rawValue
        case .learned: "learned"
        }
    }

    var defaultValueDescription: String { description }
}
