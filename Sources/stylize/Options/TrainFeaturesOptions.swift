import ArgumentParser
import FeatureTraining
import Kernels

/// From what a feature network is distilled, on what and how. Whatever is not given is `nil`, so that a resumed training can tell.
struct TrainFeaturesOptions: ParsableArguments {
    enum Length: TrainingLength {
        static let defaultMinutes = 60
        static let stepsOption = "steps"
    }

    private static let defaults = Distiller.Settings()

    @Option(
        help: ArgumentHelp("The network to learn from: see --features of stylize.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var teacher: String?

    @Option(
        help: ArgumentHelp(
            "Pictures or folders of them; repeatable. (default: \(PictureSetOptions.defaultContent) and \(PictureSetOptions.defaultStyle))",
            valueName: "path"),
        completion: .file())
    var images: [String] = []

    @Option(
        help: ArgumentHelp(
            "Pictures to validate on; repeatable. (default: every twentieth is held out)", valueName: "path"),
        completion: .file())
    var validationImages: [String] = []

    @OptionGroup var length: TrainingLengthOptions<Length>

    @Option(
        help: ArgumentHelp(
            "Channels of the convolutions, with a pool at every slash. (default: \(defaults.architecture))",
            valueName: "n,n/n,..."))
    var channels: Architecture?

    @Option(help: ArgumentHelp("The student's pools. (default: \(defaults.pooling.rawValue))", valueName: "name"))
    var pooling: Pooling?

    @Option(help: ArgumentHelp("Crops a step. (default: \(defaults.batch))", valueName: "n"))
    var batch: Int?

    @Option(help: ArgumentHelp("Edge of a crop. (default: \(defaults.edge))", valueName: "pixels"))
    var crop: Int?

    @Option(help: ArgumentHelp("Size of a step. (default: \(defaults.learningRate))", valueName: "n"))
    var learningRate: Float?

    @Option(help: ArgumentHelp("Start of the random numbers. (default: \(defaults.seed))", valueName: "n"))
    var seed: UInt64?

    func validate() throws {
        try requireRange(batch, 2...10_000, "--batch")
        let (crop, multiple) = (settings.edge, settings.architecture.cropMultiple)
        try require(
            (1...CropSampler.shortSide).contains(crop) && crop % multiple == 0,
            "--crop is a multiple of \(multiple) for so many pools and at most \(CropSampler.shortSide), not \(crop).")
        try requirePositive(learningRate, atMost: 1, "--learning-rate")
    }

    /// The trainer's settings, but for the number of steps when it is to follow from the time.
    var settings: Distiller.Settings {
        var settings = Self.defaults
        if let channels { settings.architecture = channels }
        if let pooling { settings.pooling = pooling }
        if let steps = length.steps { settings.steps = steps }
        if let batch { settings.batch = batch }
        if let crop { settings.edge = crop }
        if let learningRate { settings.learningRate = learningRate }
        if let seed { settings.seed = seed }
        return settings
    }
}

extension Architecture: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
