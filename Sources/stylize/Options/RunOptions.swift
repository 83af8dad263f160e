import ArgumentParser
import Painting

/// How long to work, with what, and what to say meanwhile.
struct RunOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Steps over all sizes. (default: by size and optimizer)", valueName: "n"))
    var steps: Int?

    @Option(help: ArgumentHelp("Write <output>-preview.png every n steps.", valueName: "n"))
    var previewEvery: Int?

    @OptionGroup var common: CommonOptions

    @Flag(name: .shortAndLong, help: "Say more: sizes, losses, timings.")
    var verbose = false

    @Flag(help: "Print a JSON object instead of the output's path.")
    var json = false

    var verbosity: Reporter.Verbosity { verbose ? .verbose : common.verbosity }

    func validate() throws {
        if let steps { try require(steps >= 1, "--steps is at least 1, not \(steps).") }
        if let previewEvery { try require(previewEvery >= 1, "--preview-every is at least 1, not \(previewEvery).") }
        try require(!(common.quiet && verbose), "--quiet and --verbose exclude each other.")
    }

    func apply(to request: inout PaintingRequest) {
        request.settings.steps = steps
        request.previewEvery = previewEvery
    }
}
