import ArgumentParser
import Files
import Numerics
import Painting

/// `stylize compare`: has several optimizers walk downhill from the same starts, and says who comes how far.
struct Compare: ParsableCommand, PaintingOptions {
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
    @OptionGroup(title: "Objective") var objective: ObjectiveOptions
    @OptionGroup(title: "Run") var common: CommonOptions

    func validate() throws {
        try requireCommonStart("compare")
        if options.objective == .style {
            let foreign = request.given.filter { $0.hasPrefix("--strength ") || $0.hasPrefix("--preserve-color ") }
            try require(
                foreign.isEmpty,
                "compare has no use for \(foreign.joined(separator: " ")): that is done to a painting when it is ready."
            )
            return
        }
        let sizes = [("--size", options.size), ("--tune-size", options.tuneSize)].compactMap { name, size in
            size.map { "\(name) \($0)" }
        }
        let foreign = pictures.recorded + sizes + request.given.filter { !$0.hasPrefix("--seed ") }
        try require(
            foreign.isEmpty,
            "compare --objective \(options.objective.rawValue) has no use for \(foreign.joined(separator: " ")).")
    }

    func run() throws {
        for (path, option) in [(options.csv, "--csv"), (options.plot, "--plot")] {
            if let path { try OutputFile.check(path, option: option, replacing: options.force) }
        }
        for path in options.optimizerWeights { try PictureFile.check(path) }
        var run = options.run(request)
        if options.objective == .style {
            let reporter = Reporter(verbosity: common.verbosity)
            (run.contents, run.styles) = (try pictures.contentFiles(reporter), try pictures.styleFiles(reporter))
        }
        for (path, option) in [(options.csv, "--csv"), (options.plot, "--plot")] {
            guard let path else { continue }
            let inputs = run.contents + run.styles + options.optimizerWeights
            try OutputFile.checkIsNoInput(path, of: inputs, option: option)
        }
        let console = Console(
            common.verbosity, onInterrupt: "Stopping after this curve; press Ctrl-C again to quit at once.")
        let report = try Parallel.$threadCount.withValue(common.threadCount) {
            [run] in try run.run(console)
        }
        let failure = report.write(csv: options.csv, plot: options.plot, replacing: options.force) {
            console.note("Wrote \($0).")
        }
        guard !report.isEmpty else {
            throw Failure(.interrupted, "stopped before every optimizer had its turn; there is nothing to compare.")
        }
        try printLine(options.json ? report.json(csv: options.csv, plot: options.plot) : report.text)
        if let failure { throw failure }
        if report.stopped { throw ExitCode(Failure.Kind.interrupted.rawValue) }
    }

    private var request: PaintingRequest {
        var request = commonRequest()
        request.maximumPixels = reading.maxPixels
        return request
    }
}
