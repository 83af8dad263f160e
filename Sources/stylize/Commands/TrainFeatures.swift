import ArgumentParser
import Charts
import FeatureNetwork
import FeatureTraining
import Files
import Foundation
import Imaging
import Painting
import Safetensors
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
    static let (unitOfWork, nameOfLoss) = ("crops", "loss")

    /// How often there is a validation.
    private static let validations = 20

    var given: [String] { method.recorded }

    // MARK: - Preparing

    func begin(
        _ invocation: TrainingInvocation, _ console: TrainingConsole<Self>, began: ContinuousClock.Instant
    ) throws -> TrainingSession<Distillation> {
        let plan = try FeatureTrainingPlan(method)
        let (settings, teacher) = (method.settings, try plan.readTeacher())
        try console.files.prepare()
        try Distiller.check(settings, teacher: teacher)
        let (crops, validation) = try plan.crops(invocation, console.reporter)
        let thousands = settings.architecture.multiplyAddsPerPixel / 1000
        console.reporter.note(
            "Fitting a student of \(thousands.short) thousand multiply-adds a pixel to its teacher's channels.")
        var unexplained: [Double] = []
        let distiller = try Distiller.fitted(settings, to: teacher, on: crops) { _, share in
            unexplained.append(share)
            return !console.wantsStop
        }
        guard let distiller else { throw Failure.stoppedBeforeAnyStep }
        var training = Distillation(distiller, on: crops, validation: validation)
        if let time = method.length.time {
            try training.planSteps(until: began + time, validations: Self.validations)
        }
        console.reporter.note(
            "Of the teacher's variance unexplained, in %: "
                + settings.architecture.text(unexplained.map { String(format: "%.0f", 100 * $0) }))
        guard !console.wantsStop else { throw Failure.stoppedBeforeAnyStep }
        console.reporter.note("\(training.steps.counted("step")).")
        return TrainingSession(
            training, validations: Self.validations,
            notes: [TrainingInvocation.key: invocation, FeatureTrainingPlan.key: plan])
    }

    func resume(
        _ checkpoint: Checkpoint, _ invocation: TrainingInvocation, _ console: TrainingConsole<Self>
    ) throws -> TrainingSession<Distillation> {
        let files = console.files
        let plan = try files.readable { try FeatureTrainingPlan(checkpoint) }
        let teacher = try plan.readTeacher()
        let distiller = try files.readable { try Distiller(checkpoint, teacher: teacher) }
        try files.prepare()
        let (crops, validation) = try plan.crops(invocation, console.reporter)
        return try files.readable {
            try TrainingSession(
                resuming: Distillation(distiller, on: crops, validation: validation), from: checkpoint,
                validations: Self.validations, of: distiller.settings.architecture.layerCount)
        }
    }

    // MARK: - What came of it

    func lines(_ session: TrainingSession<Distillation>) -> [String] {
        let (history, architecture) = (session.history, session.trained.distiller.settings.architecture)
        guard let last = history.validations.last else { return [] }
        return [
            "step \(last.step): loss \((history.loss ?? .nan).short), held out \(last.mean.short): "
                + architecture.text(last.values.map(\.short))
        ]
    }

    func weights(_ session: TrainingSession<Distillation>) throws -> SafetensorsFile {
        let invocation: TrainingInvocation = try session.notes.value(TrainingInvocation.key)
        let plan: FeatureTrainingPlan = try session.notes.value(FeatureTrainingPlan.key)
        let distiller = session.trained.distiller
        var network = try distiller.folded(paths: plan.pictures) {
            try PictureFile.read($0, maximumPixels: invocation.maximumPixels)
        }
        let record = [
            "version": Stylize.version, "seed": "\(distiller.settings.seed)", "steps": "\(distiller.step)",
            "pictures": "\(plan.pictures.count)", "teacher": distiller.teacherDigest,
        ]
        network.metadata.merge(record) { $1 }
        return network
    }

    func curve(_ session: TrainingSession<Distillation>) -> Plot? {
        let (validations, settings) = (session.history.validations, session.trained.distiller.settings)
        guard !validations.isEmpty else { return nil }
        let series = settings.architecture.layersByBlock.enumerated().map { block, layers in
            Plot.Series(
                "block \(block + 1)",
                points: validations.map { validation in
                    (Double(validation.step), validation.values[layers].reduce(0, +) / Double(layers.count))
                })
        }
        return Plot(
            title: "Distance from the teacher on held-out pictures",
            panels: [.init(xLabel: "steps of training", yLabel: "loss", series: series)])
    }

    func summary(
        _ session: TrainingSession<Distillation>, seconds: Double, stopped: Bool
    ) -> (FeatureTrainingSummary, String) {
        let (steps, planned, history) = (session.trained.stepsDone, session.trained.steps, session.history)
        return (
            FeatureTrainingSummary(
                output: output, steps: steps, plannedSteps: planned, seconds: seconds, loss: history.loss,
                validation: history.validations.last?.values, stopped: stopped),
            stopped
                ? "Stopped early; what there is is in \(output): \(steps) of \(planned) steps."
                : "Wrote \(output): \(steps.counted("step")), \(Duration.seconds(seconds).short)."
        )
    }
}

