import FeatureNetwork
import Files
import Foundation
import LearnedOptimization
import Numerics
import StyleTransfer

/// What is minimised in a comparison.
public enum ComparedObjective: String, CaseIterable, Sendable {
    /// Pictures in the style of others.
    case style
    case quadratic
    case rosenbrock
}

/// Has several optimizers walk downhill from the same starts, and says who comes how far.
public struct ComparisonRun: Sendable {
    /// The curvature pairs that L-BFGS is tried with; the first without tuning.
    public static let histories = [Stylizer.Settings().history, 5, 20]

    public var optimizers = OptimizerList(OptimizerChoice.allCases)
    /// Files of weights that `learned` stands for; none are the built-in ones.
    public var optimizerWeights: [String] = []
    public var objective = ComparedObjective.style
    public var contents: [String] = []
    public var styles: [String] = []
    /// Pairs of a content and a style, or other problems.
    public var pairs = 24
    /// The edge in pixels of the square that contents are cut to.
    public var size = 256
    /// Beyond that of the start.
    public var evaluations = 64
    /// Problems that learning rates are looked for on; 0 does without.
    public var tuningPairs = 6
    /// Their edge; `nil` is a quarter of the size, at least 64 and at most the size.
    public var tuningSize: Int?
    /// Curvature pairs that L-BFGS keeps; `nil` is the best when learning rates are looked for.
    public var history: Int?
    /// The settings of the paintings, the network and how large a picture may be.
    public var request = PaintingRequest()

    public init() {}

    /// What is minimised instead of pictures.
    private var family: (any TaskFamily & Sendable)? { SimpleObjective(rawValue: objective.rawValue)?.family }
    private var seed: UInt64 { request.settings.seed }

    /// - Throws: `Failure` when weights or a picture cannot be read, or somebody wants a stop before there is a curve.
    public func run(_ observer: some WorkObserver) throws -> ComparisonReport {
        let network = try request.network()
        let learned = try learned(for: network, observer)
        let problems = try family.map(problems) ?? picturePairs(network, observer)
        let outcomes = try tuningPairs > 0 ? tune(on: problems.tuning.all(), problems.place, observer) : [:]
        let contestants = optimizers.elements.flatMap { entry in
            guard case .baseline(let kind) = entry else { return learned[entry.description] ?? [] }
            let best = outcomes[kind.rawValue]?.best
            let history = best?.history ?? history ?? Self.histories[0]
            return [Contestant(kind, learningRate: best?.learningRate, history: history)]
        }
        return try compare(contestants, on: problems.compared, outcomes, observer)
    }

