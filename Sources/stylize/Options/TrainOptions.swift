import ArgumentParser
import Files
import Foundation
import LearnedOptimization
import Painting
import StyleTransfer

/// What an optimizer is trained on. Whatever is not given is `nil`, so that a resumed training can tell.
struct TrainingDataOptions: ParsableArguments {
    private static let defaults = ObjectiveSettings()

    @OptionGroup var pictures: PictureSetOptions

    @OptionGroup var network: NetworkOptions

    @Option(
        help: ArgumentHelp("Contents to validate on. (default: every tenth is held out)", valueName: "path"),
        completion: .file())
    var validationContent: [String] = []

    @Option(
        help: ArgumentHelp("Styles to validate on. (default: every tenth is held out)", valueName: "path"),
        completion: .file())
    var validationStyle: [String] = []

    @Option(
        help: ArgumentHelp(
            "So many contents and styles drawn by the program, besides those that are named. (default: 0, or \(TrainingPlan.drawnCount) without any picture)",
            valueName: "n"))
    var drawn: Int?

    @Option(help: ArgumentHelp("Edge of every problem. (default: 48 to 128)", valueName: "pixels"))
    var size: Int?

    @Flag(help: "Keep the objective as it is: problems differ in their pictures alone.")
    var fixed = false

    @Option(
        help: ArgumentHelp("How style is compared, with --fixed. (default: \(defaults.styleLoss))", valueName: "name"))
    var styleLoss: StyleLoss?

    @Option(
        help: ArgumentHelp(
            "Sizes that style is compared at, with --fixed. (default: \(defaults.pyramidLevels))", valueName: "n"))
    var pyramidLevels: Int?

    @Option(help: ArgumentHelp("Simple functions instead of pictures.", valueName: "name"))
    var objective: SimpleObjective?

    func validate() throws {
        try requireRange(drawn, 0...1_000_000, "--drawn")
        try requireRange(size, 8...2048, "--size", unit: " pixels")
        try require(
            fixed || (styleLoss == nil && pyramidLevels == nil), "--style-loss and --pyramid-levels go with --fixed.")
        try requireRange(pyramidLevels, 1...8, "--pyramid-levels")
        if objective != nil {
            let pictures = recorded.filter { !$0.hasPrefix("--objective") }
            try require(pictures.isEmpty, "--objective has no use for \(pictures.joined(separator: " ")).")
        }
        try require(
            validationContent.isEmpty == validationStyle.isEmpty,
            "--validation-content and --validation-style go together.")
    }
}

/// How an optimizer is trained.
struct TrainingMethodOptions: ParsableArguments {
    static let defaultMinutes = 5

    @Option(help: ArgumentHelp("How long to train. (default: \(defaultMinutes))", valueName: "n"))
    var minutes: Double?

    @Option(help: ArgumentHelp("How many steps to train instead.", valueName: "n"))
    var metaSteps: Int?