/// What became of a training of features.
struct FeatureTrainingSummary: Encodable, Equatable {
    /// The network's path.
    var output: String
    var steps: Int
    var plannedSteps: Int
    /// Of this run; a training that was resumed took longer.
    var seconds: Double
    /// In training, a running mean.
    var loss: Double?
    /// On held-out pictures, layer by layer; nothing before the first validation.
    var validation: [Double]?
    /// Whether somebody stopped it before the end.
    var stopped: Bool
}

/// From what a feature network is distilled, and on what: all that is settled before the first step and kept in
/// checkpoints.
struct FeatureTrainingPlan: Codable, Equatable {
    /// The path of the network to learn from.
    var teacher: String
    var pictures: [String]
    var validation: [String]

    /// What a checkpoint calls it.
    static let key = "plan"

    /// - Throws: `Failure` when a picture is missing, `ValidationError` when there are too few or no teacher.
    init(_ options: TrainFeaturesOptions) throws {
        guard let teacher = options.teacher else {
            throw ValidationError("--teacher is missing; name a network to learn from, such as VGG-19.")
        }
        self.teacher = teacher
        let paths =
            options.images.isEmpty
            ? [PictureSetOptions.defaultContent, PictureSetOptions.defaultStyle] : options.images
        pictures = try PictureFolder.pictures(in: paths)
        if options.validationImages.isEmpty {
            (pictures, validation) = pictures.heldOut(every: 20)
        } else {
            validation = try PictureFolder.pictures(in: options.validationImages)
        }
        try require(
            !pictures.isEmpty, "Training takes a picture besides those to validate on; name more with --images.")
    }

    /// - Throws: `CheckpointError`.
    init(_ checkpoint: Checkpoint) throws {
        self = try checkpoint.value(Self.key)
        guard !pictures.isEmpty, !validation.isEmpty else { throw CheckpointError.notACheckpoint }
    }

    func readTeacher() throws -> FeatureNetwork { try FeaturesFile.read(teacher, pooling: nil) }

    /// Reads all pictures.
    ///
    /// - Throws: `Failure` when one cannot be read.
    func crops(
        _ invocation: TrainingInvocation, _ reporter: Reporter
    ) throws -> (training: CropSampler, validation: CropSampler) {
        reporter.note("Reading \(pictures.count.counted("picture")); validating on \(validation.count).")
        func crops(_ paths: [String]) throws -> CropSampler {
            var crops = CropSampler()
            for path in paths { try PictureFile.check(path) }
            let unreadable = crops.add(paths.count) {
                try? PictureFile.read(paths[$0], maximumPixels: invocation.maximumPixels)
            }
            if let first = unreadable.first {
                _ = try PictureFile.read(paths[first], maximumPixels: invocation.maximumPixels)
            }
            return crops
        }
        return (try crops(pictures), try crops(validation))
    }
}

extension Architecture {
    /// A word a layer, with a slash between blocks.
    fileprivate func text(_ words: [String]) -> String {
        layersByBlock.map { words[$0].joined(separator: " ") }.joined(separator: " / ")
    }
}