    /// What `learned` and `untrained` stand for.
    private func learned(
        for network: FeatureNetwork, _ observer: some WorkObserver
    ) throws -> [String: [Contestant]] {
        let entries = optimizers.elements
        let wanted = family == nil ? network : nil
        var optimizers = try optimizerWeights.map { (stem($0), try OptimizerFile.read($0, for: wanted)) }
        if optimizers.isEmpty {
            let builtIn = LearnedOptimizer.builtIn
            optimizers = [("learned", builtIn)]
            if entries.contains(.learned), !builtIn.isTrained(for: network) {
                observer.note("Note: the built-in learned optimizer was trained for the built-in network.")
            }
        }
        let names = optimizers.map(\.0) + entries.filter { $0 != .learned }.map(\.description)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw Failure(
                .usage, "Two optimizers would go by the name \(twice); rename a file of --optimizer-weights.")
        }
        let untrained = LearnedOptimizer(untrained: optimizers[0].1.architecture, seed: seed)
        return [
            "learned": optimizers.map { Contestant(name: $0, $1) },
            "untrained": [Contestant(name: "untrained", untrained)],
        ]
    }

    private typealias Problems = (compared: ComparedProblems, tuning: ComparedProblems, place: String)

    private func problems(_ family: any TaskFamily & Sendable) throws -> Problems {
        var generator = SplitMix64(seed: seed)
        let compared = try ComparedProblems(family, count: pairs, using: &generator)
        let tuning = try ComparedProblems(family, count: tuningPairs, using: &generator)
        return (compared, tuning, tuningPairs.counted("other problem"))
    }

    private func picturePairs(_ network: FeatureNetwork, _ observer: some WorkObserver) throws -> Problems {
        let drawn = PicturePairs(contents: contents, styles: styles, pairs: pairs, tuning: tuningPairs, seed: seed)
        if drawn.repeats {
            let others = tuningPairs > 0 ? ", besides those to tune on" : ""
            observer.note("Note: there are fewer than \(pairs) different pairs\(others), so some come again.")
        }
        var settings = request.settings(for: network)
        settings.start = request.start == .noise ? .noise : .content
        let tuningSize = tuningSize ?? min(size, max(64, size / 4))
        try failures {
            let stylizer = try Stylizer(network: network, settings: settings)
            try stylizer.requireMemory(width: size, height: size)
            try stylizer.requireMemory(width: tuningSize, height: tuningSize, count: max(drawn.tuning.count, 1))
        }
        if drawn.tunesOnCompared {
            observer.note(
                "Note: there are too few pictures to look for learning rates on other pairs than those compared.")
        }
        let problems = { (pairs: [PicturePairs.Pair], size: Int) in
            try ComparedProblems(
                pairs, size: size, maximumPixels: request.maximumPixels, settings: settings, network: network)
        }
        let noun = drawn.tunesOnCompared ? "pair" : "other pair"
        return (
            try problems(drawn.pairs, size), try problems(drawn.tuning, tuningSize),
            "\(drawn.tuning.count.counted(noun)) at \(tuningSize)x\(tuningSize)"
        )
    }

    private func tune(
        on problems: [Problem], _ place: String, _ observer: some WorkObserver
    ) throws -> [String: LearningRateSearch.Outcome] {
        let kinds = optimizers.elements.compactMap { entry in
            if case .baseline(let kind) = entry { kind } else { nil }
        }
        guard !kinds.isEmpty else { return [:] }
        observer.note("Looking for each hand-made optimizer's best learning rate on \(place).")
        let histories = history.map { [$0] } ?? Self.histories
        // Most searches end within two rates more than they begin with.
        let expected = Double(kinds.count * 7 * problems.count)
        var outcomes: [String: LearningRateSearch.Outcome] = [:]
        var done = 0
        observer.begin()
        defer { observer.end() }
        for kind in kinds {
            let outcome = LearningRateSearch.run(
                kind, histories: histories, on: problems, evaluations: evaluations
            ) {
                done += 1
                observer.progress(fraction: min(Double(done) / expected, 0.99), facts: ["tuning \(kind.rawValue)"])
                return observer.wantsStop ? .stop : .carryOn
            }
            guard let outcome else {
                throw Failure(.interrupted, "stopped while learning rates were looked for; nothing was compared.")
            }
            outcomes[kind.rawValue] = outcome
            observer.note(Self.describe(outcome))
        }
        return outcomes
    }

    /// `adam: 0.01 -1.20, 0.02 -1.31, [0.04 -1.36], 0.08 -1.22`
    static func describe(_ outcome: LearningRateSearch.Outcome) -> String {
        let candidates = outcome.candidates.map { candidate in
            let history = outcome.kind == .lbfgs ? " history \(candidate.history)" : ""
            let words = "\(candidate.learningRate)\(history) \(String(format: "%.2f", candidate.score))"
            return candidate == outcome.best ? "[\(words)]" : words
        }
        return "\(outcome.kind.rawValue): \(candidates.joined(separator: ", "))"
    }

    private func compare(
        _ contestants: [Contestant], on problems: ComparedProblems, _ tuning: [String: LearningRateSearch.Outcome],
        _ observer: some WorkObserver
    ) throws -> ComparisonReport {
        let count = problems.labels.count
        observer.note("Comparing \(contestants.map(\.name).joined(separator: ", ")) on \(count.counted("problem")).")
        observer.begin()
        defer { observer.end() }
        let comparison = try Comparison.run(
            contestants, problemCount: count, evaluations: evaluations, sideBySide: false,
            problem: problems.make
        ) { curve in
            let done = curve.problem * contestants.count + curve.contestant + 1
            observer.progress(
                fraction: Double(done) / Double(count * contestants.count),
                facts: ["problem \(curve.problem + 1) of \(count)", contestants[curve.contestant].name])
            return observer.wantsStop ? .stop : .carryOn
        }
        return ComparisonReport(
            comparison: comparison, labels: problems.labels, objective: objective, seed: seed,
            tuning: tuning, stopped: comparison.curves.count < count * contestants.count)
    }
}