    @Option(
        help: ArgumentHelp(
            "Trained weights to begin with; their preset, preconditioner and windows are kept.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var from: String?

    @Option(
        help: ArgumentHelp("What the LSTM sees and does. (default: \(PresetName.standard))", valueName: "name"))
    var preset: PresetName?

    @Option(help: ArgumentHelp("Units of an LSTM layer. (default: the preset's)", valueName: "n"))
    var hidden: Int?

    @Option(help: ArgumentHelp("LSTM layers. (default: the preset's)", valueName: "n"))
    var layers: Int?

    @Option(help: ArgumentHelp("Steps of the longest walks. (default: the preset's)", valueName: "n"))
    var horizon: Int?

    @Option(
        help: ArgumentHelp(
            "Problems a step. (default: \(MetaTrainer.Settings(preset: .quasiNewton).batch))", valueName: "n"))
    var batch: Int?

    @Option(help: ArgumentHelp("Size of a training step. (default: the preset's)", valueName: "n"))
    var metaLearningRate: Float?

    @Option(help: ArgumentHelp("Start of the random numbers. (default: 1)", valueName: "n"))
    var seed: UInt64?

    func validate() throws {
        try require(minutes == nil || metaSteps == nil, "--minutes and --meta-steps exclude each other.")
        try requirePositive(minutes, atMost: 1_000_000, "--minutes")
        try require(
            from == nil || (preset == nil && hidden == nil && layers == nil),
            "--preset, --hidden and --layers are those of the weights with --from; leave them out.")
        try requireRange(metaSteps, MetaTrainer.Settings.metaStepsRange, "--meta-steps")
        try requireRange(hidden, LearnedOptimizer.Architecture.hiddenRange, "--hidden")
        try requireRange(layers, LearnedOptimizer.Architecture.layersRange, "--layers")
        try requireRange(horizon, LearnedOptimizer.Preset.horizonRange, "--horizon")
        try requireRange(batch, MetaTrainer.Settings.batchRange, "--batch")
        try requirePositive(metaLearningRate, atMost: 1, "--meta-learning-rate")
    }

    /// How long to train, unless the number of steps is given instead.
    var time: Duration? { metaSteps == nil ? .seconds(60 * (minutes ?? Double(Self.defaultMinutes))) : nil }

    /// The trainer's settings, but for the number of steps when it is to follow from the time.
    ///
    /// - Parameter first: the weights to begin with, if any.
    func settings(from first: LearnedOptimizer? = nil) -> MetaTrainer.Settings {
        var preset = first.map { .init(of: $0.architecture) } ?? (preset ?? .standard).preset
        if let hidden { preset.architecture.hidden = hidden }
        if let layers { preset.architecture.layers = layers }
        var settings = MetaTrainer.Settings(preset: preset)
        if let metaSteps { settings.metaSteps = metaSteps }
        if let horizon { settings.preset.training.horizon = horizon }
        if let batch { settings.batch = batch }
        if let metaLearningRate { settings.preset.training.learningRate = metaLearningRate }
        if let seed { settings.seed = seed }
        return settings
    }
}

/// Where checkpoints of a training go, and what is said meanwhile.
struct TrainingRunOptions: ParsableArguments {
    @Flag(help: "Replace the output and its checkpoint if they exist.")
    var force = false

    @Flag(help: "Carry on from the checkpoint, as if there had been no break.")
    var resume = false

    @Option(help: ArgumentHelp("The folder for checkpoints.", valueName: "folder"), completion: .directory)
    var checkpoints = "checkpoints"

    @Option(help: ArgumentHelp("Seconds between checkpoints.", valueName: "n"))
    var checkpointEvery = 60.0

    @OptionGroup var reading: ReadingOptions

    @OptionGroup var common: CommonOptions

    @Flag(help: "Print a JSON object instead of the output's path.")
    var json = false

    /// What is typed to carry on.
    ///
    /// - Parameter output: unless it is the command's default.
    func resumeCommand(_ command: String, output: String?) -> String {
        (["stylize \(command) --resume"] + option("--output", output) + given).joined(separator: " ")
    }

    func validate() throws {
        try require(!checkpoints.isEmpty, "--checkpoints is a folder, not nothing.")
        try require(
            checkpointEvery >= 0 && checkpointEvery <= 1e9,
            "--checkpoint-every is from 0 to 1000000000, not \(checkpointEvery).")
    }
}

/// Throws unless weights can be written under this name.
func requireWeightsName(_ path: String) throws {
    try require(path.hasSuffix(".safetensors") && stem(path) != ".safetensors", "\(path) should end in .safetensors.")
}

/// A preset by its name.
struct PresetName: ExpressibleByArgument, CustomStringConvertible, Equatable {
    var preset: LearnedOptimizer.Preset

    static let standard = PresetName(preset: .quasiNewton)

    init(preset: LearnedOptimizer.Preset) { self.preset = preset }

    init?(argument: String) {
        guard let preset = LearnedOptimizer.Preset.all.first(where: { $0.name == argument }) else { return nil }
        self.preset = preset
    }

    static var allValueStrings: [String] { LearnedOptimizer.Preset.all.map(\.name) }

    var description: String { preset.name }
}
