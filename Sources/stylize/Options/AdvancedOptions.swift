import ArgumentParser
import LearnedOptimization
import StyleTransfer

/// What the objective and the optimizer are made of.
struct AdvancedOptions: ParsableArguments {
    private static let defaults = Stylizer.Settings()

    @Option(help: ArgumentHelp("Where content is compared, as name:weight,...", valueName: "layers"))
    var contentLayers = LayerList(layers: defaults.objective.contentLayers)

    @Option(help: ArgumentHelp("Where style is compared, as name:weight,...", valueName: "layers"))
    var styleLayers = LayerList(layers: defaults.objective.styleLayers)

    @Option(help: ArgumentHelp("Sizes that style is compared at.", valueName: "n"))
    var pyramidLevels = defaults.objective.pyramidLevels

    @Option(help: ArgumentHelp("What walks downhill.", valueName: "name"))
    var optimizer = OptimizerChoice.standard

    @Option(
        help: ArgumentHelp("What train-optimizer wrote, instead of the built-in weights.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var optimizerWeights: [String] = []

    @Option(help: ArgumentHelp("Size of a step. (default: the optimizer's own)", valueName: "n"))
    var learningRate: Float?

    @Option(help: ArgumentHelp("Curvature pairs that lbfgs keeps.", valueName: "n"))
    var history = defaults.history

    func validate() throws {
        try require(pyramidLevels >= 1, "--pyramid-levels is at least 1, not \(pyramidLevels).")
        try require(history >= 1, "--history is at least 1, not \(history).")
        if optimizer == .learned {
            try require(learningRate == nil, "--optimizer learned has learned its rate; leave --learning-rate out.")
        } else {
            try require(optimizerWeights.isEmpty, "--optimizer-weights goes with --optimizer learned.")
        }
        if let learningRate {
            try require(
                learningRate.isFinite && learningRate > 0, "--learning-rate is more than 0, not \(learningRate).")
        }
    }

    func apply(to settings: inout Stylizer.Settings) {
        settings.objective.contentLayers = contentLayers.layers
        settings.objective.styleLayers = styleLayers.layers
        settings.objective.pyramidLevels = pyramidLevels
        // A learned one has to be read first.
        if case .handMade(let kind) = optimizer { settings.optimizer = .handMade(kind) }
        settings.learningRate = learningRate
        settings.history = history
    }
}
