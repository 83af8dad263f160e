import ArgumentParser
import FeatureNetwork
import Foundation
import Imaging
import Kernels
import LearnedOptimization
import Numerics
import StyleTransfer

/// `stylize compare`: has several optimizers walk downhill from the same starts, and says who comes how far.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compare optimizers on pairs of pictures.",
        usage: "stylize compare [--optimizers <names>] [--csv <file>] [--plot <file>] [<options>]",
        discussion: """
            stylize compare --optimizers lbfgs,adam --plot curves.png
            stylize compare --optimizers learned,lbfgs --optimizer-weights mine.safetensors
            stylize compare --objective quadratic --optimizers lbfgs,adam,nesterov

            The table goes to standard output. Walks start from the content or, with --init noise, from noise.
            """)

    @OptionGroup(title: "Pictures") var pictures: PictureSetOptions
    @OptionGroup(title: "Pictures") var reading: ReadingOptions
    @OptionGroup(title: "Comparison") var options: CompareOptions
    @OptionGroup(title: "Look") var look: LookOptions
    @OptionGroup(title: "Objective") var layers: ObjectiveOptions
    @OptionGroup(title: "Run") var common: CommonOptions

    func validate() throws {
        if case .file(let path) = look.start {
            throw ValidationError("compare starts from content or noise, not from \(path).")
        }
        if options.objective == .style {
            let foreign = look.given.filter { $0.hasPrefix("--strength ") || $0.hasPrefix("--preserve-color ") }
            try require(
                foreign.isEmpty,
                "compare has no use for \(foreign.joined(separator: " ")): that is done to a painting when it is ready."
            )
            return
        }
        let sizes = [("--size", options.size), ("--tune-size", options.tuneSize)].compactMap { name, size in
            size.map { "\(name) \($0)" }
        }
        let foreign = pictures.recorded + sizes + look.given.filter { !$0.hasPrefix("--seed ") } + layers.given
        try require(
            foreign.isEmpty,
            "compare --objective \(options.objective.rawValue) has no use for \(foreign.joined(separator: " ")).")
    }

    func run() throws {
        for (path, option) in [(options.csv, "--csv"), (options.plot, "--plot")] {
            guard let path else { continue }
            try OutputFile.check(path, option: option)
            if !options.force { try OutputFile.checkIsNew(path, option: option) }
        }
        let reporter = Reporter(verbosity: common.verbosity)
        let network = try layers.network.network()
        let learned = try learnedContestants(for: network, reporter)
        let problems = try makeProblems(network, reporter)
        let interrupts = Interrupts {
            reporter.note("Stopping after this curve; press Ctrl-C again to quit at once.")
        }

        let report = try Parallel.$threadCount.withValue(common.threadCount) {
            let tuning =
                try options.tune ? tune(on: problems.tuning.all(), problems.place, reporter, interrupts) : [:]
            return try compare(contestants(learned, tuning), on: problems.compared, tuning, reporter, interrupts)
        }
        try write(report, reporter, interrupts)
        if report.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    // MARK: - Who

    /// What `learned` and `untrained` stand for.
    private func learnedContestants(
        for network: FeatureNetwork, _ reporter: Reporter
    ) throws -> [String: [Contestant]] {
        let entries = options.optimizers.entries
        let wanted = options.objective == .style ? network : nil
        var optimizers = try options.optimizerWeights.map { (stem($0), try OptimizerFile.read($0, for: wanted)) }
        if optimizers.isEmpty {
            let builtIn = try OptimizerFile.builtIn
            optimizers = [("learned", builtIn)]
            if entries.contains(.learned), !builtIn.isTrained(for: network) {
                reporter.note("Note: the built-in learned optimizer was trained for the built-in network.")
            }
        }
        let names = optimizers.map(\.0) + entries.filter { $0 != .learned }.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("Two optimizers would go by the name \(twice); rename a file of --optimizer-weights.")
        }
        let untrained = LearnedOptimizer(untrained: optimizers.first?.1.preset ?? .quasiNewton, seed: look.seed)
        return [
            "learned": optimizers.map { Contestant(name: $0, $1) },
            "untrained": [Contestant(name: "untrained", untrained)],
        ]
    }

    private func contestants(
        _ learned: [String: [Contestant]], _ tuning: [String: LearningRateSearch.Outcome]
    ) -> [Contestant] {
        options.optimizers.entries.flatMap { entry in
            guard case .handMade(let kind) = entry else { return learned[entry.name] ?? [] }
            let best = tuning[kind.rawValue]?.best
            return [
                Contestant(
                    kind, learningRate: best?.learningRate,
                    history: best?.history ?? options.history ?? CompareOptions.histories[0])
            ]
        }
    }

    // MARK: - On what

    private func makeProblems(
        _ network: FeatureNetwork, _ reporter: Reporter
    ) throws -> (compared: ComparedProblems, tuning: ComparedProblems, place: String) {
        guard let family = options.objective.simple?.family else { return try makePairs(network, reporter) }
        var generator = SplitMix64(seed: look.seed)
        let compared = try ComparedProblems(family, count: options.pairs, using: &generator)
        let tuning = try ComparedProblems(family, count: options.tunePairs, using: &generator)
        return (compared, tuning, options.tunePairs.counted("other problem"))
    }

    private func makePairs(
        _ network: FeatureNetwork, _ reporter: Reporter
    ) throws -> (ComparedProblems, ComparedProblems, place: String) {
        let pairs = PicturePairs(
            contents: try pictures.contentFiles(), styles: try pictures.styleFiles(), pairs: options.pairs,
            tuning: options.tune ? options.tunePairs : 0, seed: look.seed)
        if pairs.repeats {
            let others = options.tune ? ", besides those to tune on" : ""
            reporter.note("Note: there are fewer than \(options.pairs) different pairs\(others), so some come again.")
        }
        var settings = Stylizer.Settings()
        look.apply(to: &settings)
        layers.apply(to: &settings)
        layers.applyLayers(to: &settings, of: network)
        settings.start = look.start == .noise ? .noise : .content
        let size = options.size ?? CompareOptions.defaultSize
        let tuneSize = options.tuneSize ?? min(size, max(64, size / 4))
        try usageErrors {
            let stylizer = try Stylizer(network: network, settings: settings)
            try stylizer.requireMemory(width: size, height: size)
            try stylizer.requireMemory(width: tuneSize, height: tuneSize, count: max(pairs.tuning.count, 1))
        }
        if pairs.tunesOnCompared {
            reporter.note(
                "Note: there are too few pictures to look for learning rates on other pairs than those compared.")
        }
        return (
            try ComparedProblems(
                pairs.pairs, size: size, maximumPixels: reading.maxPixels, settings: settings, network: network),
            try ComparedProblems(
                pairs.tuning, size: tuneSize, maximumPixels: reading.maxPixels, settings: settings, network: network),
            "\(pairs.tuning.count.counted(pairs.tunesOnCompared ? "pair" : "other pair")) at \(tuneSize)x\(tuneSize)"
        )
    }

    // MARK: - Work

    private func tune(
        on problems: [Problem], _ place: String, _ reporter: Reporter, _ interrupts: Interrupts
    ) throws -> [String: LearningRateSearch.Outcome] {
        let kinds = options.optimizers.entries.compactMap { entry in
            if case .handMade(let kind) = entry { kind } else { nil }
        }
        guard !kinds.isEmpty else { return [:] }
        reporter.note("Looking for each hand-made optimizer's best learning rate on \(place).")
        let histories = options.history.map { [$0] } ?? CompareOptions.histories
        // Most searches end within two rates more than they begin with.
        let expected = Double(kinds.count * 7 * problems.count)
        var outcomes: [String: LearningRateSearch.Outcome] = [:]
        var done = 0
        reporter.begin()
        defer { reporter.end() }
        for kind in kinds {
            let outcome = LearningRateSearch.run(
                kind, histories: histories, on: problems, evaluations: options.evaluations
            ) {
                done += 1
                reporter.progress(fraction: min(Double(done) / expected, 0.99), facts: ["tuning \(kind.rawValue)"])
                return interrupts.wantsStop ? .stop : .carryOn
            }
            guard let outcome else {
                throw Failure(.interrupted, "stopped while learning rates were looked for; nothing was compared.")
            }
            outcomes[kind.rawValue] = outcome
            reporter.note(Self.describe(outcome))
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
        _ reporter: Reporter, _ interrupts: Interrupts
    ) throws -> ComparisonReport {
        let count = problems.labels.count
        reporter.note("Comparing \(contestants.map(\.name).joined(separator: ", ")) on \(count.counted("problem")).")
        reporter.begin()
        defer { reporter.end() }
        let comparison = try Comparison.run(
            contestants, problemCount: count, evaluations: options.evaluations, sideBySide: false,
            problem: problems.make
        ) { curve in
            let done = curve.problem * contestants.count + curve.contestant + 1
            reporter.progress(
                fraction: Double(done) / Double(count * contestants.count),
                facts: ["problem \(curve.problem + 1) of \(count)", contestants[curve.contestant].name])
            return interrupts.wantsStop ? .stop : .carryOn
        }
        return ComparisonReport(
            comparison: comparison, labels: problems.labels, objective: options.objective, seed: look.seed,
            tuning: tuning, stopped: comparison.curves.count < count * contestants.count)
    }

    private func write(_ report: ComparisonReport, _ reporter: Reporter, _ interrupts: Interrupts) throws {
        // A file that cannot be written keeps neither the others nor the table from being so.
        var failure: (any Error)?
        func write(_ bytes: [UInt8], to path: String) {
            do {
                try interrupts.whileWriting { try OutputFile.write(bytes, to: path, replacing: options.force) }
                reporter.note("Wrote \(path).")
            } catch {
                failure = failure ?? error
            }
        }
        if let path = options.csv { write(Array(report.csv.text.utf8), to: path) }
        guard report.comparison.problemCount > 0 else {
            throw Failure(.interrupted, "stopped before every optimizer had its turn; there is nothing to compare.")
        }
        if let path = options.plot {
            write(try PictureFile.encode(report.plot.picture(), as: PictureFormat.chosen(by: path)), to: path)
        }
        try printLine(options.json ? report.json(csv: options.csv, plot: options.plot) : report.text)
        if let failure { throw failure }
    }
}
