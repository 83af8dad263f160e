import Charts
import FeatureNetwork
import FeatureTraining
import Files
import Foundation
import Safetensors
import TrainingSessions

/// From what a feature network is distilled, and on what.
public struct FeatureTrainingPlan: TrainingPlan {
    /// The path of the network to learn from.
    public let teacher: String
    public let pictures: [String]
    public let validation: [String]

    public static let (unitOfWork, nameOfLoss) = ("crops", "loss")

    /// How often there is a validation.
    private static let validations = 20

    /// - Parameters:
    ///   - paths: pictures or folders of them.
    ///   - validation: the same to validate on; for none every twentieth picture is held out.
    /// - Throws: `Failure` when a picture is missing, or there are too few.
    public init(teacher: String, pictures paths: [String], validation: [String]) throws {
        let all = try PictureFolder.pictures(in: paths)
        self.teacher = teacher
        (pictures, self.validation) =
            validation.isEmpty ? all.heldOut(every: 20) : (all, try PictureFolder.pictures(in: validation))
        guard !pictures.isEmpty else {
            throw Failure(
                .usage, "Training takes a picture besides those to validate on; name more with --images.")
        }
    }

    public var isSound: Bool { !pictures.isEmpty && !validation.isEmpty }

    // MARK: - Preparing

    /// Prepares a new training.
    ///
    /// - Parameter deadline: what the number of steps follows from, unless it is among the settings.
    /// - Throws: `Failure` when a file cannot be read or somebody wants a stop, `DistillerError` when the student cannot
    ///   learn from the teacher.
    public func begin(
        _ settings: Distiller.Settings, until deadline: ContinuousClock.Instant?, _ run: TrainingRun<Self>
    ) throws -> TrainingSession<Distillation> {
        let teacher = try FeaturesFile.read(teacher, pooling: nil)
        try run.files.prepare(inputs: [self.teacher] + pictures + validation)
        try Distiller.check(settings, teacher: teacher)
        let (crops, validation) = try crops(run)
        let thousands = settings.architecture.multiplyAddsPerPixel / 1000
        run.observer.note(
            "Fitting a student of \(thousands.short) thousand multiply-adds a pixel to its teacher's channels.")
        var unexplained: [Double] = []
        let distiller = try Distiller.fitted(settings, to: teacher, on: crops) { _, share in
            unexplained.append(share)
            return !run.wantsStop
        }
        guard let distiller else { throw Failure.stoppedBeforeAnyStep }
        var training = Distillation(distiller, on: crops, validation: validation)
        if let deadline { try training.planSteps(until: deadline, validations: Self.validations) }
        run.observer.note(
            "Of the teacher's variance unexplained, in %: "
                + settings.architecture.text(unexplained.map { String(format: "%.0f", 100 * $0) }))
        if run.wantsStop { throw Failure.stoppedBeforeAnyStep }
        run.observer.note("\(training.steps.counted("step")).")
        return TrainingSession(
            training, validations: Self.validations, notes: [TrainingInvocation.key: run.invocation, Self.key: self])
    }

    public func resume(_ checkpoint: Checkpoint, _ run: TrainingRun<Self>) throws -> TrainingSession<Distillation> {
        let teacher = try FeaturesFile.read(teacher, pooling: nil)
        let distiller = try run.files.readable { try Distiller(checkpoint, teacher: teacher) }
        try run.files.prepare(inputs: [self.teacher] + pictures + validation)
        let (crops, validation) = try crops(run)
        return try run.files.readable {
            try TrainingSession(
                resuming: Distillation(distiller, on: crops, validation: validation), from: checkpoint,
                validations: Self.validations, of: distiller.settings.architecture.layerCount)
        }
    }

    /// Reads all pictures.
    private func crops(_ run: TrainingRun<Self>) throws -> (training: CropSampler, validation: CropSampler) {
        run.observer.note("Reading \(pictures.count.counted("picture")); validating on \(validation.count).")
        let maximumPixels = run.invocation.maximumPixels
        func crops(_ paths: [String]) throws -> CropSampler {
            var crops = CropSampler()
            for path in paths { try PictureFile.check(path) }
            let unreadable = crops.add(paths.count) { try? PictureFile.read(paths[$0], maximumPixels: maximumPixels) }
            if let first = unreadable.first {
                _ = try PictureFile.read(paths[first], maximumPixels: maximumPixels)
            }
            return crops
        }
        return (try crops(pictures), try crops(validation))
    }

    // MARK: - What came of it

    public func weights(
        _ session: TrainingSession<Distillation>, maximumPixels: Int
    ) throws -> SafetensorsFile {
        let distiller = session.trained.distiller
        var network = try distiller.folded(paths: pictures) {
            try PictureFile.read($0, maximumPixels: maximumPixels)
        }
        let record = [
            "version": Painter.version, "seed": "\(distiller.settings.seed)", "steps": "\(distiller.step)",
            "pictures": "\(pictures.count)", "teacher": distiller.teacherDigest,
        ]
        network.metadata.merge(record) { $1 }
        return network
    }

    public static func lines(_ session: TrainingSession<Distillation>) -> [String] {
        let (history, architecture) = (session.history, session.trained.distiller.settings.architecture)
        guard let last = history.validations.last else { return [] }
        return [
            "step \(last.step): loss \((history.loss ?? .nan).short), held out \(last.mean.short): "
                + architecture.text(last.values.map(\.short))
        ]
    }

    public static func curve(_ session: TrainingSession<Distillation>) -> Plot? {
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

    public static func summary(
        _ session: TrainingSession<Distillation>, output: String, seconds: Double
    ) -> FeatureTrainingSummary {
        FeatureTrainingSummary(
            output: output, steps: session.trained.stepsDone, plannedSteps: session.trained.steps, seconds: seconds,
            loss: session.history.loss, validation: session.history.validations.last?.values,
            stopped: session.isStopped)
    }
}

/// What became of a training of features.
public struct FeatureTrainingSummary: Encodable, Equatable, CustomStringConvertible {
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

    public var description: String {
        stopped
            ? "Stopped early; what there is is in \(output): \(steps) of \(plannedSteps) steps."
            : "Wrote \(output): \(steps.counted("step")), \(Duration.seconds(seconds).short)."
    }
}

extension Architecture {
    /// A word a layer, with a slash between blocks.
    fileprivate func text(_ words: [String]) -> String {
        layersByBlock.map { words[$0].joined(separator: " ") }.joined(separator: " / ")
    }
}
