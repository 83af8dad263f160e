import ArgumentParser
import FeatureTraining
import Painting
import TrainingSessions

/// `stylize train-features`: distils a feature network, the judge of pictures, from a larger one.
struct TrainFeatures: TrainingCommand {
    static let configuration = CommandConfiguration(
        abstract: "Distil a small feature network from a large one.",
        usage: "stylize train-features --teacher <file> [<options>]",
        discussion: """
            stylize train-features --teacher vgg19.safetensors --images photos --images paintings --minutes 60
            stylize train-features --resume
            """)

    @OptionGroup(title: "Data and method") var method: TrainFeaturesOptions
    @OptionGroup(title: "Run") var running: TrainingRunOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The network; a picture of its learning goes beside it.", valueName: "file"),
        completion: .file(extensions: ["safetensors"]))
    var output = defaultOutput
    static let defaultOutput = "features.safetensors"

    var given: [String] { method.recorded }

    func begin(
        _ run: TrainingRun<FeatureTrainingPlan>, began: ContinuousClock.Instant
    ) throws -> TrainingSession<Distillation> {
        guard let teacher = method.teacher else {
            throw ValidationError("--teacher is missing; name a network to learn from, such as VGG-19.")
        }
        let defaults = [PictureSetOptions.defaultContent, PictureSetOptions.defaultStyle]
        let plan = try FeatureTrainingPlan(
            teacher: teacher, pictures: method.images.isEmpty ? defaults : method.images,
            validation: method.validationImages)
        return try plan.begin(method.settings, until: method.length.time.map { began + $0 }, run)
    }
}
