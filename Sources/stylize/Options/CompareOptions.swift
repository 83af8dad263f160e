import ArgumentParser

/// What is minimised in a comparison.
enum ComparedObjective: String, CaseIterable, ExpressibleByArgument {
    /// Pictures in the style of others.
    case style
    /// ||W x - y||^2 of Andrychowicz et al. 2016, in ten dimensions.
    case quadratic
    /// Rosenbrock's valley, in ten dimensions.
    case rosenbrock
}

/// Who is compared with whom, on what, and where the curves go.
struct CompareOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Who takes part, separated by commas.", valueName: "names"))
    var optimizers = OptimizerList.all

    @Option(help: ArgumentHelp("What is minimised.", valueName: "name"))
    var objective = ComparedObjective.style

    @Option(help: ArgumentHelp("Pairs of a content and a style, or other problems.", valueName: "n"))
    var pairs = 24

    @Option(help: ArgumentHelp("Evaluations beyond that of the start.", valueName: "n"))
    var evaluations = 64

    @Flag(inversion: .prefixedNo, help: "Find each hand-made optimizer's best learning rate first, on other pairs.")
    var tune = true

    @Option(help: ArgumentHelp("Pairs to find it on.", valueName: "n"))
    var tunePairs = 6

    @Option(help: ArgumentHelp("Their edge. (default: a quarter of --size, or 64 if more)", valueName: "pixels"))
    var tuneSize: Int?

    @Option(help: ArgumentHelp("Write every curve there.", valueName: "file"), completion: .file(extensions: ["csv"]))
    var csv: String?

    @Option(help: ArgumentHelp("Draw the means there, as .png or .jpg.", valueName: "file"), completion: .picture)
    var plot: String?

    func validate() throws {
        try require(pairs >= 1, "--pairs is at least 1, not \(pairs).")
        try require(evaluations >= 1, "--evaluations is at least 1, not \(evaluations).")
        try require(tunePairs >= 1, "--tune-pairs is at least 1, not \(tunePairs).")
        if let tuneSize {
            try require(tuneSize >= 1, "--tune-size is at least 1 pixel, not \(tuneSize).")
            try require(objective == .style, "--tune-size is for pictures; \(objective.rawValue) has no use for it.")
        }
        if let plot { _ = try Destination.format(of: plot) }
        if let csv, let plot { try require(csv != plot, "--csv and --plot cannot be the same file.") }
    }
}
