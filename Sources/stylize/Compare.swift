import ArgumentParser
import FeatureNetwork
import Foundation
import Kernels
import LearnedOptimization
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

            The table goes to standard output. Of stylize's own options, these are heeded too: the weights, layers and \
            scales of the objective, --init content or noise, --history, --seed, --threads, --quiet and --verbose.
            """)

    @OptionGroup(title: "Comparison") var options: CompareOptions

    // The root command sees the whole command line first and keeps the options it knows. So these are declared for the
    // help alone, and read from the root.
    @Option(
        help: ArgumentHelp("Contents, or folders of them; repeatable. (default: images/content)", valueName: "path"),
        completion: .file())
    var content: [String] = []

    @Option(
        help: ArgumentHelp("Styles, or folders of them; repeatable. (default: images/style)", valueName: "path"),
        completion: .file())
    var style: [String] = []

    @Option(
        help: ArgumentHelp(
            "Weights that learned stands for, not the built-in ones; repeatable, each goes by its file's name.",
            valueName: "file"), completion: .file(extensions: ["safetensors"]))
    var optimizerWeights: [String] = []

    @Option(help: ArgumentHelp("Edge of the square that contents are cut to. (default: 256)", valueName: "pixels"))
    var size: Int?

    @Flag(help: "Replace the CSV and the plot if they exist.")
    var force = false

    @Flag(help: "Print a JSON object instead of the table.")
    var json = false

    @ParentCommand var root: Stylize

    func validate() throws {
        var heeded: Set = ["--seed", "--optimizer-weights", "--history", "--json", "--force"]
        if options.objective == .style {
            heeded.formUnion([
                "--content", "--style", "--size", "--content-weight", "--style-weight", "--tv-weight", "--style-loss",
                "--style-scale", "--init", "--content-layers", "--style-layers", "--pyramid-levels",
            ])
        }
        let foreign = try root.given.filter { !heeded.contains(String($0.prefix { $0 != " " })) }
        let name = options.objective == .style ? "compare" : "compare --objective \(options.objective.rawValue)"
        try require(foreign.isEmpty, "\(name) has no use for \(foreign.joined(separator: " ")).")
        if case .file(let path) = root.look.start {
            throw ValidationError("compare starts from content or noise, not from \(path).")
        }
    }

    func run() throws {
        let force = root.pictures.force
        if let csv = options.csv { try OutputFile.check(csv, option: "--csv", force: force) }
        if let plot = options.plot { try OutputFile.check(plot, option: "--plot", force: force) }
        let learned = try learnedContestants()
        let reporter = Reporter(verbosity: root.running.verbosity)
        let problems = try makeProblems(reporter)
        let interrupts = Interrupts {
            reporter.note("Stopping after this curve; press Ctrl-C again to quit at once.")
        }

        let report = try Parallel.$threadCount.withValue(root.running.threadCount) {
            let tuning = try options.tune ? tune(on: problems.tuning.all(), reporter, interrupts) : [:]
            return try compare(contestants(learned, tuning), on: problems.compared, tuning, reporter, interrupts)
        }
        try write(report, reporter, interrupts)
        if report.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    // MARK: - Who

    /// What `learned` and `untrained` stand for.
    private func learnedContestants() throws -> [String: [Contestant]] {
        let entries = options.optimizers.entries
        let network = try FeatureNetwork.builtIn
        let files = root.advanced.optimizerWeights
        var optimizers = try files.map { (stem($0), try OptimizerFile.read($0, for: network)) }
        if optimizers.isEmpty { optimizers = [("learned", try OptimizerFile.builtIn)] }
        try require(
            files.isEmpty || entries.contains(.learned),
            "--optimizer-weights is for learned, which is not among the --optimizers.")
        let names = optimizers.map(\.0) + entries.filter { $0 != .learned }.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError("Two optimizers would go by the name \(twice); rename a file of --optimizer-weights.")
        }
        let untrained = LearnedOptimizer(untrained: optimizers.first?.1.preset ?? .quasiNewton, seed: root.look.seed)
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
                    kind, learningRate: best?.learningRate, history: best?.history ?? root.advanced.history)
            ]
        }
    }

    // MARK: - On what

    private func makeProblems(
        _ reporter: Reporter
    ) throws -> (compared: ComparedProblems, tuning: ComparedProblems) {
        var generator = SplitMix64(seed: root.look.seed)
        func draw(_ family: some TaskFamily) throws -> (ComparedProblems, ComparedProblems) {
            let compared = try ComparedProblems(family, count: options.pairs, using: &generator)
            return (compared, try ComparedProblems(family, count: options.tunePairs, using: &generator))
        }
        switch options.objective {
        case .style: return try makePairs(reporter)
        case .quadratic: return try draw(RandomQuadratics())
        case .rosenbrock: return try draw(RandomRosenbrocks())
        }
    }

    private func makePairs(_ reporter: Reporter) throws -> (ComparedProblems, ComparedProblems) {
        let (contents, styles) = (root.pictures.content, root.pictures.style)
        let pairs = PicturePairs(
            contents: try PictureFolder.pictures(in: contents.isEmpty ? ["images/content"] : contents),
            styles: try PictureFolder.pictures(in: styles.isEmpty ? ["images/style"] : styles), pairs: options.pairs,
            tuning: options.tune ? options.tunePairs : 0, seed: root.look.seed)
        if pairs.repeats {
            reporter.note("Note: there are fewer than \(options.pairs) different pairs, so some come again.")
        }
        var settings = Stylizer.Settings()
        root.look.apply(to: &settings)
        root.advanced.apply(to: &settings)
        settings.start = root.look.start == .noise ? .noise : .content
        let network = try FeatureNetwork.builtIn
        let size = root.pictures.size ?? 256
        let tuneSize = options.tuneSize ?? min(size, max(64, size / 4))
        do {
            try settings.validate(for: network)
        } catch {
            throw ValidationError("\(error).")
        }
        return (
            try ComparedProblems(pairs.pairs, size: size, settings: settings, network: network),
            try ComparedProblems(pairs.tuning, size: tuneSize, settings: settings, network: network)
        )
    }

    // MARK: - Work

    private func tune(
        on problems: [Problem], _ reporter: Reporter, _ interrupts: Interrupts
    ) throws -> [String: LearningRateSearch.Outcome] {
        let kinds = options.optimizers.entries.compactMap { entry in
            if case .handMade(let kind) = entry { kind } else { nil }
        }
        guard !kinds.isEmpty else { return [:] }
        let grid = problems[0].objective.grid
        let place =
            options.objective == .style
            ? "\(problems.count) other pairs at \(grid.width)x\(grid.height)" : "\(problems.count) other problems"
        reporter.note("Looking for each hand-made optimizer's best learning rate on \(place).")
        // A history asked for is the one that is used.
        let asked = root.advanced.history
        let histories = asked == Stylizer.Settings().history ? [10, 5, 20] : [asked]
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
        reporter.note("Comparing \(contestants.map(\.name).joined(separator: ", ")) on \(count) problems.")
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
            comparison: comparison, labels: problems.labels, objective: options.objective, seed: root.look.seed,
            tuning: tuning, stopped: comparison.curves.count < count * contestants.count)
    }

    private func write(_ report: ComparisonReport, _ reporter: Reporter, _ interrupts: Interrupts) throws {
        let force = root.pictures.force
        if let path = options.csv {
            let bytes = Array(report.csv.text.utf8)
            try interrupts.whileWriting { try PictureFile.write(bytes, to: path, replacing: force) }
            reporter.note("Wrote \(path).")
        }
        guard report.comparison.problemCount > 0 else {
            throw Failure(.interrupted, "stopped before every optimizer had its turn; there is nothing to compare.")
        }
        if let path = options.plot {
            let bytes = try PictureFile.encode(report.plot.picture(), as: Destination.format(of: path))
            try interrupts.whileWriting { try PictureFile.write(bytes, to: path, replacing: force) }
            reporter.note("Wrote \(path).")
        }
        try printLine(root.running.json ? report.json(csv: options.csv, plot: options.plot) : report.text)
    }
}
