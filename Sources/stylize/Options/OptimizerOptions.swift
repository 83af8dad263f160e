import ArgumentParser
import LearnedOptimization
import StyleTransfer

/// What walks downhill on the objective.
struct OptimizerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What walks downhill.", valueName: "name"))
    var optimizer = OptimizerChoice.standard

    @Option(
        help: ArgumentHelp("What train-optimizer wrote, not the built-in weights.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var optimizerWeights: String?

    @Option(help: ArgumentHelp("Size of a step. (default: the optimizer's own)", valueName: "n"))
    var learningRate: Float?

    @Option(help: ArgumentHelp("Curvature pairs that lbfgs keeps.", valueName: "n"))
    var history = Stylizer.Settings().history

    func validate() throws {
        try require(history >= 1, "--history is at least 1, not \(history).")
        if let learningRate {
            try require(
                learningRate.isFinite && learningRate > 0, "--learning-rate is more than 0, not \(learningRate).")
        }
        if optimizer == .learned {
            try require(
                learningRate == nil,
                "--optimizer learned has learned its rate; leave --learning-rate out, or choose another --optimizer.")
        } else {
            try require(optimizerWeights == nil, "--optimizer-weights goes with --optimizer learned.")
        }
    }

    /// A learned optimizer has to be read first.
    func apply(to settings: inout Stylizer.Settings) {
        if case .handMade(let kind) = optimizer { settings.optimizer = .handMade(kind) }
        settings.learningRate = learningRate
        settings.history = history
    }
}
