import ArgumentParser
import Painting
import StyleTransfer

/// What walks downhill on the objective.
struct OptimizerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("What walks downhill. (default: \(OptimizerChoice.standard))", valueName: "name"))
    var optimizer: OptimizerChoice?

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
        if isLearned {
            try require(
                learningRate == nil,
                "--optimizer learned has learned its rate; leave --learning-rate out, or choose another --optimizer.")
        } else {
            try require(optimizerWeights == nil, "--optimizer-weights goes with --optimizer learned.")
        }
    }

    private var isLearned: Bool { optimizer ?? .standard == .learned }

    func apply(to request: inout PaintingRequest) {
        (request.optimizer, request.optimizerWeights) = (optimizer, optimizerWeights)
        request.settings.learningRate = learningRate
        request.settings.history = history
    }
}
