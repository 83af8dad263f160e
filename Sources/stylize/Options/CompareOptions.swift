import ArgumentParser
import Foundation
import Imaging
import StyleTransfer

/// What is minimised in a comparison.
enum ComparedObjective: String, CaseIterable, ExpressibleByArgument {
    /// Pictures in the style of others.
    case style
    case quadratic
    case rosenbrock

    /// `nil` for pictures.
    var simple: SimpleObjective? { SimpleObjective(rawValue: rawValue) }
}

/// Who is compared with whom, on what, and where the curves go.
struct CompareOptions: ParsableArguments {
    static let defaultSize = 256
    /// The curvature pairs that L-BFGS is tried with; the first without tuning.
    static let histories = [Stylizer.Settings().history, 5, 20]

    @Option(help: ArgumentHelp("Who takes part, separated by commas.", valueName: "names"))
    var optimizers = OptimizerList.all

    @Option(
        help: ArgumentHelp(
            "Weights that learned stands for, not the built-in ones; repeatable, each goes by its file's name.",
            valueName: "file"), completion: .file(extensions: ["safetensors"]))
    var optimizerWeights: [String] = []

    @Option(help: ArgumentHelp("What is minimised.", valueName: "name"))
    var objective = ComparedObjective.style

    @Option(help: ArgumentHelp("Pairs of a content and a style, or other problems.", valueName: "n"))
    var pairs = 24

    @Option(
        help: ArgumentHelp(
            "Edge of the square that contents are cut to. (default: \(defaultSize))", valueName: "pixels"))
    var size: Int?

    @Option(help: ArgumentHelp("Evaluations beyond that of the start.", valueName: "n"))
    var evaluations = 64

    @Flag(inversion: .prefixedNo, help: "Find each hand-made optimizer's best learning rate first, on other pairs.")
    var tune = true

    @Option(help: ArgumentHelp("Pairs to find it on.", valueName: "n"))
    var tunePairs = 6

    @Option(
        help: ArgumentHelp(
            "Their edge. (default: a quarter of --size, at least 64, at most --size)", valueName: "pixels"))
    var tuneSize: Int?

    @Option(
        help: ArgumentHelp(
            "Curvature pairs that lbfgs keeps. (default: \(histories[0]), or the best when tuned)", valueName: "n"))
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
        try require(
            optimizerWeights.isEmpty || optimizers.entries.contains(.learned),
            "--optimizer-weights is for learned, which is not among the --optimizers.")
        if let plot { _ = try PictureFormat.chosen(by: plot) }
        if let csv, let plot {
            let isSame = URL(filePath: csv).standardizedFileURL == URL(filePath: plot).standardizedFileURL
            try require(!isSame, "--csv and --plot cannot be the same file.")
        }
    }
}
