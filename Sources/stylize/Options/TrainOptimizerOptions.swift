import ArgumentParser
import FeatureNetwork
import Files
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
            "So many contents and styles drawn by the program, besides those that are named. (default: 0, or \(TrainingPicture.drawnCount) without any picture)",
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

    /// - Returns: `nil` when it is simple functions instead.
    /// - Throws: `Failure` when a picture is missing, or there are too few.
    func transfers(_ network: FeatureNetwork) throws -> StyleTrainingPlan? {
        guard self.objective == nil else { return nil }
        func paths(_ paths: [String], orElse folder: String) -> [String] {
            paths.isEmpty && drawn == nil && isFolder(folder) ? [folder] : paths
        }
        let contents = try TrainingPicture.pictures(
            in: paths(pictures.content, orElse: PictureSetOptions.defaultContent), heldOut: validationContent,
            drawnCount: drawn, option: "--content"
        ) { .drawnContent(seed: $0) }
        let styles = try TrainingPicture.pictures(
            in: paths(pictures.style, orElse: PictureSetOptions.defaultStyle), heldOut: validationStyle,
            drawnCount: drawn, option: "--style"
        ) { .drawnStyle(seed: $0) }
        let edge = size ?? 64
        var objective = ObjectiveSettings(for: network)
        if let styleLoss { objective.styleLoss = styleLoss }
        if let pyramidLevels { objective.pyramidLevels = pyramidLevels }
        var variation = fixed ? .fixed(edge: edge, objective: objective) : StyleVariation(for: network)
        if let size { variation.edges = [size] }
        return StyleTrainingPlan(
            edge: edge, objective: objective, variation: variation,
            training: .init(contents: contents.training, styles: styles.training),
            validation: .init(contents: contents.validation, styles: styles.validation))
    }
}

/// How an optimizer is trained.
struct TrainingMethodOptions: ParsableArguments {
    enum Length: TrainingLength {
        static let defaultMinutes = 5
        static let stepsOption = "meta-steps"
    }

    @OptionGroup var length: TrainingLengthOptions<Length>

    @Option(
        help: ArgumentHelp(
            "Trained weights to begin with; their preset, preconditioner and windows are kept.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var from: String?

    @Option(
        help: ArgumentHelp(
            "What the LSTM sees and does. (default: \(LearnedOptimizer.Preset.quasiNewton.name))", valueName: "name"))
    var preset: LearnedOptimizer.Preset?

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
        try require(
            from == nil || (preset == nil && hidden == nil && layers == nil),
            "--preset, --hidden and --layers are those of the weights with --from; leave them out.")
        try requireRange(hidden, LearnedOptimizer.Architecture.hiddenRange, "--hidden")
        try requireRange(layers, LearnedOptimizer.Architecture.layersRange, "--layers")
        try requireRange(horizon, LearnedOptimizer.Preset.horizonRange, "--horizon")
        try requireRange(batch, MetaTrainer.Settings.batchRange, "--batch")
        try requirePositive(metaLearningRate, atMost: 1, "--meta-learning-rate")
    }

    /// The trainer's settings, but for the number of steps when it is to follow from the time.
    ///
    /// - Parameter first: the weights to begin with, if any.
    func settings(from first: LearnedOptimizer? = nil) -> MetaTrainer.Settings {
        var preset = first.map { .init(of: $0.architecture) } ?? (preset ?? .quasiNewton)
        if let hidden { preset.architecture.hidden = hidden }
        if let layers { preset.architecture.layers = layers }
        var settings = MetaTrainer.Settings(preset: preset)
        if let steps = length.steps { settings.metaSteps = steps }
        if let horizon { settings.preset.training.horizon = horizon }
        if let batch { settings.batch = batch }
        if let metaLearningRate { settings.preset.training.learningRate = metaLearningRate }
        if let seed { settings.seed = seed }
        return settings
    }
}

extension SimpleObjective: ExpressibleByArgument {}

extension LearnedOptimizer.Preset: ExpressibleByArgument {
    public init?(argument: String) {
        guard let preset = Self.all.first(where: { $0.name == argument }) else { return nil }
        self = preset
    }

    public static var allValueStrings: [String] { all.map(\.name) }
}
