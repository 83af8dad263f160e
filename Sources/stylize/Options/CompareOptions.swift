import ArgumentParser
import Files
import Imaging
import Painting

/// Who is compared with whom, on what, and where the curves go.
struct CompareOptions: ParsableArguments {
    private static let defaults = ComparisonRun()

    @Option(help: ArgumentHelp("Who takes part, separated by commas.", valueName: "names"))
    var optimizers = defaults.optimizers

    @Option(
        help: ArgumentHelp(
            "Weights that learned stands for, not the built-in ones; repeatable, each goes by its file's name.",
            valueName: "file"), completion: .file(extensions: ["safetensors"]))
    var optimizerWeights: [String] = []

    @Option(help: ArgumentHelp("What is minimised.", valueName: "name"))
    var objective = defaults.objective

    @Option(help: ArgumentHelp("Pairs of a content and a style, or other problems.", valueName: "n"))
    var pairs = defaults.pairs

    @Option(
        help: ArgumentHelp(
            "Edge of the square that contents are cut to. (default: \(defaults.size))", valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("Evaluations beyond that of the start.", valueName: "n"))
    var evaluations = defaults.evaluations

    @Flag(inversion: .prefixedNo, help: "Find each hand-made optimizer's best learning rate first, on other pairs.")
    var tune = true

    @Option(help: ArgumentHelp("Pairs to find it on.", valueName: "n"))
    var tunePairs = defaults.tuningPairs

    @Option(
        help: ArgumentHelp(
            "Their edge. (default: a quarter of --size, at least 64, at most --size)", valueName: "pixels"))
    var tuneSize: Int?

    @Option(
        help: ArgumentHelp(
            "Curvature pairs that lbfgs keeps. (default: \(ComparisonRun.histories[0]), or the best when tuned)",
            valueName: "n"))
    var history: Int?

    @Option(help: ArgumentHelp("Write every curve there.", valueName: "file"), completion: .file(extensions: ["csv"]))
    var csv: String?

    @Option(help: ArgumentHelp("Draw the means there, as .png or .jpg.", valueName: "file"), completion: .picture)
    var plot: String?

    @Flag(help: "Replace the CSV and the plot if they exist.")
    var force = false

    @Flag(help: "Print a JSON object instead of the table.")
    var json = false

    func validate() throws {
        for (name, number) in [
            ("--pairs", pairs), ("--evaluations", evaluations), ("--tune-pairs", tunePairs), ("--size", size),
            ("--tune-size", tuneSize), ("--history", history),
        ] { try requireRange(number, 1...1_000_000, name) }
        for (place, optimizer) in optimizers.elements.enumerated() {
            try require(
                !optimizers.elements[..<place].contains(optimizer),
                "The value '\(optimizers)' is invalid for '--optimizers <names>': each takes part once.")
        }
        try require(
            optimizerWeights.isEmpty || optimizers.elements.contains(.learned),
            "--optimizer-weights is for learned, which is not among the --optimizers.")
        if let plot { try requirePictureName(plot) }
        if let csv, let plot {
            try require(resolved(csv) != resolved(plot), "--csv and --plot cannot be the same file.")
        }
    }

    /// - Parameter request: the settings of the paintings that are compared on.
    func run(_ request: PaintingRequest) -> ComparisonRun {
        var run = ComparisonRun()
        (run.optimizers, run.optimizerWeights) = (optimizers, optimizerWeights)
        (run.objective, run.pairs, run.evaluations, run.size) = (objective, pairs, evaluations, size ?? run.size)
        (run.tuningPairs, run.tuningSize, run.history) = (tune ? tunePairs : 0, tuneSize, history)
        run.request = request
        return run
    }
}

extension ComparedObjective: ExpressibleByArgument {}
