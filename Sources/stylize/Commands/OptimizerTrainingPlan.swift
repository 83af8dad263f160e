import FeatureNetwork
import Files
import Kernels
import LearnedOptimization
import Painting
import StyleTransfer
import Synchronization
import TrainingSessions

/// On what an optimizer is trained: all that is settled before the first step and kept in checkpoints.
struct OptimizerTrainingPlan: Codable, Equatable {
    /// The file of the network; `nil` is the built-in one.
    var features: String?
    /// The network's pools, if not its own.
    var pooling: Pooling?
    /// The network's digest.
    var network: String
    /// `nil` for style transfers.
    var objective: SimpleObjective?
    var transfers: StyleTrainingPlan?
    var extent: MetaTrainingExtent

    /// What a checkpoint calls it.
    static let key = "plan"
    /// How many pictures of a kind are drawn when there are none.
    static let drawnCount = 40

    /// - Throws: `Failure` when a picture is missing, `ValidationError` when there are too few.
    init(
        _ data: TrainingDataOptions, _ method: TrainingMethodOptions, _ settings: MetaTrainer.Settings,
        _ network: FeatureNetwork
    ) throws {
        (features, pooling, self.network) = (data.network.features, data.network.pooling, network.digest)
        objective = data.objective
        transfers = try objective == nil ? StyleTrainingPlan(data, network) : nil
        extent = MetaTrainingExtent(
            horizon: settings.preset.training.horizon, time: method.length.time, steps: method.length.steps)
    }

    /// - Throws: `CheckpointError`.
    init(_ checkpoint: Checkpoint) throws {
        self = try checkpoint.value(Self.key)
        guard extent.isSound, objective != nil || transfers?.isSound == true else {
            throw CheckpointError.notACheckpoint
        }
    }

    /// - Throws: `StyleTransferError` when the objective does not fit the network, or there is not enough memory.
    func tasks(
        _ network: FeatureNetwork, _ invocation: TrainingInvocation, _ reporter: Reporter
    ) throws -> MetaTrainingTasks {
        guard let transfers else {
            let family = objective!.family
            return MetaTrainingTasks(
                training: family, validation: Array(repeating: family, count: extent.problemCount),
                preconditioning: family)
        }
        try transfers.requireMemory(network, extent)
        let cache = PictureCache(edge: transfers.largestEdge) {
            try PictureFile.read($0, maximumPixels: invocation.maximumPixels)
        }
        cache.draw(transfers.training.contents + transfers.training.styles)
        let told = Told()
        return try transfers.tasks(network, extent, cache) { error in
            guard let failure = error as? Failure else { return false }
            if told.isNews(failure.sentence) { reporter.note("Note: \(failure.sentence) It is passed over.") }
            return true
        }
    }

    /// What the optimizer's file says of it.
    var record: [String: String] {
        guard let training = transfers?.training else { return ["objective": objective!.rawValue] }
        return [
            OptimizerFile.networkKey: network, "contents": "\(training.contents.count)",
            "styles": "\(training.styles.count)",
        ]
    }

    /// In words, for people.
    var summary: String {
        guard let transfers else { return "random \(objective!.rawValue) functions" }
        let (training, validation) = (transfers.training, transfers.validation)
        return "\(training.contents.count.counted("content")) and \(training.styles.count.counted("style")), "
            + "with \(validation.contents.count) and \(validation.styles.count) held out"
    }
}

extension StyleTrainingPlan {
    /// - Throws: `Failure` when a picture is missing, `ValidationError` when there are too few.
    fileprivate init(_ data: TrainingDataOptions, _ network: FeatureNetwork) throws {
        func pictures(
            _ paths: [String], orElse folder: String, heldOut: [String], _ option: String,
            drawn: (UInt64) -> TrainingPicture
        ) throws -> (training: [TrainingPicture], validation: [TrainingPicture]) {
            func files(_ paths: [String]) throws -> [TrainingPicture] {
                try PictureFolder.pictures(in: paths).map { .file($0) }
            }
            let hasNone = paths.isEmpty && (data.drawn != nil || !isFolder(folder))
            var all = try hasNone ? [] : files(paths.isEmpty ? [folder] : paths)
            let drawnCount = data.drawn ?? (all.isEmpty ? OptimizerTrainingPlan.drawnCount : 0)
            all += (0..<UInt64(drawnCount)).map(drawn)
            guard heldOut.isEmpty else {
                try require(!all.isEmpty, "There is nothing to train on; name pictures with \(option).")
                return (all, try files(heldOut))
            }
            try require(
                all.count >= 2,
                "Training takes at least two pictures, one of them held out for validation; name more with \(option), "
                    + "or have some drawn with --drawn.")
            return all.heldOut(every: 10)
        }
        let contents = try pictures(
            data.pictures.content, orElse: PictureSetOptions.defaultContent, heldOut: data.validationContent,
            "--content"
        ) { .drawnContent(seed: $0) }
        let styles = try pictures(
            data.pictures.style, orElse: PictureSetOptions.defaultStyle, heldOut: data.validationStyle, "--style"
        ) { .drawnStyle(seed: $0) }
        let edge = data.size ?? 64
        var objective = ObjectiveSettings(for: network)
        if let styleLoss = data.styleLoss { objective.styleLoss = styleLoss }
        if let pyramidLevels = data.pyramidLevels { objective.pyramidLevels = pyramidLevels }
        var variation = data.fixed ? .fixed(edge: edge, objective: objective) : StyleVariation(for: network)
        if let size = data.size { variation.edges = [size] }
        self.init(
            edge: edge, objective: objective, variation: variation,
            training: Pictures(contents: contents.training, styles: styles.training),
            validation: Pictures(contents: contents.validation, styles: styles.validation))
    }
}

/// What was told already.
private final class Told: Sendable {
    private let sentences = Mutex(Set<String>())

    func isNews(_ sentence: String) -> Bool { sentences.withLock { $0.insert(sentence).inserted } }
}
