import ArgumentParser
import LearnedOptimization
import StyleTransfer

/// What walks downhill, by name: `lbfgs`, `learned`.
enum OptimizerChoice: ExpressibleByArgument, CustomStringConvertible, CaseIterable, Equatable {
    case handMade(HandMadeOptimizer)
    /// With the built-in weights or those of a file.
    case learned

    /// The one that is used when nobody asks for another.
    static let standard = OptimizerChoice.learned

    static var allCases: [OptimizerChoice] { HandMadeOptimizer.allCases.map { .handMade($0) } + [.learned] }

    init?(argument: String) {
        guard let choice = Self.allCases.first(where: { $0.description == argument }) else { return nil }
        self = choice
    }

    init(_ optimizer: Stylizer.Optimizer) {
        switch optimizer {
        case .handMade(let kind): self = .handMade(kind)
        case .learned: self = .learned
        }
    }

    static var allValueStrings: [String] { allCases.map(\.description) }

    var description: String {
        switch self {
        case .handMade(let kind): kind.rawValue
        case .learned: "learned"
        }
    }

    var defaultValueDescription: String { description }
}
