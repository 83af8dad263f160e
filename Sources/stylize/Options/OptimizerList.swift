import ArgumentParser
import LearnedOptimization

/// The optimizers of a comparison, separated by commas: `learned,lbfgs,adam`.
struct OptimizerList: ExpressibleByArgument, CustomStringConvertible, Equatable {
    enum Entry: Equatable {
        case learned
        /// A learned optimizer whose weights are still random numbers.
        case untrained
        case baseline(BaselineOptimizer)

        init?(name: String) {
            switch name {
            case "learned": self = .learned
            case "untrained": self = .untrained
            default:
                guard let kind = BaselineOptimizer(rawValue: name) else { return nil }
                self = .baseline(kind)
            }
        }

        var name: String {
            switch self {
            case .learned: "learned"
            case .untrained: "untrained"
            case .baseline(let kind): kind.rawValue
            }
        }
    }

    var entries: [Entry]

    /// Everything there is.
    static let all = OptimizerList(
        entries: [.learned] + BaselineOptimizer.allCases.reversed().map(Entry.baseline) + [.untrained])

    init(entries: [Entry]) {
        self.entries = entries
    }

    init?(argument: String) {
        entries = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let entry = Entry(name: String(name)), !entries.contains(entry) else { return nil }
            entries.append(entry)
        }
    }

    var description: String { text(separator: ",") }

    /// What a list is made of.
    static var allValueStrings: [String] { all.entries.map(\.name) }

    /// With spaces, so that the help can break the line.
    var defaultValueDescription: String { text(separator: ", ") }

    private func text(separator: String) -> String { entries.map(\.name).joined(separator: separator) }
}
