import LearnedOptimization

/// The optimizers of a comparison, separated by commas: `learned,lbfgs,adam`.
public struct OptimizerList: Sendable, CustomStringConvertible, Equatable {
    public enum Entry: Equatable, Sendable {
        case learned
        /// A learned optimizer whose weights are still random numbers.
        case untrained
        case baseline(BaselineOptimizer)

        public init?(name: String) {
            switch name {
            case "learned": self = .learned
            case "untrained": self = .untrained
            default:
                guard let kind = BaselineOptimizer(rawValue: name) else { return nil }
                self = .baseline(kind)
            }
        }

        public var name: String {
            switch self {
            case .learned: "learned"
            case .untrained: "untrained"
            case .baseline(let kind): kind.rawValue
            }
        }
    }

    public var entries: [Entry]

    /// Everything there is.
    public static let all = OptimizerList(
        entries: [.learned] + BaselineOptimizer.allCases.reversed().map(Entry.baseline) + [.untrained])

    public init(entries: [Entry]) {
        self.entries = entries
    }

    public init?(argument: String) {
        entries = []
        for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let entry = Entry(name: String(name)), !entries.contains(entry) else { return nil }
            entries.append(entry)
        }
    }

    public var description: String { text(separator: ",") }

    /// What a list is made of.
    public static var allValueStrings: [String] { all.entries.map(\.name) }

    /// With spaces, so that the help can break the line.
    public var defaultValueDescription: String { text(separator: ", ") }

    private func text(separator: String) -> String { entries.map(\.name).joined(separator: separator) }
}
